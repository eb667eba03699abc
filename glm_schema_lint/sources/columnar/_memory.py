"""Rows of Python objects: a `datasets.Dataset` as its table, anything else row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from ...record import DataFile, Opaque

OBJECTS: Final = 256
WIDE: Final = 16 << 10
"""A cell of numbers that weighs more than this on average is a tensor: nobody looks at its values."""


def memory(name: str, rows: Any) -> DataFile:  # noqa: ARG001  what a file's name is to other sources
    """Rows of a Python object: a `datasets.Dataset`, a sequence or iterable of dicts. ``name`` is that of its split."""
    if not is_dataset(rows) and iter(rows) is rows:
        rows = list(rows)  # rows are read more than once
    return DataFile(None, None, "memory", table=rows)


def is_dataset(rows: Any) -> bool:
    """True for a `datasets.Dataset`, told by what it offers so that `datasets` need not be imported."""
    return hasattr(rows, "_indices") and hasattr(getattr(rows, "data", None), "fast_gather")


def dataset_rows(dataset: Any) -> Iterator[tuple[list[dict[str, Any]], int]]:
    """The table of a `datasets.Dataset` itself: no formats, no decoding of images; select, shuffle and filter hold."""
    from ._arrow import table_rows
    from ._cells import batch_rows

    indices = getattr(dataset, "_indices", None)
    if indices is None:
        for batch in dataset.data.table.to_batches():
            yield from table_rows(batch)
        return
    chosen = indices.column(0).to_numpy().astype("int64")
    size = batch_rows(dataset.data.nbytes / max(1, dataset.data.num_rows))
    for offset in range(0, len(chosen), size):
        yield from table_rows(dataset.data.fast_gather(chosen[offset : offset + size]))


def object_rows(rows: Iterable[Any]) -> Iterator[tuple[list[Any], int]]:
    """Rows of any iterable, some at a time."""
    source = iter(rows)
    while part := list(islice(source, OBJECTS)):
        yield [_row(row) for row in part], 0


def _row(row: Any) -> Any:
    """A row as files would hold it: mappings as dicts, tensors as numpy, tuples as lists, what is large as Opaque."""
    return {key: _cell(value) for key, value in row.items()} if isinstance(row, Mapping) else row


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        value = list(value)
    if type(value) is list and any(hasattr(item, "item") for item in value[:1]):
        return [_cell(item) for item in value]
    if hasattr(value, "detach") and hasattr(value, "numpy"):
        value = value.detach().cpu().numpy()
    if hasattr(value, "dtype") and hasattr(value, "ndim"):
        if value.ndim == 1 and value.dtype.kind in "iu":
            return value
        if value.ndim and value.nbytes > WIDE:
            return Opaque("list<" * value.ndim + str(value.dtype) + ">" * value.ndim, len(value))
        return value.tolist()
    return value
