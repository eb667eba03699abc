"""Gathers the statistics of one loader chunk from the shapes and strings of its records: the hot path of a scan."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from .chunks import KEYS_LIMIT, ChunkStats, Path, PathStat, Spot
from .location import pointer
from .shapes import Shape

SHAPES_LIMIT: Final = 2000
"""Distinct record shapes held at once within a chunk."""

_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}(?::[0-9]{2}(?::[0-9]{2})?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?\Z"
)
_NUMBER = re.compile(r"-?[0-9]{1,19}\Z")
_BITS: Final = 2**63
_DEEP: Final = frozenset((dict, list))

Written = list[tuple[str | float, str]]
"""Strings and decimals of one path in one record, each with its pointer."""


def looks_like_date(value: str) -> bool:
    """True for what Arrow's JSON reader takes for a timestamp: ISO 8601, to the second, of a day that exists."""
    if not 10 <= len(value) <= 25 or value[4] != "-" or _DATE.match(value) is None:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def looks_like_number(value: str) -> bool:
    """True for a string that Arrow casts to a whole number of 64 bits (ran: pyarrow 26.0.1)."""
    return len(value) <= 20 and _NUMBER.match(value) is not None and -_BITS <= int(value) < _BITS


def is_whole(value: float) -> bool:
    """True for a decimal that Arrow casts to a whole number of 64 bits: others "would be truncated" (ran: pyarrow 26.0.1)."""
    return value.is_integer() and -_BITS <= value < _BITS


class ChunkCollector:
    """Gathers ChunkStats of one chunk from the shapes of its records; cheap where shapes repeat.

    ``dates`` is False where no reader guesses at dates: in columnar files the types are written down.
    """

    def __init__(self, file: int, *, dates: bool = True) -> None:
        self.stats = ChunkStats()
        self._file, self._dates = file, dates
        self._tally: dict[Shape, list[Any]] = {}
        self._texts: set[Path] = set()
        self._whole: set[Path] = set()
        self.watched: tuple[Path, ...] = ()
        """Paths of which every string so far looks like a date or a number, or every decimal is a whole number."""

    def add(self, shape: Shape, record: int, line: int | None) -> bool:
        """Count one record of this shape; True if the shape was not known yet."""
        seen = self._tally.get(shape)
        if seen is not None:
            seen[0] += 1
            return False
        if len(self._tally) >= SHAPES_LIMIT:
            self.flush()
        self._tally[shape] = [1, record, line]
        return True

    def watch(self, value: Any, shape: Shape, record: int, line: int | None, new: bool) -> None:
        """Look at strings and decimals of a record: at all of a new shape, else only at paths that are ``watched``."""
        if new:
            self.watch_all(value, shape, record, line)
            return
        for path in self.watched:
            found: list[str | float] = []
            _follow(value, path, 0, found)
            if not all(self._fits(path, one) for one in found):
                self.watch_all(value, shape, record, line)
                return

    def watch_all(self, value: Any, shape: Shape, record: int, line: int | None) -> None:
        """Look at every string and decimal of a record, but where no more can be learnt from them."""
        found: dict[Path, Written] = {}
        if type(value) is dict:
            for key, kid in zip(shape.keys, shape.kids, strict=True):
                if kid.written:  # lists of a thousand ids are not walked
                    self._gather(value[key], (key,), pointer(key), found)
        else:
            self._gather(value, (), "", found)
        for path, written in found.items():
            self._compare(path, written, record, line)

    def _gather(self, value: Any, path: Path, at: str, found: dict[Path, Written]) -> None:
        if isinstance(value, str | float):
            if self._open(path, type(value)):
                found.setdefault(path, []).append((value, at))
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, str | float | dict | list):
                    self._gather(item, (*path, key), at + pointer(key), found)
        elif isinstance(value, list):
            below, kinds = (*path, "[]"), set(map(type, value))
            if kinds & _DEEP or any(self._open(below, kind) for kind in kinds & {str, float}):
                for index, item in enumerate(value):
                    if isinstance(item, str | float | dict | list):
                        self._gather(item, below, at + pointer(index), found)

    def _open(self, path: Path, kind: type) -> bool:
        """True if a further value of this type at ``path`` may still change what is known of it."""
        if kind is float:
            return path not in self.stats.fractions
        return path not in self.stats.compared or path in self._texts

    def _fits(self, path: Path, value: str | float) -> bool:
        if isinstance(value, float):
            return is_whole(value) or path in self.stats.fractions
        dates, numbers = self.stats.dates or {}, self.stats.numbers
        return (path not in numbers or looks_like_number(value)) and (path not in dates or looks_like_date(value))

    def _compare(self, path: Path, found: Written, record: int, line: int | None) -> None:
        stats, texts = self.stats, [(one, at) for one, at in found if isinstance(one, str)]
        if len(texts) < len(found) and path not in stats.fractions:
            odd = next((at for one, at in found if isinstance(one, float) and not is_whole(one)), None)
            if odd is None:
                self._whole.add(path)
            else:
                stats.fractions[path] = Spot(self._file, record, line, odd)
                self._whole.discard(path)
        if texts and self._open(path, str):
            if stats.dates is None and self._dates:
                stats.dates = {}
            for good, looks in ((stats.dates, looks_like_date), (stats.numbers, looks_like_number)):
                if good is None or (path in stats.compared and path not in good):
                    continue
                if not all(looks(text) for text, _ in texts):
                    good.pop(path, None)
                elif path not in good:
                    good[path] = Spot(self._file, record, line, texts[0][1])
            stats.compared.add(path)
            self._texts = {*(stats.dates or ()), *stats.numbers}
        self.watched = (*self._texts, *(self._whole - self._texts))

    def flush(self) -> None:
        """Turn the tally of shapes into statistics per path."""
        part = ChunkStats()
        for shape, (count, record, line) in self._tally.items():
            part.records += count
            into: dict[Path, PathStat] = {}
            _expand(shape, (), Spot(self._file, record, line, ""), count, into)
            for path, stat in into.items():
                if path in part.paths:
                    part.paths[path].add(stat)
                else:
                    part.paths[path] = stat
        self._note_absences(part)
        self._tally.clear()
        self.stats.add(part)

    def _note_absences(self, part: ChunkStats) -> None:
        """A key known under some shapes is absent under the others: note the first of those."""
        keys: dict[Path, list[str]] = {}
        for path in part.paths:
            if path and path[-1] != "[]":
                keys.setdefault(path[:-1], []).append(path[-1])
        keys = {path: names for path, names in keys.items() if len(names) <= KEYS_LIMIT}
        for shape, (count, record, line) in self._tally.items():
            seen: dict[Path, Spot] = {}
            _lacks(shape, (), "", keys, seen, Spot(self._file, record, line, ""))
            for path, spot in seen.items():
                stat = part.paths[path]
                stat.absences += count
                if stat.absent is None or spot < stat.absent:
                    stat.absent = spot


