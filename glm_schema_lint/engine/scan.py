"""Scan one shard: every record through the models, the views and the record rules, once. A pure function."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from .. import models, sources
from ..fates import Pair
from ..finding import Hit, Outcome, Related
from ..location import Location
from ..record import DataFile, Dataset, Problem, Record, Split, Tokens
from ..rules import LENGTH, Context, ConversationRule, ModelRule, RecordRule, Rule, SourceRule, TokensRule, by_name
from ..stats import ChunkCollector, Gathered, Shape, Shaper, TooDeepError
from ..targets import Target
from ..views import Viewer
from ..wording import Text
from .garbage import no_cycles
from .gather import Gatherer, rows_end
from .job import Job, Judge, Shard
from .known import Known
from .ledger import Scribe, joint
from .lengths import room
from .outline import Outliner
from .result import ShardResult
from .tally import OWN, Emit, Failing, Step, Tally


class Scanner:
    """Everything that stays the same from record to record of one shard."""

    def __init__(
        self, job: Job, dataset: Dataset, split: Split, file: DataFile, images: sources.ImageReader, emit: Emit | None = None
    ) -> None:  # fmt: skip
        self.job, self.split, self.file = job, split, file
        self.tally = Tally(job.examples, len(job.targets), emit)
        self.judge = Judge(job)
        self.scribe = Scribe(split, job.contracts(), job.settings)
        self.expanding = bool(self.scribe.counters)
        self.contexts: list[tuple[Target, Viewer, Context]] = [
            (target, Viewer(target, split), job.context(target, split, dataset, images)) for target in job.contracts()
        ]
        self.tokens_rules: list[TokensRule] = job.active(TokensRule) if split.dialect == "tokenized" else []
        judged = split.dialect != "tokenized" and (split.mapping is None or split.mapping.sft)
        talk: list[ConversationRule] = job.active(ConversationRule) if judged else []
        records: list[RecordRule] = job.active(RecordRule)
        self.cheap = ([r for r in records if r.outline], [r for r in talk if r.outline])
        self.dear = ([r for r in records if not r.outline and not r.always], [r for r in talk if not r.outline])
        self.always = [r for r in records if r.always]
        self.wanted: dict[frozenset[str], tuple[list[RecordRule], list[ConversationRule]]] = {}
        """Rules that look further, by what a record holds."""
        self.judged = judged
        self.room = room([ctx for _, _, ctx in self.contexts]) if judged else None
        """Bytes that surely fit into a row; None where no limit is known."""
        self.owners = {kind: rule for rule in job.active(ModelRule) for kind in rule.owns}
        self.sources = {rule.name: rule for rule in job.active(SourceRule)}
        self.checker = models.checker(split) if judged else None
        self.shaper, self.outliner = Shaper(), Outliner(split)
        self.gather = (
            Gatherer(self.outliner, self.contexts, images, compared=len(dataset.splits) > 1) if judged else None
        )
        self.known = Known()
        self.watching = split.dialect != "tokenized" and file.format in ("lines", "array")
        """Arrow guesses types of JSON strings (dates), in every loader chunk by itself."""

    def record(self, record: Record, collector: ChunkCollector, result: ShardResult) -> None:
        """Look at one record and count it."""
        value = record.value
        if self.expanding:
            self.scribe.expand(value, record.index)
        outline = self.outliner(value)
        result.digests.append(outline.digest)
        result.prompts.append(outline.prompt)
        result.sizes.append(outline.size)
        plain = self.known.plain.get(outline.key) if type(outline.key) is str else None
        if plain is not None:
            shape, keys = plain
        else:
            self.shaper.keys = 0
            try:
                shape = self.shaper(value)
            except TooDeepError:
                self.problem(Problem("record-too-deep", record=record.index, line=record.line))
                return
            keys = self.shaper.keys
        raw = record.raw
        if raw is not None and (raw.count(b'":') != keys or b" :" in raw or b"\t:" in raw):
            # More key marks than keys, or marks written unusually: a key may stand there twice.
            for problem in sources.hidden_problems(record):
                self.problem(problem)
        new = collector.add(shape, record.index, record.line)
        if self.watching and (new or collector.watched):
            collector.watch(value, record.index, record.line, new)
        if self.always:
            self._rules(record, self.always, [])
        holds = outline.holds
        if "reasoned" in holds and self.judged:
            result.thoughts.append(len(result.digests) - 1)
        if self.gather is not None and (self.gather.on or "images" in holds):
            self.gather(value, holds, result.gathered, len(result.digests) - 1)
        if self.room is not None and (raw is None or len(raw) > self.room or holds):
            holds = holds | LENGTH
        if plain is not None:
            if holds:
                self._rules(record, *self._dear(holds))
            return
        if self.split.dialect == "tokenized":
            self._tokens(record, shape, result.gathered)
            return
        if (shape, outline.key) not in self.known.clean:
            self._cheaply(record, shape, outline.key, keys)
        if holds:
            self._rules(record, *self._dear(holds))

    def _cheaply(self, record: Record, shape: Shape, key: Any, keys: int) -> None:
        """The models and the cheap rules: asked anew only until it is known what they say of such records."""
        said = self.known.dirty.get((shape, key))
        if said is not None and self.tally.again(said[0], record.index):
            for target, marks in said[1]:
                self.scribe.note(target, marks, record.index)
            return
        steps, noted = self.tally.trace, self.scribe.trace = list[Step](), list[tuple[str, Pair]]()
        self._model(record, shape)
        self._rules(record, *self.cheap)
        self.tally.trace = self.scribe.trace = None
        if key is not None and said is None:
            self.known.remember(shape, key, keys, (steps, list(dict.fromkeys(noted))))

    def _dear(self, holds: frozenset[str]) -> tuple[list[RecordRule], list[ConversationRule]]:
        """The rules that look further into a record that holds this."""
        rules = self.wanted.get(holds)
        if rules is None:
            records, talks = self.dear
            rules = self.wanted[holds] = (
                [r for r in records if r.needs & holds],
                [r for r in talks if r.needs & holds],
            )
        return rules

    def _model(self, record: Record, shape: Shape) -> None:
        if self.checker is None:
            return
        for error in self.checker(record.value, shape):
            rule = self.owners.get(error.type)
            if rule is not None:
                self._report(
                    rule,
                    record,
                    [
                        (target, Hit(error.pointer, error.case, error.found, error.expected, error.values))
                        for target, viewer, _ in self.contexts
                        if error.concerns(viewer.reads)
                    ],
                )

    def _rules(self, record: Record, record_rules: list[RecordRule], talk_rules: list[ConversationRule]) -> None:
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

    def _tokens(self, record: Record, shape: Shape, gathered: Gathered) -> None:
        self._model(record, shape)
        self._rules(record, self.cheap[0], [])
        if not isinstance(record.value, dict):
            return
        if self.split.kind == "train":
            rows_end(record.value, gathered)
        row = Tokens(record.value)
        for rule in self.tokens_rules:
            self._ask(
                rule,
                record,
                [(target, rule.check(row, ctx)) for target, _, ctx in self.contexts if target.applies(rule.name)],
            )

    def _ask(self, rule: Rule, record: Record, answers: list[tuple[Target, Iterator[Hit]]]) -> None:
        hits: list[tuple[Target, Hit]] = []
        for target, answer in answers:
            try:
                hits.extend((target, hit) for hit in answer)
            except Exception as error:  # noqa: BLE001  one odd record must not stop the run; it becomes a finding
                self.crashed(rule, record, error)
        if hits:
            self._report(rule, record, hits)

    def _report(self, rule: Rule, record: Record, hits: list[tuple[Target, Hit]]) -> None:
        merged: dict[tuple[str, str, str | None], tuple[Hit, Failing]] = {}
        for target, hit in hits:
            outcomes = self.judge(target, rule, hit.case, self.split.kind)
            if outcomes:
                merged.setdefault((hit.pointer, hit.case, hit.found), (hit, []))[1].append((target.name, outcomes))
                self.scribe.note(target.name, self.judge.marks(target, rule, hit.case, self.split.kind), record.index)
        for hit, failing in merged.values():
            self._joint(rule, hit.case, failing, record.index)
            at = here = self.locate(record.index, record.line, hit.pointer)
            if hit.location is not None:  # it sits in a config file: say which record showed it
                at = hit.location
                hit.related = hit.related or (Related(here, Text(hit.found or "", hit.found or "")),)
            self.tally.add(rule, hit, at, self.split.name, failing, record.index)

    def _joint(self, rule: Rule, case: str, failing: Failing, record: int | None) -> None:
        """Note who fails on a finding, where several may."""
        marks_of = partial(self.judge.marks_of, rule=rule, case=case, kind=self.split.kind)
        for name, marks in joint(failing, len(self.contexts), marks_of):
            self.scribe.note(name, marks, record)

    def locate(self, record: int | None, line: int | None, pointer: str) -> Location:
        """The address of a place in this file."""
        name = self.file.rel
        return Location(name, record, line, pointer, split=self.split.name if name is None else None)

    def problem(self, problem: Problem) -> None:
        """Count what a source met while reading."""
        rule = self.sources.get(problem.rule)
        if rule is None:
            return
        failing: Failing = [
            (target.name, outcomes)
            for target, _, _ in self.contexts
            if (outcomes := self.judge(target, rule, problem.case, self.split.kind))
        ]
        for target, _, _ in self.contexts:
            marks = self.judge.marks(target, rule, problem.case, self.split.kind)
            self.scribe.note(target.name, marks, None if rule.whole else problem.record)
        if failing:
            self._joint(rule, problem.case, failing, None if rule.whole else problem.record)
            hit = Hit(problem.pointer, problem.case, problem.found, problem.expected, problem.values)
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


@no_cycles()
def scan(
    job: Job, dataset: Dataset, shard: Shard, images: sources.ImageReader, progress: Any = None, emit: Emit | None = None
) -> ShardResult:  # fmt: skip
    """Read one shard and judge its records.

    ``progress`` is called with (records, bytes) after every batch, ``emit`` with every finding, addressed within the shard.
    """
    split = dataset.splits[shard.split]
    file = split.files[shard.file]
    scanner = Scanner(job, dataset, split, file, images, emit)
    result = ShardResult(shard)
    collector: ChunkCollector | None = None
    current = -1
    for batch in sources.read(file, shard.start, shard.stop, shard.chunk):
        if batch.chunk != current or collector is None:
            if collector is not None:
                collector.flush()
            current, collector = batch.chunk, ChunkCollector(shard.file)
            result.chunks[current] = collector.stats
        records, skipped = batch.records, batch.skipped
        if job.max_records is not None and len(records) > job.max_records - result.records:
            records = records[: max(0, job.max_records - result.records)]
            start = result.records + result.skipped
            skipped = (records[-1].index + 1 if records else start) - start - len(records)
        end = result.records + result.skipped + len(records) + skipped
        for problem in batch.problems:
            if problem.record is None or problem.record < end:
                scanner.problem(problem)
        for record in records:
            scanner.record(record, collector, result)
        result.records += len(records)
        result.records_at.extend([record.index for record in records])
        result.lines_at.extend([record.line or 0 for record in records])
        result.lines += batch.lines
        result.skipped += skipped
        scanner.scribe.turn(end)
        if skipped:
            scanner.scribe.gaps(end - skipped - len(records), batch)
        if progress is not None:
            progress(len(batch.records), batch.size)
        if job.max_records is not None and result.records >= job.max_records:
            break
    if collector is not None:
        collector.flush()
    result.groups, result.book = scanner.tally.groups, scanner.scribe.book
    result.looked, result.relative = images.looked, images.relative_seen
    return result
