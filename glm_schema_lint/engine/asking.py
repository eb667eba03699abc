"""Asks models and rules about one record, in the words of every target, and counts what they say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from .. import models, sources
from ..finding import Hit, Outcome, Related
from ..location import Location
from ..record import DataFile, Dataset, Problem, Record, Split, Tokens
from ..rules import LENGTH, Context, ConversationRule, ModelRule, RecordRule, Rule, SourceRule, TokensRule, by_name
from ..stats import Gathered, Shape, Shaper, TooDeepError
from ..targets import Target
from ..views import Viewer, as_cast
from ..wording import Text
from .gather import rows_end
from .job import Job, Judge
from .ledger import Scribe, joint
from .loaded import Lens
from .outline import Outliner
from .tally import OWN, Emit, Emits, Failing, Tally


class Asker:
    """The rules of a job with the targets they are asked under, for the records of one shard."""

    def __init__(
        self, job: Job, dataset: Dataset, split: Split, file: DataFile, images: sources.ImageReader,
        emit: Emit | None, emits: Emits, lens: Lens | None,
    ) -> None:  # fmt: skip
        self.job, self.split, self.file = job, split, file
        self.tally = Tally(job.examples, len(job.targets), emit, emits)
        self.lens, self.chunk = lens, 0
        """What becomes of records on loading, where that is known; and the number of their loader chunk."""
        self.late = emits == "late"
        self.heard: list[tuple[Rule, Hit]] | None = None
        """Where it is a list, what rules say is written there in place of being counted."""
        self.judge = Judge(job)
        self.scribe = Scribe(split, job.contracts(), job.settings)
        self.contexts: list[tuple[Target, Viewer, Context]] = [
            (target, Viewer(target, split), job.context(target, split, dataset, images)) for target in job.contracts()
        ]
        self.tokens_rules: list[TokensRule] = job.active(TokensRule) if split.dialect == "tokenized" else []
        self.judged = split.dialect != "tokenized" and (split.mapping is None or split.mapping.sft)
        talk: list[ConversationRule] = job.active(ConversationRule) if self.judged else []
        records: list[RecordRule] = job.active(RecordRule)
        self.cheap = ([r for r in records if r.outline], [r for r in talk if r.outline])
        self.dear = ([r for r in records if not r.outline and not r.always], [r for r in talk if not r.outline])
        self.always = [r for r in records if r.always]
        self.wanted: dict[frozenset[str], tuple[list[RecordRule], list[ConversationRule]]] = {}
        """Rules that look further, by what a record holds."""
        self.owners = {kind: rule for rule in job.active(ModelRule) for kind in rule.owns}
        self.sources = {rule.name: rule for rule in job.active(SourceRule)}
        self.checker = models.checker(split) if self.judged else None
        self.shaper, self.outliner = Shaper(), Outliner(split)

    def hear(self, record: Record, name: str) -> list[tuple[Rule, Hit]]:
        """What the models and rules say of a record under one target; nothing of it is counted."""
        said, mine = list[tuple[Rule, Hit]](), self.contexts
        self.heard, self.contexts = said, [seat for seat in mine if seat[0].name == name]
        try:
            self.ask_model(record, self.shaper(record.value))
            self.ask_rules(record, *self.cheap)
            self.ask_rules(record, *self.further(self.outliner(record.value).holds | LENGTH))
        except TooDeepError:
            said.clear()
        finally:
            self.heard, self.contexts = None, mine
        return said

    def emitted(self, record: Record) -> set[tuple[str, str, str, str | None]]:
        """What was told of the record as its file has it, when findings are emitted late: rule, pointer, case, found."""
        if not self.late:
            return set()
        said = [pair for target, _, _ in self.contexts for pair in self.hear(record, target.name)]
        return {(rule.name, hit.pointer, hit.case, hit.found) for rule, hit in said if not rule.waits}

    def further(self, holds: frozenset[str]) -> tuple[list[RecordRule], list[ConversationRule]]:
        """The rules that look further into a record that holds this."""
        rules = self.wanted.get(holds)
        if rules is None:
            records, talks = self.dear
            rules = self.wanted[holds] = (
                [r for r in records if r.needs & holds],
                [r for r in talks if r.needs & holds],
            )
        return rules

    def ask_model(self, record: Record, shape: Shape) -> None:
        """Whether the record is of its dialect."""
        if self.checker is None:
            return
        for error in self.checker(record.value, shape):
            rule = self.owners.get(error.type)
            if rule is not None:
                self.report(
                    rule,
                    record,
                    [
                        (target, Hit(error.pointer, error.case, error.found, error.expected, error.values))
                        for target, viewer, _ in self.contexts
                        if error.concerns(viewer.reads)
                    ],
                )

    def ask_rules(self, record: Record, record_rules: list[RecordRule], talk_rules: list[ConversationRule]) -> None:
        """What these rules say of the record, and of the conversation in it."""
        for rule in record_rules:
            self._ask(
                rule,
                record,
                [(target, rule.check(record, ctx)) for target, _, ctx in self.contexts if target.applies(rule.name)],
            )
        if not talk_rules or not isinstance(record.value, dict):
            return
        talks = [
            (target, talk, ctx) for target, viewer, ctx in self.contexts if (talk := viewer(record.value)) is not None
        ]
        for talk_rule in talk_rules:
            self._ask(
                talk_rule,
                record,
                [(t, talk_rule.check(talk, ctx)) for t, talk, ctx in talks if t.applies(talk_rule.name)],
            )

    def ask_tokens(self, record: Record, shape: Shape, gathered: Gathered) -> None:
        """What is to say of a tokenized row."""
        self.ask_model(record, shape)
        self.ask_rules(record, self.cheap[0], [])
        if not isinstance(record.value, dict):
            return
        row = Tokens(record.value)
        cast = Tokens(as_cast(record.value)) if shape.written and any(c.cast for _, _, c in self.contexts) else row
        if self.split.kind == "train":
            rows_end(cast.value, gathered)
        for rule in self.tokens_rules:
            self._ask(
                rule,
                record,
                [
                    (target, rule.check(cast if ctx.cast else row, ctx))
                    for target, _, ctx in self.contexts
                    if target.applies(rule.name)
                ],
            )

    def _ask(self, rule: Rule, record: Record, answers: list[tuple[Target, Iterator[Hit]]]) -> None:
        hits: list[tuple[Target, Hit]] = []
        for target, answer in answers:
            try:
                hits.extend((target, hit) for hit in answer)
            except Exception as error:  # noqa: BLE001  one odd record must not stop the run; it becomes a finding
                self.crashed(rule, record, error)
        if hits:
            self.report(rule, record, hits)

    def report(self, rule: Rule, record: Record, hits: list[tuple[Target, Hit]], only: str = "") -> None:
        """Count what a rule says of a record; with ``only`` it is so in these releases of `datasets` alone."""
        if self.heard is not None:
            self.heard.extend((rule, hit) for _, hit in hits)
            return
        merged: dict[tuple[str, str, str | None], tuple[Hit, Failing]] = {}
        for target, hit in hits:
            outcomes = self.judge(target, rule, hit.case, self.split.kind, only)
            if outcomes:
                merged.setdefault((hit.pointer, hit.case, hit.found), (hit, []))[1].append((target.name, outcomes))
                marks = self.judge.marks(target, rule, hit.case, self.split.kind, only)
                self.scribe.note(target.name, marks, record.index)
        for hit, failing in merged.values():
            self._joint(rule, hit.case, failing, record.index, only)
            at = here = self.locate(record.index, record.line, hit.pointer)
            if hit.location is not None:  # it sits in a config file: say which record showed it
                at = hit.location
                hit.related = hit.related or (Related(here, Text(hit.found or "", hit.found or "")),)
            self.tally.add(rule, hit, at, self.split.name, failing, record.index, only)

    def _joint(self, rule: Rule, case: str, failing: Failing, record: int | None, only: str = "") -> None:
        """Note who fails on a finding, where several may."""
        marks_of = partial(self.judge.marks_of, rule=rule, case=case, kind=self.split.kind, only=only)
        for name, marks in joint(failing, len(self.contexts), marks_of):
            self.scribe.note(name, marks, record)

    def locate(self, record: int | None, line: int | None, pointer: str) -> Location:
        """The address of a place in this file."""
        name = self.file.rel
        return Location(name, record, line, self.file.in_file(pointer), split=self.split.name if name is None else None)

    def rewrites(self, target: str) -> bool:
        """True if the loader of a target may write the lines at hand anew before it parses them."""
        return self.lens is not None and target in self.lens.rewritten.get(self.chunk, ())

    def problem(self, problem: Problem) -> None:
        """Count what a source met while reading."""
        rule = self.sources.get(problem.rule)
        if rule is None:
            return
        cases: dict[str, Failing] = {}
        record = None if rule.whole else problem.record
        for target, _, _ in self.contexts:
            case = rule.case_of(problem, rewritten=self.rewrites(target.name))
            self.scribe.note(target.name, self.judge.marks(target, rule, case, self.split.kind), record)
            if outcomes := self.judge(target, rule, case, self.split.kind):
                cases.setdefault(case, []).append((target.name, outcomes))
        for case, failing in cases.items():
            self._joint(rule, case, failing, record)
            hit = Hit(problem.pointer, case, problem.found, problem.expected, problem.values)
            at = self.locate(problem.record, problem.line, problem.pointer)
            self.tally.add(rule, hit, at, self.split.name, failing, (problem.record, problem.line))

    def crashed(self, rule: Rule, record: Record, error: Exception) -> None:
        """A rule failed on a record: that is a finding of its own, and the run goes on."""
        own = by_name()["rule-crashed"]
        if own.name in self.job.rules:
            outcomes: tuple[Outcome, ...] = OWN
            hit = Hit(found=f"{type(error).__name__}: {error}"[:80], values={"rule": rule.name})
            self.tally.add(
                own,
                hit,
                self.locate(record.index, record.line, ""),
                self.split.name,
                [(name, outcomes) for name in self.job.targets],
                record.index,
            )
