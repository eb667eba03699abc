"""One batch of a split, built as the Trainer builds it, on the CPU: the first rows, its collator, its move to a device."""

from __future__ import annotations

import copy
import random
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from ..show import cut, safe
from .rows import style_of

LARGEST: Final = 64
"""No batch is built from more rows."""


@dataclass(slots=True)
class Rows:
    """Rows at hand. ``total`` is None where the dataset has no length; ``error`` is what stopped the reading."""

    rows: list[Any] = field(default_factory=list)
    total: int | None = None
    error: str | None = None


@dataclass(slots=True)
class Batch:
    """A collated batch: field to description, ``int64 (2, 17)`` or ``None``."""

    fields: dict[str, str] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)
    error: str | None = None


def words(error: BaseException) -> str:
    """``KeyError: 'labels'``."""
    return safe(cut(f"{type(error).__name__}: {error}", 300))


def first_rows(dataset: Any, limit: int, seconds: float | None = None) -> Rows:
    """The first ``limit`` rows, fewer after ``seconds``; what the dataset's own code raises is an error of the rows."""
    found = Rows()
    try:
        style = style_of(dataset)
        found.total = len(dataset) if style == "map" else None
        source = (dataset[i] for i in range(found.total)) if found.total is not None else iter(dataset)
        began = time.monotonic()
        while len(found.rows) < limit and (seconds is None or not found.rows or time.monotonic() - began < seconds):
            row = next(source, _END)
            if row is _END:
                found.total = len(found.rows)
                break
            found.rows.append(row)
    except Exception as error:  # noqa: BLE001  it is the user's code that speaks
        found.error = words(error)
    return found


_END: Final = object()


def collate(trainer: Any, rows: list[Any], size: int) -> Batch:
    """The batch that the Trainer's collator makes of the first ``size`` rows, moved as the Trainer moves it."""
    made = Batch()
    taken = [_copy(row) for row in rows[: max(1, min(size, LARGEST))]]
    try:
        batch = _to_cpu(trainer.data_collator([_kept(trainer, row) for row in taken]))
    except Exception as error:  # noqa: BLE001  it is the collator that speaks
        made.error = words(error)
        return made
    if isinstance(batch, Mapping):
        for name, value in batch.items():
            made.fields[str(name)] = _describe(value)
            if made.fields[str(name)].startswith("int") and getattr(value, "numel", lambda: 0)():
                made.highest[str(name)] = int(value.max())
    return made


def _copy(row: Any) -> Any:
    """Collators pad rows in place."""
    try:
        return copy.deepcopy(row)
    except Exception:  # noqa: BLE001  a row may hold what cannot be copied
        return dict(row) if isinstance(row, Mapping) else row


def _kept(trainer: Any, row: Any) -> Any:
    """The row without the columns that the Trainer removes (``remove_unused_columns``)."""
    if not getattr(trainer.args, "remove_unused_columns", False) or not isinstance(row, Mapping):
        return row
    ask = getattr(trainer, "_set_signature_columns_if_needed", None)
    if ask is None:
        return row
    ask()
    wanted = trainer._signature_columns  # noqa: SLF001  transformers has no public way
    return {key: value for key, value in row.items() if key in wanted} if wanted else row


def _to_cpu(batch: Any) -> Any:
    """As accelerate moves batches: here transformers before 4.47 drops fields that are None."""
    try:
        from accelerate.utils import send_to_device  # type: ignore[import-not-found]
    except ImportError:
        return batch.to("cpu") if hasattr(batch, "to") else batch
    return send_to_device(batch, "cpu")


def _describe(value: Any) -> str:
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}"
    return "None" if value is None else type(value).__name__


@contextmanager
def untouched_chance() -> Iterator[None]:
    """Random numbers of the run stay as they were: datasets, collators and libraries at their import draw some."""
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    kept = random.getstate(), torch and torch.get_rng_state(), numpy and numpy.random.get_state()
    try:
        yield
    finally:
        random.setstate(kept[0])
        if torch:
            torch.set_rng_state(kept[1])
        if numpy:
            numpy.random.set_state(kept[2])
