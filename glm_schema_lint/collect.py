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
_NUMBER = re.compile(r"-?[0-9]{1,18}\Z")


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
    """True for a string that Arrow casts to a whole number."""
    return len(value) <= 19 and _NUMBER.match(value) is not None


class ChunkCollector:
    """Gathers ChunkStats of one chunk from the shapes of its records; cheap where shapes repeat."""

    def __init__(self, file: int) -> None:
        self.stats = ChunkStats()
        self._file = file
        self._tally: dict[Shape, list[Any]] = {}
        self.watched: tuple[Path, ...] = ()
        """Paths of which every string so far looks like a date or a number."""

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

    def watch(self, value: Any, record: int, line: int | None, new: bool) -> None:
        """Look at the strings of a record: at all of a new shape, else only where all were dates or numbers so far."""
        if new:
            self.watch_dates(value, record, line)
        elif self.watched:
            dates, numbers = self.stats.dates or {}, self.stats.numbers
            for path in self.watched:
                found: list[tuple[str, str]] = []
                _follow(value, path, 0, "", found)
                for text, _ in found:
                    if (path in numbers and not looks_like_number(text)) or (
                        path in dates and not looks_like_date(text)
                    ):
                        self._compare(path, found, record, line)
                        break

    def watch_dates(self, value: Any, record: int, line: int | None) -> bool:
        """Look at every string of a record; False if no path is left of which all were dates or numbers."""
        found: dict[Path, list[tuple[str, str]]] = {}
        _strings(value, (), "", found)
        for path, strings in found.items():
            self._compare(path, strings, record, line)
        return bool(self.watched)

    def _compare(self, path: Path, strings: list[tuple[str, str]], record: int, line: int | None) -> None:
        stats = self.stats
        if not strings or (path in stats.compared and path not in self.watched):
            return
        if stats.dates is None:
            stats.dates = {}
        for good, looks in ((stats.dates, looks_like_date), (stats.numbers, looks_like_number)):
            if path in stats.compared and path not in good:
                continue
            if not all(looks(text) for text, _ in strings):
                good.pop(path, None)
            elif path not in good:
                good[path] = Spot(self._file, record, line, strings[0][1])
        stats.compared.add(path)
        self.watched = (*stats.dates, *stats.numbers)

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


def _strings(value: Any, path: Path, at: str, found: dict[Path, list[tuple[str, str]]]) -> None:
    if isinstance(value, str):
        found.setdefault(path, []).append((value, at))
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str | dict | list):
                _strings(item, (*path, key), at + pointer(key), found)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, str | dict | list):
                _strings(item, (*path, "[]"), at + pointer(index), found)


def _follow(value: Any, path: Path, step: int, at: str, found: list[tuple[str, str]]) -> None:
    """The strings under ``path`` alone."""
    if step == len(path):
        if isinstance(value, str):
            found.append((value, at))
    elif isinstance(value, dict):
        if path[step] in value:
            _follow(value[path[step]], path, step + 1, at, found)
    elif isinstance(value, list) and path[step] == "[]":
        for item in value:
            _follow(item, path, step + 1, at, found)


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
