"""Merge shard results into groups and SplitStats. Associative and in order, so any number of workers gives one report."""

from __future__ import annotations

from array import array
from dataclasses import replace

from ..finding import Finding, Group, GroupKey
from ..location import Location
from ..record import Dataset
from ..stats import ChunkStats, SplitStats
from . import tally
from .ledger import Book, Ledger
from .result import ShardResult


def shift(result: ShardResult, records: int, lines: int) -> None:
    """Move a shard's records and lines to where its file has them."""
    if not records and not lines:
        return
    for group in result.groups.values():
        group.examples = [moved(finding, records, lines) for finding in group.examples]
    for chunk in result.chunks.values():
        chunk.shift(records, lines)
    result.records_at = array("I", [record + records for record in result.records_at])
    result.lines_at = array("I", [line and line + lines for line in result.lines_at])


def moved(finding: Finding, records: int, lines: int) -> Finding:
    """The finding with its addresses so many records and lines further on."""
    related = tuple(replace(r, location=_moved(r.location, records, lines)) for r in finding.related)
    return replace(finding, location=_moved(finding.location, records, lines), related=related)


def _moved(at: Location, records: int, lines: int) -> Location:
    return replace(
        at,
        record=None if at.record is None else at.record + records,
        line=None if at.line is None else at.line + lines,
    )


def merge(
    dataset: Dataset, results: list[ShardResult], examples: int
) -> tuple[dict[GroupKey, Group], list[SplitStats], Ledger]:
    """Groups, statistics and the fate of every record of a whole dataset from its shards, given in order of reading."""
    groups: dict[GroupKey, Group] = {}
    stats, ledger = [SplitStats(split) for split in dataset.splits], Ledger()
    offsets: dict[tuple[int, int], tuple[int, int]] = {}
    for result in results:
        at = (result.shard.split, result.shard.file)
        records, lines = offsets.get(at, (0, 0))
        shift(result, records, lines)
        offsets[at] = (records + result.records + result.skipped, lines + result.lines)
        tally.merge(groups, result.groups.values(), examples)
        ledger.books.setdefault(at, Book()).extend(result.book, lines)
        into = stats[result.shard.split]
        into.records += result.records
        into.skipped += result.skipped
        for number, chunk in result.chunks.items():
            _add(into.chunks, (result.shard.file, number), chunk)
        into.thoughts.extend([len(into.digests) + at for at in result.thoughts])
        into.gathered.add(result.gathered, len(into.digests))
        into.digests.extend(result.digests)
        into.prompts.extend(result.prompts)
        into.sizes.extend(result.sizes)
        into.records_at.extend(result.records_at)
        into.lines_at.extend(result.lines_at)
        into.files_at.extend([result.shard.file] * len(result.records_at))
    return groups, stats, ledger


def _add(chunks: dict[tuple[int, int], ChunkStats], at: tuple[int, int], chunk: ChunkStats) -> None:
    mine = chunks.get(at)
    if mine is None:
        chunks[at] = chunk
        return
    mine.add(chunk)
