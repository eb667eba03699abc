"""Mergeable statistics of a split: which paths hold what, in which loader chunk, and where first."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .chunks import ChunkStats, Path, PathStat, Spot
from .collect import ChunkCollector, is_whole, looks_like_date, looks_like_number
from .gathered import Gathered
from .location import Location
from .record import Split
from .shapes import DEPTH_LIMIT, Shape, Shaper, TooDeepError

__all__ = [
    "DEPTH_LIMIT", "ChunkCollector", "ChunkStats", "Gathered", "Path", "PathStat", "Shape", "Shaper", "SplitStats", "Spot",
    "TooDeepError", "is_whole", "looks_like_date", "looks_like_number",
]  # fmt: skip


@dataclass(slots=True)
class SplitStats:
    """All chunks of a split in the order of reading, with digests for duplicates.

    ``chunks`` are keyed (file number, chunk number). ``digests`` holds 64-bit digests of records, ``prompts`` of what
    comes before the first answer, one per record that has a view, with ``spots`` (file, record, line) beside them.
    """

    split: Split
    chunks: dict[tuple[int, int], ChunkStats] = field(default_factory=dict)
    records: int = 0
    skipped: int = 0
    """Entries that gave no record: broken lines, files that could not be read."""
    digests: array[int] = field(default_factory=lambda: array("Q"))
    prompts: array[int] = field(default_factory=lambda: array("Q"))
    sizes: array[int] = field(default_factory=lambda: array("Q"))
    """Characters of all text of each of these records, to see which are far longer than the rest."""
    files_at: array[int] = field(default_factory=lambda: array("I"))
    records_at: array[int] = field(default_factory=lambda: array("I"))
    lines_at: array[int] = field(default_factory=lambda: array("I"))
    thoughts: array[int] = field(default_factory=lambda: array("I"))
    """Records, by their place in ``digests``, whose answers hold a thought."""
    gathered: Gathered = field(default_factory=Gathered)

    def ordered(self) -> Sequence[tuple[tuple[int, int], ChunkStats]]:
        """Chunks in the order a loader reads them."""
        return sorted(self.chunks.items(), key=lambda item: item[0])

    def path(self, *path: str) -> PathStat:
        """What ``path`` holds over the whole split; ``absent`` is the first record that lacks it."""
        total = PathStat()
        for _, chunk in self.ordered():
            stat = chunk.paths.get(path)
            total.add(stat if stat is not None else chunk.gap(path))
        return total

    def columns(self) -> Iterator[str]:
        """Top-level keys in the order first seen."""
        seen: set[str] = set()
        for _, chunk in self.ordered():
            for path in chunk.paths:
                if len(path) == 1 and path[0] not in seen and path[0] != "[]":
                    seen.add(path[0])
                    yield path[0]

    def location(self, spot: Spot) -> Location:
        """The address of a spot of this split."""
        file = self.split.files[spot.file]
        return Location(
            file.rel,
            spot.record,
            spot.line,
            file.in_file(spot.pointer),
            split=self.split.name if file.rel is None else None,
        )

    def record_location(self, index: int, pointer_: str = "") -> Location:
        """The address of the ``index``-th record that has a digest."""
        line = self.lines_at[index]
        return self.location(Spot(self.files_at[index], self.records_at[index], line or None, pointer_))
