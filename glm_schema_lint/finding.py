"""What was found and what training does with it: Outcome, Hit, Finding, Group. Imports nouns only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from .location import Location
from .wording import Text


class Severity(StrEnum):
    """How bad a finding is; it follows from the outcome alone."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return ("error", "warning", "info").index(self.value)


class Effect(StrEnum):
    """What training does with a defect, worst first."""

    CRASH = "crash"
    DROP = "drop"
    CORRUPT = "corrupt"
    STARVE = "starve"
    MISLEAD = "mislead"
    SLOW = "slow"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Effect).index(self)


class Stage(StrEnum):
    """When training meets a defect, earliest first."""

    CONFIG = "config"
    LOAD = "load"
    MAP = "map"
    COLLATE = "collate"
    STEP = "step"
    EVAL = "eval"
    PREDICT = "predict"

    @property
    def rank(self) -> int:
        """0 for the earliest."""
        return list(Stage).index(self)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one trainer does with one defect, and how that is known.

    ``when`` holds the conditions under which it is so, ready to print (``{"transformers": "<4.47"}``);
    ``evidence`` is ``ran``, ``read`` or ``inferred``; ``deliberate`` marks what a script does on purpose.
    """

    effect: Effect
    stage: Stage | None = None
    error: str | None = None
    source: str | None = None
    evidence: str = "ran"
    deliberate: bool = False
    when: tuple[tuple[str, str], ...] = ()
    holds: bool = True
    """False if the versions and settings in use rule it out: printed for comparison, never judged."""
    known: bool = True
    """False if it depends on a version or setting nobody named."""
    target: str = ""
    """The trainer, once it stands beside those of others in a group."""

    @property
    def severity(self) -> Severity:
        """Error for crash, drop, corrupt and starve; warning for what misleads, slows or is only inferred."""
        if self.effect is Effect.NONE:
            return Severity.INFO
        if self.effect in (Effect.MISLEAD, Effect.SLOW) or self.evidence == "inferred" or self.deliberate:
            return Severity.WARNING
        return Severity.ERROR


@dataclass(frozen=True, slots=True)
class Related:
    """A second place a finding speaks of, with a word on it."""

    location: Location
    message: Text


@dataclass(frozen=True, slots=True)
class Member:
    """Records that a finding about a split counts without naming them: those with one of ``types`` at ``path``.

    ``file`` and ``chunk`` say where to look (None: everywhere). ``absent`` adds the records in which an object lacks
    the last key, ``nowhere`` those that have nothing there at all.
    """

    file: int | None
    chunk: int | None
    path: tuple[str, ...]
    types: frozenset[str] = frozenset()
    absent: bool = False
    nowhere: bool = False


@dataclass(slots=True)
class Hit:
    """What a rule says: a defect at a place. The engine turns it into a Finding of a Group.

    Record rules give a ``pointer`` inside the record at hand; split, dataset and config rules give the whole
    ``location``. ``count`` is how many records one hit stands for. ``values`` fill the placeholders of the message.
    A hit for some records of a split says which: as ``members``, or ``listed`` by file number in ascending order. Without
    either it stands for the record it is located in, or for all of its file or split.
    """

    pointer: str = ""
    case: str = ""
    found: str | None = None
    expected: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    location: Location | None = None
    split: str | None = None
    count: int = 1
    related: tuple[Related, ...] = ()
    members: tuple[Member, ...] = ()
    listed: Mapping[int, Sequence[int]] | None = None


@dataclass(slots=True)
class Finding:
    """One shown example of a group."""

    location: Location
    found: str | None
    expected: str | None
    values: Mapping[str, object]
    related: tuple[Related, ...] = ()
    count: int = 1
    """Findings this one stands for: a whole column of rows is shown by its first."""


@dataclass(frozen=True, slots=True)
class GroupKey:
    """Findings with the same key are counted together."""

    rule: str
    case: str
    split: str | None
    file: str | None
    targets: tuple[str, ...]
    only: str = ""
    """Releases of `datasets` in which it is so; "" for all that may be in use."""


@dataclass(slots=True)
class Group:
    """All findings of one rule and case in one split and file: counted in full, the first few kept."""

    key: GroupKey
    code: str
    outcomes: tuple[Outcome, ...]
    severity: Severity
    findings: int = 0
    records: int = 0
    examples: list[Finding] = field(default_factory=list)
    common: str | None = None
    """The folder all found paths share, for rules about paths."""
    common_gone: bool = False
    """True if that folder is not there."""

    @property
    def worst(self) -> Outcome:
        """The outcome the group is judged by."""
        return self.outcomes[0]

    @property
    def by_target(self) -> dict[str, Outcome]:
        """The outcome under each of the targets that are concerned, as they stand in the key."""
        return {name: next(o for o in self.outcomes if o.target == name) for name in self.key.targets}
