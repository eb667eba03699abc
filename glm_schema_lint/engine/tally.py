"""Turns hits into groups: counted in full, the first few kept."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Literal, NamedTuple

from ..finding import Effect, Finding, Group, GroupKey, Hit, Outcome, Severity
from ..location import Location
from ..rules import Rule
from ..show import safe

Failing = list[tuple[str, tuple[Outcome, ...]]]
"""Names of the targets a hit was seen under, each with its outcomes."""

Emit = Callable[[Group, Finding], None]
"""Is told a finding and the group it is counted in."""

Emits = Literal["all", "early", "late"]

OWN = (Outcome(Effect.NONE, evidence="ran"),)
"""The outcome of the linter's own findings: training is not concerned."""


def severity_of(failing: Failing, candidates: int) -> Severity:
    """One target: what its outcome says. Several candidates: an error only where every one of them fails with one."""
    ranks = [outcomes[0].severity for _, outcomes in failing]
    if len(ranks) == candidates and all(rank is Severity.ERROR for rank in ranks):
        return Severity.ERROR
    if candidates == 1:
        return ranks[0]
    worst = min(ranks, key=lambda s: s.rank)
    return Severity.WARNING if worst is Severity.ERROR else worst


class Step(NamedTuple):
    """One addition to a group; ``special`` if the next like it may say something else."""

    key: GroupKey
    findings: int
    special: bool


class Tally:
    """Groups of one scan, in the order first met."""

    def __init__(self, examples: int, candidates: int, emit: Emit | None = None, emits: Emits = "all") -> None:
        """``emit`` is told every finding as it is met, whether or not it is kept as an example.

        With ``emits`` "early" those of rules that wait for the whole file are left out, with "late" all others are.
        """
        self._emit, self._emits, self._news = emit, emits, False
        self.groups: dict[GroupKey, Group] = {}
        self._examples, self._candidates = examples, candidates
        self._last: dict[GroupKey, object] = {}
        self.total = 0
        """Findings so far."""
        self.trace: list[Step] | None = None
        """Where it is a list, what is added is written there too."""

    @contextmanager
    def news(self, said: bool) -> Iterator[None]:
        """Inside it ``said`` tells whether nobody was told so before, when all findings are emitted late."""
        self._news, before = said, self._news
        try:
            yield
        finally:
            self._news = before

    def _tells(self, rule: Rule) -> bool:
        if self._emit is None:
            return False
        return self._emits == "all" or (not rule.waits if self._emits == "early" else rule.waits or self._news)

    def add(
        self, rule: Rule, hit: Hit, location: Location, split: str | None, failing: Failing, record: object = None,
        only: str = "",
    ) -> None:  # fmt: skip
        """Count one hit. ``record`` tells hits of one record from hits of the next."""
        key = GroupKey(rule.name, hit.case, split, location.file, tuple(name for name, _ in failing), only)
        group = self.groups.get(key)
        if group is None:
            outcomes = tuple(
                sorted(
                    (replace(o, target=name) for name, some in failing for o in some),
                    key=lambda o: (not o.holds, o.severity.rank, o.effect.rank),
                )
            )
            severity = Severity.ERROR if rule.family == "LINT" else severity_of(failing, self._candidates)
            group = self.groups[key] = Group(key, rule.code, outcomes, severity)
        if self.trace is not None:
            self.trace.append(Step(key, hit.count, special=rule.family == "LINT" or "path" in hit.values))
        group.findings += hit.count
        self.total += hit.count
        if record is None or self._last.get(key) != record:
            group.records += hit.count
            self._last[key] = record
        path = hit.values.get("path")
        if isinstance(path, str):
            folder = posixpath.dirname(path.replace("\\", "/"))
            group.common = folder if group.findings == hit.count else shared(group.common, folder)
        tells = self._tells(rule)
        if len(group.examples) < self._examples or tells:
            found = None if hit.found is None else safe(hit.found)  # whatever a rule or a source quotes
            expected = None if hit.expected is None else safe(hit.expected)
            finding = Finding(location, found, expected, hit.values, hit.related, hit.count)
            if len(group.examples) < self._examples:
                group.examples.append(finding)
            if tells and self._emit is not None:
                self._emit(group, finding)

    def again(self, steps: list[Step], record: object) -> bool:
        """Count once more what was traced, for a record of which the same is to say.

        False, and nothing is counted, if more is to be kept of a finding than that it is there.
        """
        if self._emit is not None:
            return False
        if any(step.special or len(self.groups[step.key].examples) < self._examples for step in steps):
            return False
        for key, count, _ in steps:
            group = self.groups[key]
            group.findings += count
            self.total += count
            if self._last.get(key) != record:
                group.records += count
                self._last[key] = record
        return True


def shared(one: str | None, other: str | None) -> str | None:
    """The folder both lie under; None if that is the root or nothing."""
    if one is None or other is None:
        return None
    if one == other:
        return one
    parts = []
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        parts.append(left)
    return "/".join(parts) or None


def merge(into: dict[GroupKey, Group], more: Iterable[Group], examples: int) -> None:
    """Add the groups of a later shard; examples stay the first ones."""
    for group in more:
        mine = into.get(group.key)
        if mine is None:
            into[group.key] = group
            continue
        mine.findings += group.findings
        mine.records += group.records
        mine.common = shared(mine.common, group.common)
        mine.examples = (mine.examples + group.examples)[:examples]
