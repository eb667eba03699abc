"""``lint()`` and ``Report``: the whole tool in Python."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import config, targets
from .engine.choose import EVERY
from .engine.run import Options, Result, check
from .finding import Severity
from .record import Dataset
from .report import json as json_report
from .sources import discover
from .targets.versions import Version
from .wording import Lang


class Report:
    """What a check found. ``to_dict()`` is the JSON report v1, ``exit_code`` the exit status of the command."""

    def __init__(self, result: Result, fail_on: str = "error", *, exit_zero: bool = False) -> None:
        self.result = result
        self._fail_on, self._exit_zero = Severity(fail_on), exit_zero

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings at or above ``fail_on``, 3 nothing was read.

        With every target: also 1 if some record is kept as it is under none of them.
        """
        lost = any(row.lost for row in self.result.matrix)
        if lost or any(group.severity.rank <= self._fail_on.rank for group in self.result.groups):
            return 0 if self._exit_zero else 1
        return 0 if self.result.records else 3

    @property
    def ok(self) -> bool:
        """True if the exit code is 0."""
        return self.exit_code == 0

    def to_dict(self, lang: Lang = "en", *, hide_values: bool = False) -> dict[str, Any]:
        """The report as JSON-ready objects (schemas/report-v1.schema.json)."""
        return json_report.to_dict(self.result, lang, hide_values)

    def __str__(self) -> str:
        from .report import concise

        return "\n".join(concise.lines(self.result))


def lint(
    path_or_splits: Any,
    *,
    target: str | None = None,
    versions: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    splits: Iterable[tuple[str, str]] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    extend_select: Iterable[str] = (),
    fail_on: str = "error",
    examples: int = 5,
    images: str = "header",
    image_root: str | os.PathLike[str] | None = None,
    max_records: int | None = None,
    max_length: int | None = None,
    tokenizer: str | os.PathLike[str] | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Lint a dataset and return its Report.

    ``path_or_splits`` is a path (or several), a ``datasets.DatasetDict``, or a mapping of split name to ``Dataset`` or
    rows. ``versions`` (``{"transformers": "4.46.3"}``) and ``settings`` are what ``--with`` and ``--set`` say;
    ``max_length`` and ``tokenizer`` are ``--max-length`` and ``--tokenizer``.
    Raises TypeError for what is no dataset; ValueError for an unknown target, rule, level, severity or version;
    LayoutError (a ValueError) for a path that cannot be linted; TokenizerError (a ValueError) for a tokenizer that cannot
    be read.
    """
    if target is not None and target not in (*targets.NAMES, EVERY):
        raise ValueError(f"unknown target {target!r}; known: {', '.join(targets.NAMES)}, {EVERY}")
    if images not in ("none", "exists", "header", "decode"):
        raise ValueError(f"unknown level {images!r} for images; known: none, exists, header, decode")
    datasets = open_datasets(path_or_splits, splits)
    named = dict(_version(name, said) for name, said in (versions or {}).items())
    known = config.resolve(named, discover.roots(datasets))
    options = Options(
        target, tuple(select), tuple(ignore), tuple(extend_select), known, dict(settings or {}), examples, images,
        None if image_root is None else os.fspath(image_root), max_records, jobs,
        max_length, None if tokenizer is None else os.fspath(tokenizer),
    )  # fmt: skip
    return Report(check(datasets, options, known, progress), fail_on)


def _version(name: str, said: str) -> tuple[str, Version]:
    """What ``--with`` makes of it: a version, or a range as ``>=4.46,<4.50``. Raises UsageError, a ValueError."""
    return config.parse_with(f"{name}{said}" if str(said).lstrip()[:1] in "<>~!=" else f"{name}={said}")


def open_datasets(path_or_splits: Any, splits: Iterable[tuple[str, str]] = ()) -> list[Dataset]:
    """The datasets a path, several paths or an object in memory stand for. Raises TypeError for any other object."""
    if isinstance(path_or_splits, str | os.PathLike):
        return discover.discover([path_or_splits], splits)[0]
    if (
        isinstance(path_or_splits, list | tuple)
        and path_or_splits
        and all(isinstance(p, str | os.PathLike) for p in path_or_splits)
    ):
        return discover.discover(path_or_splits, splits)[0]
    parts = path_or_splits.values() if isinstance(path_or_splits, Mapping) else (path_or_splits,)
    for part in parts:
        if isinstance(part, str | bytes) or not (hasattr(part, "__iter__") or hasattr(part, "__getitem__")):
            raise TypeError(
                f"{type(part).__name__} is no dataset: give a path, several paths, a datasets.Dataset or DatasetDict, rows, or a "
                "mapping of split name to rows"
            )
    return [discover.in_memory(path_or_splits)]
