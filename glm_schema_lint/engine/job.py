"""What a scan needs to know: the targets, the rules, the options. Picklable, so that workers get it whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..fates import Pair, marks
from ..finding import Outcome
from ..record import Dataset, Split
from ..rules import Context, Rule, numbers
from ..rules import load as load_rules
from ..sources import ImageReader, TokenCounter
from ..targets import Target, load
from ..targets.versions import Version


@dataclass(slots=True)
class Job:
    """Options of one run, resolved. ``targets`` are names: one, or several while the trainer is not known."""

    targets: tuple[str, ...]
    rules: frozenset[str]
    versions: Mapping[str, Version] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    examples: int = 5
    images: str = "header"
    image_root: str | None = None
    max_records: int | None = None
    max_length: int | None = None
    counter: TokenCounter | None = None
    named: bool = False

    def contracts(self) -> list[Target]:
        """The targets themselves."""
        return [load(name) for name in self.targets]

    def context(self, target: Target, split: Split, dataset: Dataset, images: ImageReader) -> Context:
        """What rules may know under one target."""
        return Context(
            target,
            split,
            dataset,
            images,
            self.versions,
            self.settings,
            self.max_length,
            self.counter or TokenCounter(),
            named=self.named,
        )

    def active(self, kind: type[Rule]) -> list[Any]:
        """The selected rules of one kind that can run under these options."""
        return [
            rule
            for rule in load_rules()
            if isinstance(rule, kind) and rule.name in self.rules and not (rule.needs_images and self.images == "none")
        ]


class Judge:
    """Looks up, once per case, what every target does with a defect."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._known: dict[tuple[str, str, str, str, str], tuple[Outcome, ...]] = {}
        self._marks: dict[tuple[str, str, str, str, str], Pair] = {}

    def __call__(self, target: Target, rule: Rule, case: str, kind: str, only: str = "") -> tuple[Outcome, ...]:
        """The outcomes under ``target`` for a split of ``kind``; empty if the rule does not apply there.

        ``only`` are the releases of `datasets` in which the defect is one.
        """
        key = (target.name, rule.name, case, kind, only)
        if key not in self._known:
            self._known[key] = target.judge(rule.name, case, kind, self._job.versions, self._job.settings, only)
        return self._known[key]

    def marks(self, target: Target, rule: Rule, case: str, kind: str, only: str = "") -> Pair:
        """What the defect makes of a record under ``target``: as seen or read in its code, and as inferred."""
        key = (target.name, rule.name, case, kind, only)
        if key not in self._marks:
            self._marks[key] = marks(self(target, rule, case, kind, only), numbers()[rule.name])
        return self._marks[key]

    def marks_of(self, target: str, rule: Rule, case: str, kind: str, only: str = "") -> Pair:
        """The same, of a target by name."""
        return self.marks(load(target), rule, case, kind, only)


@dataclass(slots=True)
class Shard:
    """What one worker reads at once: bytes ``start`` to ``stop`` of a file, or all of it.

    ``chunk`` is the number of its first loader chunk.
    """

    split: int
    file: int
    start: int = 0
    stop: int | None = None
    chunk: int = 0

    @property
    def at(self) -> tuple[int, int]:
        """Its file: numbers of split and file."""
        return self.split, self.file


@dataclass(slots=True)
class Plan:
    """A dataset with its shards in order of reading."""

    dataset: Dataset
    shards: list[Shard]

    def split(self, shard: Shard) -> Split:
        """The split a shard belongs to."""
        return self.dataset.splits[shard.split]
