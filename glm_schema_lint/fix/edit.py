"""What becomes of one entry of a file: its repairs, in order, and, if it is still lost on training, its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from ..location import Location
from ..record import Record
from ..rules import by_name
from ..wording import Text
from .account import Account, Dropped
from .convert.talk import CannotCarryError
from .judge import Witness
from .seat import Repair
from .text import Entry


class Hunk(Protocol):
    """Is told of every record that changes, for ``--diff``."""

    def __call__(self, at: str, old: Any, new: list[Any], names: list[str]) -> None:
        """``old`` at the address ``at`` becomes ``new`` by the repairs ``names``."""


class Editor:
    """The repairs of one file. ``chains`` are those of each trainer in question: what all of them agree on is done."""

    def __init__(
        self, chains: Sequence[Sequence[Repair]], account: Account, name: str, shown: str,
        witness: Witness | None = None, hunk: Hunk | None = None,
    ) -> None:  # fmt: skip
        self._chains, self._account, self._name, self._shown = chains, account, name, shown
        self._witness, self._hunk = witness, hunk
        self.converts = False
        """True if records take another form, so that what cannot be read cannot stay."""
        self._here: Record | None = None

    def __call__(self, entry: Entry, count: bool = True) -> list[Any]:
        """The values that take the place of an entry; none if it is left out."""
        record = entry.record
        self._account.read += count
        self._here = record if count else None
        if entry.doubtful and self.converts:
            rule = entry.problems[0].rule if entry.problems else "line-not-json"
            return self._refused(
                entry, CannotCarryError(rule, Text("text that cannot be read", "无法读取的文本")), count
            )
        if entry.doubtful:
            if self._lost([record.value], entry, count):
                return []
            self._account.made += count
            return [record.value]
        names = ["marks-left-out"] if entry.mended else []
        try:
            values = self._repaired(record.value, names) if isinstance(record.value, dict) else [record.value]
            if self.converts and not isinstance(record.value, dict):
                raise CannotCarryError("record-not-object", Text("records that are no objects", "不是对象的记录"))
        except CannotCarryError as error:
            return self._refused(entry, error, count)
        if self._lost(values, entry, count):
            return []
        if count:
            self._account.made += len(values)
            self._tell(record, values, names)
        return values

    def rows(self, row: dict[str, Any], number: int, count: bool) -> list[dict[str, Any]]:
        """The same for a row of a columnar file."""
        return self(Entry(Record(row, number)), count)

    def use(self, chain: Sequence[Repair]) -> None:
        """Turn records into another form, by a chain of repairs that ends there."""
        self._chains, self.converts = [chain], True

    def lose(self, what: Text) -> None:
        """Something of the record at hand is not carried over."""
        if self._here is not None:
            self._account.lose(what, self._at(self._here))

    def _refused(self, entry: Entry, error: CannotCarryError, count: bool) -> list[Any]:
        record = entry.record
        if count:
            at, code = Location(self._name, record.index, record.line), by_name()[error.rule].code
            self._account.dropped.append(Dropped(at, error.rule, code, "not-carried", self._at(record)))
            self._account.lose(error.what, self._at(record))
            if self._hunk is not None:
                self._hunk(self._at(record), record.value, [], ["record-dropped"])
        return []

    def _repaired(self, value: dict[str, Any], names: list[str]) -> list[Any]:
        outcomes = [_run(chain, value) for chain in self._chains]
        if not outcomes or (len(outcomes) > 1 and any(made != outcomes[0][0] for made, _ in outcomes[1:])):
            return [value]
        made, done = outcomes[0]
        names += done
        return made

    def _lost(self, values: list[Any], entry: Entry, count: bool) -> bool:
        """True if the record is left out; noted once."""
        verdict = None
        record, problems = entry.record, [] if entry.mended and not entry.doubtful else entry.problems
        if self._witness is not None:
            verdicts = [
                self._witness(record if value is record.value else record._replace(value=value, raw=None), problems)
                for value in values
            ]
            verdict = verdicts[0] if all(verdicts) else None
        if verdict is not None and count:
            at = Location(self._name, record.index, record.line)
            lost = Dropped(at, verdict.rule, verdict.code, verdict.effect.value, self._at(record))
            self._account.dropped.append(lost)
            if self._hunk is not None:
                self._hunk(self._at(record), record.value, [], ["record-dropped"])
        return verdict is not None

    def _tell(self, record: Record, values: list[Any], names: list[str]) -> None:
        for name in names:
            self._account.note(name, self._at(record))
        if names and self._hunk is not None:
            self._hunk(self._at(record), record.value, values, names)

    def _at(self, record: Record) -> str:
        return f"{self._shown}{str(Location(self._name, record.index, record.line)).removeprefix(self._name)}"


def _run(chain: Sequence[Repair], value: dict[str, Any]) -> tuple[list[Any], list[str]]:
    """What a chain of repairs makes of a record, and which of them did something."""
    values: list[Any] = [value]
    names: list[str] = []
    for repair in chain:
        made: list[Any] = []
        for one in values:
            new = repair(one)
            if not (len(new) == 1 and new[0] is one):
                names.append(repair.name)
            made += new
        values = made
    return values, list(dict.fromkeys(names))
