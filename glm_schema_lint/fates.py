"""What becomes of a record under one trainer, as a number that grows with the harm, and runs of such numbers.

A record has one fate: the worst of what its findings say. A fate is kept beside the stage and the rule it comes from in
one *mark*, so that the larger of two marks is the one that counts, in whatever order they are met: crashed before
dropped before altered before kept; of two alike the one training meets first; then the rule that is listed first.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import Final

from .finding import Effect, Outcome, Stage


class Fate(IntEnum):
    """What becomes of a record, worst last. ``IDLE`` is a record that is kept and teaches nothing."""

    KEPT = 0
    IDLE = 1
    ALTERED = 2
    DROPPED = 3
    CRASH = 4


FATES: Final = {
    Effect.CRASH: Fate.CRASH, Effect.DROP: Fate.DROPPED, Effect.CORRUPT: Fate.ALTERED, Effect.STARVE: Fate.IDLE,
}  # fmt: skip
"""Effects that change a record's fate; what misleads, slows down or does nothing leaves it kept."""
_STAGES: Final = tuple(Stage)
_RULES: Final = 1 << 10
"""More rules than there will be."""

Mark = int
"""A fate with its stage and rule; 0 for a record that nothing happens to."""
Pair = tuple[Mark, Mark]
"""What was run or read in the trainer's code, and what is only inferred."""
NO_MARKS: Final[Pair] = (0, 0)


def mark(outcome: Outcome, rule: int) -> Mark:
    """The mark of an outcome of the rule with this number in the order of rules."""
    fate = FATES.get(outcome.effect, Fate.KEPT)
    if fate is Fate.KEPT:
        return 0
    early = 0 if outcome.stage is None else len(_STAGES) - outcome.stage.rank
    return (fate << 3 | early) * _RULES + (_RULES - 1 - rule)


def marks(outcomes: Iterable[Outcome], rule: int) -> Pair:
    """The worst mark that was seen or read, and the worst that is inferred, of the outcomes that may hold."""
    sure = maybe = 0
    for outcome in outcomes:
        if not outcome.holds:
            continue
        if outcome.evidence == "inferred":
            maybe = max(maybe, mark(outcome, rule))
        else:
            sure = max(sure, mark(outcome, rule))
    return sure, maybe


def fate(of: Mark) -> Fate:
    """The fate in a mark."""
    return Fate(of // _RULES >> 3)


def stage(of: Mark) -> Stage | None:
    """The stage in a mark."""
    early = of // _RULES & 7
    return _STAGES[len(_STAGES) - early] if early else None


def rule(of: Mark) -> int:
    """The number of the rule in a mark."""
    return _RULES - 1 - of % _RULES


class Runs:
    """Numbers from 0 up that hold a value other than 0, as runs of equal values in ascending order.

    Twelve bytes for each run and nothing for what lies between: a file of which every record is bad is one run.
    """

    __slots__ = ("starts", "stops", "values")

    def __init__(self) -> None:
        self.starts, self.stops, self.values = array("I"), array("I"), array("I")

    def add(self, start: int, stop: int, value: int) -> None:
        """Append a run; it may begin where the last one ended, not before."""
        if self.values and self.stops[-1] == start and self.values[-1] == value:
            self.stops[-1] = stop
            return
        self.starts.append(start)
        self.stops.append(stop)
        self.values.append(value)

    def extend(self, more: Runs, shift: int = 0) -> None:
        """Append the runs of what follows, ``shift`` numbers further on."""
        for start, stop, value in more:
            self.add(start + shift, stop + shift, value)

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        return zip(self.starts, self.stops, self.values, strict=True)

    def __len__(self) -> int:
        return len(self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Runs) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __repr__(self) -> str:
        return f"Runs({list(self)})"


def of(numbers: dict[int, int]) -> Runs:
    """Runs of single numbers with their values, in any order."""
    runs = Runs()
    for number in sorted(numbers):
        runs.add(number, number + 1, numbers[number])
    return runs


def sweep(several: Sequence[Runs], stop: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Cut 0 to ``stop`` into pieces in which all of ``several`` are constant; a piece with the value of each."""
    at, last = 0, len(several)
    heads = [0] * last
    while at < stop:
        end, values = stop, [0] * last
        for number, runs in enumerate(several):
            head = heads[number]
            while head < len(runs.stops) and runs.stops[head] <= at:
                head += 1
            heads[number] = head
            if head < len(runs.starts):
                if runs.starts[head] <= at:
                    values[number] = runs.values[head]
                    end = min(end, runs.stops[head])
                else:
                    end = min(end, runs.starts[head])
        yield at, end, tuple(values)
        at = end


def worst(one: Runs, other: Runs) -> Runs:
    """The larger value at every number."""
    if not one or not other:
        return one or other
    runs = Runs()
    for start, stop, values in sweep((one, other), max(one.stops[-1], other.stops[-1])):
        if value := max(values):
            runs.add(start, stop, value)
    return runs
