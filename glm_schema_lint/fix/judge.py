"""Which records training crashes on or drops: the engine's own scanner asked record by record."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from .. import sources
from ..collect import ChunkCollector
from ..engine.job import Job, Shard
from ..engine.loaded import Lens
from ..engine.result import ShardResult
from ..engine.scan import Scanner
from ..engine.tally import Failing, Step, severity_of
from ..finding import Effect, GroupKey, Hit, Severity
from ..location import Location
from ..record import DataFile, Dataset, Problem, Record, Split
from ..rules import Rule
from .catalogue import setting_answers

_ELSEWHERE = frozenset(("SPLIT", "CFG", "DUP", "LINT"))
"""Families that speak of files, configs or several records: leaving one record out mends nothing."""
_FORGET = 4096


class Verdict(NamedTuple):
    """Why a record does not survive training."""

    rule: str
    code: str
    effect: Effect


class _Ear:
    """Stands where the scanner has its tally, and hears of the record at hand only."""

    def __init__(self, candidates: int) -> None:
        self._candidates = candidates
        self.groups: dict[Any, Any] = {}
        self.total = 0
        self.worst: Verdict | None = None
        self.trace: list[Step] | None = None

    def again(self, _steps: list[Step], _record: object) -> bool:
        """Nothing is said from memory: of every record it has to be heard anew."""
        return False

    def news(self, _said: bool) -> AbstractContextManager[None]:
        """Nothing is emitted here."""
        return nullcontext()

    def add(
        self, rule: Rule, hit: Hit, at: Location, split: str | None, failing: Failing, _record: object = None,
        only: str = "",
    ) -> None:  # fmt: skip
        """Keep the worst of what makes training lose the record."""
        self.total += 1
        if self.trace is not None:  # an empty trace would have the scanner take such records for clean ones
            key = GroupKey(rule.name, hit.case, split, at.file, tuple(name for name, _ in failing), only)
            self.trace.append(Step(key, hit.count, special=True))
        if (
            rule.family in _ELSEWHERE
            or setting_answers(rule.name, hit.case)
            or hit.location is not None
            or severity_of(failing, self._candidates) is not Severity.ERROR
        ):
            return
        effect = min((outcomes[0].effect for _, outcomes in failing), key=lambda e: e.rank)
        if effect in (Effect.CRASH, Effect.DROP) and (self.worst is None or effect.rank < self.worst.effect.rank):
            self.worst = Verdict(rule.name, rule.code, effect)


class Witness:
    """Judges the records of one file as check does, one at a time."""

    def __init__(
        self, job: Job, dataset: Dataset, split: Split, file: DataFile, images: sources.ImageReader, lens: Lens | None
    ) -> None:
        self._scanner = Scanner(job, dataset, split, file, images, lens=lens)
        self._ear = _Ear(len(job.targets))
        self._scanner.tally = self._ear  # type: ignore[assignment]  # it offers what a scanner asks of a tally
        self._file = 0
        self._reset()

    def _reset(self) -> None:
        self._result, self._collector, self._seen = ShardResult(Shard(0, 0)), ChunkCollector(self._file), 0

    def __call__(self, record: Record, problems: list[Problem]) -> Verdict | None:
        """Why training loses the record, None if it does not; ``problems`` are those of its text."""
        self._ear.worst = None
        for problem in problems:
            self._scanner.problem(problem)
        if record.value is not None:
            self._scanner.record(record, self._collector, self._result)
            self._seen += 1
            if self._seen >= _FORGET:  # what merging would need is not needed here
                self._reset()
        return self._ear.worst
