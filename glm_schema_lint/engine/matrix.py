"""The records under several targets at once: the fate under each, the different combinations, and one line per record."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..fates import Fate, Pair, fate, sweep
from ..location import Location
from ..stats import SplitStats, Spot
from .ledger import Book, Ledger

Cell = tuple[Fate, Fate]
"""What becomes of a record as seen or read, and as inferred where that is worse; else twice the same."""


@dataclass(slots=True)
class Row:
    """Records that fare alike under every target: how many, where the first stands, and its marks."""

    cells: tuple[Cell, ...]
    records: int
    first: Location
    marks: tuple[Pair, ...]

    @property
    def lost(self) -> bool:
        """True if no target keeps them as they are."""
        return all(sure is not Fate.KEPT for sure, _ in self.cells)


@dataclass(slots=True)
class Sheet:
    """One split with the marks of its records under ``targets``."""

    targets: tuple[str, ...]
    stats: SplitStats
    books: list[Book]

    def pieces(self) -> Iterator[tuple[int, int, int, tuple[Pair, ...]]]:
        """(file number, first entry, one past the last, marks by target) of all entries, in order of reading."""
        for number, book in enumerate(self.books):
            held = [book.marked(target) for target in self.targets]
            several = [runs for sure, maybe, _ in held for runs in (sure, maybe)]
            for start, stop, values in sweep(several, book.entries):
                pairs = zip(values[::2], values[1::2], held, strict=True)
                yield (
                    number,
                    start,
                    stop,
                    tuple([(max(s, whole[0]), max(m, whole[1])) for s, m, (_, _, whole) in pairs]),
                )

    def records(self) -> Iterator[tuple[Location, tuple[Pair, ...]]]:
        """Every entry with its marks, one after the other."""
        for file, start, stop, marks in self.pieces():
            for entry in range(start, stop):
                yield self.location(file, entry), marks

    def location(self, file: int, entry: int) -> Location:
        """The address of an entry; in files of lines with its line, whether or not it gave a record."""
        stats, book = self.stats, self.books[file]
        low = bisect_left(stats.files_at, file)
        high = bisect_left(stats.files_at, file + 1, low)
        at = bisect_left(stats.records_at, entry, low, high)
        line = 0
        if at < high and stats.records_at[at] == entry:
            line = stats.lines_at[at]
        elif (gap := bisect_left(book.gaps, entry)) < len(book.gaps) and book.gaps[gap] == entry:
            line = book.gap_lines[gap]
        return stats.location(Spot(file, entry, line or None, ""))


def sheets(targets: tuple[str, ...], stats: list[SplitStats], ledger: Ledger) -> list[Sheet]:
    """The sheets of a dataset, one for each split."""
    return [
        Sheet(targets, one, [ledger.books.get((number, file), Book()) for file in range(len(one.split.files))])
        for number, one in enumerate(stats)
    ]


def cells(marks: tuple[Pair, ...]) -> tuple[Cell, ...]:
    """The fates in marks."""
    return tuple((fate(sure), max(fate(sure), fate(maybe))) for sure, maybe in marks)


def matrix(several: Iterable[Sheet]) -> list[Row]:
    """The different rows: the worst first, of those alike the one with more records."""
    rows: dict[tuple[Cell, ...], Row] = {}
    for sheet in several:
        for file, start, stop, marks in sheet.pieces():
            key = cells(marks)
            row = rows.get(key)
            if row is None:
                row = rows[key] = Row(key, 0, sheet.location(file, start), marks)
            row.records += stop - start
    return sorted(
        rows.values(), key=lambda row: (-sum(sure for sure, _ in row.cells), -row.records, row.first.sort_key())
    )
