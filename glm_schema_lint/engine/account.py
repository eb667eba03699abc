"""Accounts: of every split under every target, records in = kept + altered + dropped + crash, and by which rule.

Each record counts once, by the worst that was seen or read in the trainer's code; what is only inferred is counted apart.
A version or setting that nobody named counts as the worst case, as it does for severities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..fates import NO_MARKS, Fate, Mark, Pair, fate, sweep
from ..record import Dataset
from .job import Job
from .ledger import Book, Ledger
from .members import find


@dataclass(slots=True)
class Account:
    """What becomes of the records of one split, or of several, under one target."""

    records: int = 0
    """Entries that came in: records, and lines that give none."""
    marks: Counter[Mark] = field(default_factory=Counter)
    """Records by mark; those that nothing happens to under 0."""
    inferred: Counter[Mark] = field(default_factory=Counter)
    """Records that fare worse than that if what is inferred is true."""
    stop: Mark = 0
    """Where the run stops first: the mark of the earliest crash, 0 if there is none. It may be of no record."""
    maybe_stop: Mark = 0
    """The same of what is inferred."""
    rows: int | None = None
    """Rows that the records kept, altered or idle become, where the trainer makes several of one; else None."""
    exact: bool = True

    def count(self, *fates: Fate) -> int:
        """Records with one of these fates."""
        return sum(number for mark, number in self.marks.items() if fate(mark) in fates)

    @property
    def kept(self) -> int:
        """Records that reach training as they are; those that teach nothing are among them."""
        return self.count(Fate.KEPT, Fate.IDLE)

    @property
    def whole(self) -> bool:
        """True if every record is kept and nothing stops the run."""
        return self.kept == self.records and not self.stop

    def worse(self) -> Counter[Fate]:
        """Records by the fate that is only inferred, where it is worse than the one that is known."""
        counted: Counter[Fate] = Counter()
        for mark, number in self.inferred.items():
            counted[fate(mark)] += number
        return counted

    def add(self, other: Account) -> None:
        """Put the records of another split to these."""
        self.records += other.records
        self.marks.update(other.marks)
        self.inferred.update(other.inferred)
        self.stop, self.maybe_stop = max(self.stop, other.stop), max(self.maybe_stop, other.maybe_stop)
        if self.rows is not None or other.rows is not None:
            mine, theirs = (one.rows if one.rows is not None else one.survivors for one in (self, other))
            self.rows = mine + theirs
        self.exact = self.exact and other.exact

    @property
    def survivors(self) -> int:
        """Records that are neither dropped nor crash."""
        return self.count(Fate.KEPT, Fate.IDLE, Fate.ALTERED)


def account(books: Iterable[Book], target: str, *, expands: bool, exact: bool = True) -> Account:
    """The account of one split under ``target``; ``expands`` if a record may become several rows there."""
    made = Account(rows=0 if expands else None, exact=exact)
    for book in books:
        sure, maybe, whole = book.marked(target)
        several = [sure, maybe, book.rows[target]] if target in book.rows else [sure, maybe]
        made.records += book.entries
        _stops(made, whole)
        for start, stop, values in sweep(several, book.entries):
            known, guess = max(values[0], whole[0]), max(values[1], whole[1])
            made.marks[known] += stop - start
            _stops(made, (known, guess))
            if fate(guess) > fate(known):
                made.inferred[guess] += stop - start
            if made.rows is not None and fate(known) < Fate.DROPPED:
                rows = values[2] - 1 if len(values) > 2 and values[2] else 1
                made.rows += (stop - start) * rows
    return made


def settle(job: Job, dataset: Dataset, ledger: Ledger, totals: dict[str, Account]) -> list[dict[str, Account]]:
    """The accounts of every split by target, added to ``totals`` as well; what findings of splits say is spread first."""
    ledger.settle(dataset.splits, find)
    made: list[dict[str, Account]] = [{} for _ in dataset.splits]
    for target in job.contracts():
        total = totals.setdefault(target.name, Account())
        total.add(run_wide(ledger.run.get(target.name, NO_MARKS)))
        for number, split in enumerate(dataset.splits):
            raw = split.dialect not in (None, "tokenized")
            several = raw and target.rows(split.kind, job.settings) != "per-record"
            books = [book for (place, _), book in sorted(ledger.books.items()) if place == number]
            one = made[number][target.name] = account(books, target.name, expands=several, exact=ledger.exact)
            total.add(one)
    return made


def run_wide(pair: Pair = NO_MARKS) -> Account:
    """An account of no record, for what stops the run whatever the records are."""
    made = Account()
    _stops(made, pair)
    return made


def _stops(into: Account, pair: Pair) -> None:
    for name, mark in zip(("stop", "maybe_stop"), pair, strict=True):
        if fate(mark) is Fate.CRASH and mark > getattr(into, name):
            setattr(into, name, mark)
