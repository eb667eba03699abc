"""What becomes of every record under every target, kept small: marks of single records, of whole files and splits."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from ..fates import NO_MARKS, Pair, Runs, of, worst
from ..finding import Hit, Member, Severity
from ..location import Location
from ..record import Split
from ..sources import Batch
from ..targets import Target
from ..targets.behaviours import ROWS
from ..views import reads_of, roles_of
from .tally import Failing, severity_of

ALL: Final = "*"
"""Stands for a target in a book: what is marked under it is an error already, as all candidates fail on one finding."""


def alone(target: str) -> str:
    """Stands for a target in a book: what is marked under it would be an error if it were the only candidate."""
    return f"{target}!"


def joint(failing: Failing, candidates: int, marks: Callable[[str], Pair]) -> Iterator[tuple[str, Pair]]:
    """What is noted of a finding where there are several candidates: who fails on it with an error, and if all do."""
    if candidates < 2:
        return
    for name, outcomes in failing:
        if outcomes[0].severity is Severity.ERROR:
            yield alone(name), (marks(name)[0], 0)
    if severity_of(failing, candidates) is Severity.ERROR:
        yield ALL, (1, 0)


def louder(one: Pair, other: Pair) -> Pair:
    """The worse of both, side by side."""
    return max(one[0], other[0]), max(one[1], other[1])


@dataclass(slots=True)
class Book:
    """One file, or a shard of it. Entries are records and what gave no record; they are numbered from its start.

    ``sure`` and ``maybe`` hold, by target, the marks of its entries (maybe: what is only inferred); ``whole`` holds the
    marks that all of its entries have; ``rows`` the rows an entry expands to plus one, where they are not one.
    """

    entries: int = 0
    sure: dict[str, Runs] = field(default_factory=dict)
    maybe: dict[str, Runs] = field(default_factory=dict)
    whole: dict[str, Pair] = field(default_factory=dict)
    rows: dict[str, Runs] = field(default_factory=dict)
    gaps: array[int] = field(default_factory=lambda: array("I"))
    gap_lines: array[int] = field(default_factory=lambda: array("I"))
    """Entries that gave no record, and the line each stands in (0 if it has none)."""

    def extend(self, more: Book, lines: int = 0) -> None:
        """Append the shard that follows, which begins after so many lines."""
        self.gaps.extend([entry + self.entries for entry in more.gaps])
        self.gap_lines.extend([line and line + lines for line in more.gap_lines])
        for mine, theirs in ((self.sure, more.sure), (self.maybe, more.maybe), (self.rows, more.rows)):
            for target, runs in theirs.items():
                mine.setdefault(target, Runs()).extend(runs, self.entries)
        for target, pair in more.whole.items():
            self.cover(target, pair)
        self.entries += more.entries

    def cover(self, target: str, pair: Pair) -> None:
        """Mark all entries."""
        self.whole[target] = louder(self.whole.get(target, NO_MARKS), pair)

    def overlay(self, target: str, pair: Pair, runs: Runs) -> None:
        """Mark the entries that ``runs`` holds, whatever its values are."""
        for into, value in zip((self.sure, self.maybe), pair, strict=True):
            if value:
                marked = Runs()
                for start, stop, _ in runs:
                    marked.add(start, stop, value)
                into[target] = worst(into.get(target, Runs()), marked)

    def marked(self, target: str) -> tuple[Runs, Runs, Pair]:
        """The marks of a target: seen or read, inferred, and those of all entries."""
        return self.sure.get(target, Runs()), self.maybe.get(target, Runs()), self.whole.get(target, NO_MARKS)


class Scribe:
    """Writes the book of one shard while it is scanned: marks wait until their batch is read."""

    def __init__(self, split: Split, contracts: Iterable[Target], settings: Any) -> None:
        self.book = Book()
        self._waiting: dict[tuple[str, bool], dict[int, int]] = {}
        self.counters: dict[str, Callable[[Any], int]] = {
            target.name: count for target in contracts if (count := counter(target, split, settings)) is not None
        }
        """By target, how many rows a record expands to; empty where every record is one row."""
        self.trace: list[tuple[str, Pair]] | None = None
        """Where it is a list, what is noted is written there too."""

    def note(self, target: str, pair: Pair, record: int | None) -> None:
        """Mark a record, or all of the file."""
        if record is None:
            self.book.cover(target, pair)
            return
        if self.trace is not None:
            self.trace.append((target, pair))
        for value, sure in zip(pair, (True, False), strict=True):
            if value:
                marks = self._waiting.setdefault((target, sure), {})
                marks[record] = max(value, marks.get(record, 0))

    def expand(self, value: Any, index: int) -> None:
        """Count the rows that a record becomes under each target."""
        for target, counter in self.counters.items():
            rows = counter(value)
            if rows != 1:
                self.book.rows.setdefault(target, Runs()).add(index, index + 1, rows + 1)

    def turn(self, entries: int) -> None:
        """A batch is read; the shard has so many entries by now. Marks beyond them belong to what was not read."""
        self.book.entries = entries
        for (target, sure), marks in self._waiting.items():
            if not marks:
                continue
            runs = of({record: value for record, value in marks.items() if record < entries})
            marks.clear()
            book = self.book.sure if sure else self.book.maybe
            mine = book.setdefault(target, Runs())
            if mine and runs and runs.starts[0] < mine.stops[-1]:  # a later batch speaks of an earlier record
                book[target] = worst(mine, runs)
            else:
                mine.extend(runs)

    def gaps(self, start: int, batch: Batch) -> None:
        """Note where the entries of a batch stand that gave no record: those between ``start`` and the last turn."""
        records = {record.index for record in batch.records}
        lines = {p.record: p.line for p in batch.problems if p.record is not None}
        for entry in range(start, self.book.entries):
            if entry not in records:
                self.book.gaps.append(entry)
                self.book.gap_lines.append(lines.get(entry) or 0)


def counter(target: Target, split: Split, settings: Any) -> Callable[[Any], int] | None:
    """How many rows a record becomes under a target; None where each is one row."""
    way = target.rows(split.kind, settings)
    reads = reads_of(target, split)
    if way == "per-record" or reads is None or split.dialect == "tokenized":
        return None
    answers = frozenset(roles_of(target, split).get("assistant", ()))
    rows = ROWS[way]

    def count(value: Any) -> int:
        messages = value.get(reads.messages) if isinstance(value, dict) else None
        return rows(messages, reads.role, reads.content, answers) if isinstance(messages, list) else 1

    return count


def _counted_once(member: Member) -> bool:
    """True if statistics count no record twice: a record may hold values of two types at one path."""
    return len(member.types - {"null"}) + (member.absent or member.nowhere or "null" in member.types) < 2


@dataclass(slots=True)
class Claim:
    """What a finding of a split or of a file says of records: those of ``hit``, in split number ``split``."""

    target: str
    split: int
    pair: Pair
    hit: Hit


@dataclass(slots=True)
class Ledger:
    """The books of one dataset by (split number, file number), what was found about splits, and about the run itself."""

    books: dict[tuple[int, int], Book] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    run: dict[str, Pair] = field(default_factory=dict)
    """By target, what stops the run whatever the records are: a config that cannot be read, a file that is missing."""
    exact: bool = True
    """False if a finding stands for records it does not name."""

    def claim(self, target: str, split: int | None, pair: Pair, hit: Hit) -> None:
        """Keep what a finding of a split, a file or the layout says."""
        if pair == NO_MARKS:
            return
        if split is None:
            self.run[target] = louder(self.run.get(target, NO_MARKS), pair)
        else:
            self.claims.append(Claim(target, split, pair, hit))

    def settle(
        self, splits: list[Split], find: Callable[[Split, list[Member]], dict[tuple[Member, int], Runs]]
    ) -> None:
        """Turn claims into marks. ``find`` reads a split again for the records that findings describe but do not name."""
        described: dict[int, list[Claim]] = {}
        for claim in self.claims:
            hit, at = claim.hit, claim.hit.location or Location()
            numbers = {file.rel: number for number, file in enumerate(splits[claim.split].files)}
            mine = {n: book for (s, n), book in self.books.items() if s == claim.split}
            file = numbers.get(at.file)
            total = sum(book.entries for book in mine.values())
            if hit.listed is not None:
                for number, records in hit.listed.items():
                    runs = Runs()
                    for record in records:
                        runs.add(record, record + 1, 1)
                    mine[number].overlay(claim.target, claim.pair, runs)
            elif hit.members and not (hit.count >= total and all(_counted_once(m) for m in hit.members)):
                described.setdefault(claim.split, []).append(claim)
            elif at.record is None or file is None:  # of a file, or from a config file: of all the split
                for number, book in mine.items():
                    if file in (None, number):
                        book.cover(claim.target, claim.pair)
            elif hit.count >= total:
                for book in mine.values():
                    book.cover(claim.target, claim.pair)
            else:
                self._some(claim, mine, file, at.record)
        for split, claims in described.items():
            found = find(splits[split], [member for claim in claims for member in claim.hit.members])
            for claim in claims:
                members = set(claim.hit.members)
                for (member, number), runs in found.items():
                    if member in members:
                        self.books[split, number].overlay(claim.target, claim.pair, runs)
        self.claims = []

    def _some(self, claim: Claim, books: dict[int, Book], file: int, record: int) -> None:
        """The record a finding names, and as many more as it counts: those that follow, for want of their names."""
        left = claim.hit.count
        self.exact = self.exact and left == 1
        for number in sorted(books):
            start = record if number == file else 0
            stop = min(books[number].entries, start + left)
            if number < file or stop <= start:
                continue
            runs = Runs()
            runs.add(start, stop, 1)
            books[number].overlay(claim.target, claim.pair, runs)
            left -= stop - start
            if not left:
                return
