"""Scan one shard: every record through the models, the views and the record rules, once. A pure function."""

from __future__ import annotations

from typing import Any

from .. import sources
from ..fates import Pair
from ..record import DataFile, Dataset, Problem, Record, Split
from ..rules import LENGTH
from ..rules._loads import is_cast
from ..stats import ChunkCollector, Shape, TooDeepError
from .asking import Asker
from .garbage import no_cycles
from .gather import Gatherer
from .job import Job, Shard
from .known import Known
from .lengths import room
from .loaded import Lens, judge
from .result import ShardResult
from .tally import Emit, Emits, Step


class Scanner(Asker):
    """Everything that stays the same from record to record of one shard."""

    def __init__(
        self, job: Job, dataset: Dataset, split: Split, file: DataFile, images: sources.ImageReader,
        emit: Emit | None = None, emits: Emits = "all", lens: Lens | None = None,
    ) -> None:  # fmt: skip
        super().__init__(job, dataset, split, file, images, emit, emits, lens)
        self.turn(0)
        self.expanding = bool(self.scribe.counters)
        self.room = room([ctx for _, _, ctx in self.contexts]) if self.judged else None
        """Bytes that surely fit into a row; None where no limit is known."""
        self.gather = (
            Gatherer(self.outliner, self.contexts, images, compared=len(dataset.splits) > 1) if self.judged else None
        )
        self.known = Known()
        self.watching = file.format in ("lines", "array", "parquet")
        """A loader casts later chunks to the types of the first: what strings and decimals there are decides whether it can."""
        self.dates = split.dialect != "tokenized" and file.format != "parquet"
        """Arrow guesses types of JSON strings (dates), in every loader chunk by itself."""

    def turn(self, number: int) -> None:
        """What follows is of this loader chunk of the file."""
        self.chunk = number
        for _, _, ctx in self.contexts:
            ctx.cast = is_cast(ctx, self.file, number)

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
        if shape.written and self.watching and (new or collector.watched):
            collector.watch(value, shape, record.index, record.line, new)
        if self.always:
            self.ask_rules(record, self.always, [])
        holds = outline.holds
        if "reasoned" in holds and self.judged:
            result.thoughts.append(len(result.digests) - 1)
        if self.gather is not None and (self.gather.on or "images" in holds):
            self.gather(value, holds, result.gathered, len(result.digests) - 1)
        if self.lens is not None and (seen := self.lens(self.chunk, value)) is not None:
            judge(self, record, seen)
            return
        if self.room is not None and (raw is None or len(raw) > self.room or holds):
            holds = holds | LENGTH
        if plain is not None:
            if holds:
                self.ask_rules(record, *self.further(holds))
            return
        if self.split.dialect == "tokenized":
            self.ask_tokens(record, shape, result.gathered)
            return
        if (shape, outline.key) not in self.known.clean:
            self._cheaply(record, shape, outline.key, keys)
        if holds:
            self.ask_rules(record, *self.further(holds))

    def _cheaply(self, record: Record, shape: Shape, key: Any, keys: int) -> None:
        """The models and the cheap rules: asked anew only until it is known what they say of such records."""
        said = self.known.dirty.get((shape, key))
        if said is not None and self.tally.again(said[0], record.index):
            for target, marks in said[1]:
                self.scribe.note(target, marks, record.index)
            return
        steps, noted = self.tally.trace, self.scribe.trace = list[Step](), list[tuple[str, Pair]]()
        self.ask_model(record, shape)
        self.ask_rules(record, *self.cheap)
        self.tally.trace = self.scribe.trace = None
        if key is not None and said is None:
            self.known.remember(shape, key, keys, (steps, list(dict.fromkeys(noted))))


@no_cycles()
def scan(
    job: Job, dataset: Dataset, shard: Shard, images: sources.ImageReader, progress: Any = None,
    emit: Emit | None = None, emits: Emits = "all", lens: Lens | None = None,
) -> ShardResult:  # fmt: skip
    """Read one shard and judge its records, through ``lens`` if there is one.

    ``progress`` is called with (records, bytes) after every batch, ``emit`` with every finding, addressed within the shard.
    """
    split = dataset.splits[shard.split]
    file = split.files[shard.file]
    scanner = Scanner(job, dataset, split, file, images, emit, emits, lens)
    result = ShardResult(shard)
    collector: ChunkCollector | None = None
    current = -1
    for batch in sources.read_renamed(file, shard.start, shard.stop, shard.chunk):
        if batch.chunk != current or collector is None:
            if collector is not None:
                collector.flush()
            current = batch.chunk
            collector = ChunkCollector(shard.file, dates=scanner.dates)
            result.chunks[current] = collector.stats
            scanner.turn(current)
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