def _follow(value: Any, path: Path, step: int, found: list[str | float]) -> None:
    """The strings and decimals under ``path`` alone."""
    if step == len(path):
        if isinstance(value, str | float):
            found.append(value)
    elif isinstance(value, dict):
        if path[step] in value:
            _follow(value[path[step]], path, step + 1, found)
    elif isinstance(value, list) and path[step] == "[]":
        for item in value:
            _follow(item, path, step + 1, found)


def _expand(shape: Shape, path: Path, spot: Spot, count: int, into: dict[Path, PathStat]) -> None:
    stat = into.get(path)
    if stat is None:
        stat = into[path] = PathStat(present=count)
    if shape.type not in stat.types:
        stat.types[shape.type] = (count, spot)
    for key, kid in zip(shape.keys, shape.kids, strict=True):
        _expand(kid, (*path, key), spot.under(key), count, into)
    for item, first in shape.items:
        _expand(item, (*path, "[]"), spot.under(first), count, into)


def _lacks(shape: Shape, path: Path, at: str, keys: dict[Path, list[str]], seen: dict[Path, Spot], spot: Spot) -> None:
    if shape.type == "dict":
        for key in keys.get(path, ()):
            if key not in shape.keys:
                seen.setdefault((*path, key), spot._replace(pointer=at + pointer(key)))
        for key, kid in zip(shape.keys, shape.kids, strict=True):
            if not kid.scalar:
                _lacks(kid, (*path, key), at + pointer(key), keys, seen, spot)
    for item, first in shape.items:
        if not item.scalar:
            _lacks(item, (*path, "[]"), at + pointer(first), keys, seen, spot)
