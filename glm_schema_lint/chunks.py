"""What one loader chunk holds: per path its presence, its JSON types and where first. Merging is associative."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from .location import pointer

KEYS_LIMIT: Final = 256
"""An object path with more different keys than this folds to ``*``."""

Path = tuple[str, ...]
"""Keys from the record down; items of a list are ``[]``, the many keys of a folded object ``*``."""


class Spot(NamedTuple):
    """Where something was seen first: file number within the split, record, line, pointer."""

    file: int
    record: int
    line: int | None
    pointer: str

    def shift(self, records: int, lines: int) -> Spot:
        """The same place in a file of which this shard is not the head."""
        return self._replace(record=self.record + records, line=None if self.line is None else self.line + lines)

    def under(self, key: str | int) -> Spot:
        """The place of ``key`` in the object that stands here."""
        return self._replace(pointer=self.pointer + pointer(key))


@dataclass(slots=True)
class PathStat:
    """What one path holds in one chunk: records in which it is present, and per JSON type a count and first place."""

    present: int = 0
    types: dict[str, tuple[int, Spot]] = field(default_factory=dict)
    absent: Spot | None = None
    """First place where the object above it stands without this key."""
    absences: int = 0
    """Records in which some object above it lacks this key."""

    def add(self, other: PathStat) -> None:
        """Merge what another part of the same chunk saw."""
        self.present += other.present
        self.absences += other.absences
        for name, (count, spot) in other.types.items():
            mine = self.types.get(name)
            self.types[name] = (count + mine[0], min(mine[1], spot)) if mine else (count, spot)
        if other.absent is not None and (self.absent is None or other.absent < self.absent):
            self.absent = other.absent


@dataclass(slots=True)
class ChunkStats:
    """One loader chunk: what `datasets` casts together (10 MiB of a text file, or a whole columnar file)."""

    records: int = 0
    paths: dict[Path, PathStat] = field(default_factory=dict)
    dates: dict[Path, Spot] | None = None
    """Paths of which every string looks like an ISO date; None until a record was looked at."""
    numbers: dict[Path, Spot] = field(default_factory=dict)
    """Paths of which every string looks like a number."""
    compared: set[Path] = field(default_factory=set)
    """Paths of which a string was looked at."""
    fractions: dict[Path, Spot] = field(default_factory=dict)
    """Paths that hold a decimal which is no whole number of 64 bits, with the first of them."""

    def add(self, other: ChunkStats) -> None:
        """Merge another part of the same chunk; the order and grouping of merges make no difference."""
        gaps = [(path, self.gap(path)) for path in other.paths if path not in self.paths]
        for path, stat in self.paths.items():
            more = other.paths.get(path)
            stat.add(more if more is not None else other.gap(path))
        for path, gap in gaps:
            gap.add(other.paths[path])
            self.paths[path] = gap
        self.records += other.records
        fold(self.paths)
        if other.dates is not None:
            self.dates = other.dates if self.dates is None else self._agree(self.dates, other.dates, other.compared)
        self.numbers = self._agree(self.numbers, other.numbers, other.compared)
        self.compared |= other.compared
        for path, spot in other.fractions.items():
            self.fractions[path] = min(spot, self.fractions.get(path, spot))

    def gap(self, path: Path) -> PathStat:
        """What a key that stands nowhere here adds: every object above it lacks it."""
        above = self.paths.get(path[:-1])
        if not path or path[-1] == "[]" or "*" in path or above is None or "dict" not in above.types:
            return PathStat()
        count, spot = above.types["dict"]
        return PathStat(absences=count, absent=spot.under(path[-1]))

    def _agree(self, mine: dict[Path, Spot], more: dict[Path, Spot], compared: set[Path]) -> dict[Path, Spot]:
        kept = {path: spot for path, spot in mine.items() if path in more or path not in compared}
        for path, spot in more.items():
            if path in kept:
                kept[path] = min(kept[path], spot)
            elif path not in self.compared:
                kept[path] = spot
        return kept

    def shift(self, records: int, lines: int) -> None:
        """Move every place to where the whole file has it."""
        for stat in self.paths.values():
            stat.types = {name: (count, spot.shift(records, lines)) for name, (count, spot) in stat.types.items()}
            stat.absent = stat.absent.shift(records, lines) if stat.absent else None
        if self.dates:
            self.dates = {path: spot.shift(records, lines) for path, spot in self.dates.items()}
        self.numbers = {path: spot.shift(records, lines) for path, spot in self.numbers.items()}
        self.fractions = {path: spot.shift(records, lines) for path, spot in self.fractions.items()}


def fold(paths: dict[Path, PathStat]) -> None:
    """Fold objects with too many different keys: their children become the one path ``*``, for good."""
    if len(paths) <= KEYS_LIMIT and not any(path and path[-1] == "*" for path in paths):
        return
    while True:
        counts: dict[Path, int] = {}
        for path in paths:
            if path and path[-1] not in ("[]", "*"):
                counts[path[:-1]] = counts.get(path[:-1], 0) + 1
        wide = [path for path, n in counts.items() if n > KEYS_LIMIT or (*path, "*") in paths]
        if not wide:
            return
        top = min(wide, key=len)
        size = len(top)
        for path in [p for p in paths if len(p) > size and p[:size] == top and p[size] not in ("[]", "*")]:
            stat = paths.pop(path)
            stat.absent, stat.absences = None, 0
            folded = (*top, "*", *path[size + 1 :])
            if folded in paths:
                paths[folded].add(stat)
            else:
                paths[folded] = stat
