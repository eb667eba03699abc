"""All shards of a dataset scanned, in one process or several; and a second look at files that are loaded as another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any

from .. import sources
from ..finding import Group, GroupKey
from ..record import Dataset
from ..stats import SplitStats
from .job import Job, Shard
from .ledger import Ledger
from .loaded import Lens, lenses, waiting
from .merge import merge, moved
from .result import ShardResult
from .scan import scan
from .tally import Emit, Emits

Progress = Callable[[int, int], None]


def first_look(
    job: Job, dataset: Dataset, images: sources.ImageReader, jobs: int, emit: Emit | None, progress: Progress | None
) -> list[ShardResult]:
    """Every shard, in order of reading. What rules say that wait for the whole file is not emitted yet."""
    emits: Emits = "all" if job.max_records is not None else "early"
    return _scan(job, dataset, images, jobs, emit, emits, _plan(dataset), {}, progress)


def second_look(
    job: Job, dataset: Dataset, images: sources.ImageReader, jobs: int, emit: Emit | None,
    merged: tuple[dict[GroupKey, Group], list[SplitStats], Ledger],
) -> dict[tuple[int, int], Lens]:  # fmt: skip
    """Judge files anew of which loading makes something else: their groups and books in ``merged`` are put right.

    Returns what loading makes of each such file as a whole, by numbers of split and file. Left out where only the first
    records are read, for what becomes of a chunk is decided by all of it.
    """
    groups, stats, ledger = merged
    if job.max_records is not None or not dataset.splits:
        return {}
    found = lenses(job, dataset, stats, images)
    every = [(s, f) for s, split in enumerate(dataset.splits) for f in range(len(split.files))]
    again = [
        at for at in every
        if (emit is not None or at in found) and waiting(groups, dataset, at, found[at] if emit is None else None)
    ]  # fmt: skip
    unsure = {at: lens for at, lens in found.items() if lens.misreads and at not in again}
    again = sorted({*again, *_changed(dataset, unsure, jobs)})
    whole = {
        at: even for at, lens in found.items()
        if (even := lens.evenly(chunk for file, chunk in stats[at[0]].chunks if file == at[1])) is not None
    }  # fmt: skip
    if not again:
        return whole
    plan = [shard for shard in _plan(dataset) if shard.at in again]
    mine, _, books = merge(dataset, _scan(job, dataset, images, jobs, emit, "late", plan, found, None), job.examples)
    judged = {(dataset.splits[s].name, dataset.splits[s].files[f].rel) for s, f in again}
    for key in [key for key in groups if (key.split, key.file) in judged]:
        del groups[key]
    groups.update(mine)
    ledger.books.update(books.books)
    return whole


def _changed(dataset: Dataset, unsure: Mapping[tuple[int, int], Lens], jobs: int) -> set[tuple[int, int]]:
    """The files of which some record is changed, where no rule has told so: each is read until one is met."""
    tasks = [(dataset, shard, unsure[shard.at]) for shard in _plan(dataset) if shard.at in unsure]
    if jobs <= 1 or len(tasks) <= 1:
        return {shard.at for _, shard, lens in tasks if _meets((dataset, shard, lens))}
    with ProcessPoolExecutor(jobs) as pool:
        return {shard.at for (_, shard, _), met in zip(tasks, pool.map(_meets, tasks), strict=True) if met}


def _meets(task: tuple[Dataset, Shard, Lens]) -> bool:
    dataset, shard, lens = task
    file = dataset.splits[shard.split].files[shard.file]
    return any(
        lens(batch.chunk, record.value) is not None
        for batch in sources.read(file, shard.start, shard.stop, shard.chunk)
        for record in batch.records
    )


def _plan(dataset: Dataset) -> list[Shard]:
    return [
        Shard(s, f, start, stop, chunk)
        for s, split in enumerate(dataset.splits)
        for f, file in enumerate(split.files)
        for start, stop, chunk in sources.shards(file)
    ]


def _scan(
    job: Job, dataset: Dataset, images: sources.ImageReader, jobs: int, emit: Emit | None, emits: Emits,
    plan: list[Shard], found: Mapping[tuple[int, int], Lens], progress: Progress | None,
) -> list[ShardResult]:  # fmt: skip
    in_memory = any(file.format == "memory" for split in dataset.splits for file in split.files)
    if jobs <= 1 or len(plan) <= 1 or in_memory or job.max_records is not None or emit is not None:
        results: list[ShardResult] = []
        left: dict[int, int] = {}
        for shard in plan:
            budget = job.max_records
            if budget is not None:
                budget = max(0, budget - left.get(shard.split, 0))
            told = None if emit is None else _told(emit, [r for r in results if r.shard.at == shard.at])
            task = _capped(job, budget), dataset, shard, images, progress, told, emits, found.get(shard.at)
            results.append(scan(*task))
            left[shard.split] = left.get(shard.split, 0) + results[-1].records
        return results
    with ProcessPoolExecutor(jobs) as pool:
        tasks = [(job, dataset, shard, images, None, None, emits, found.get(shard.at)) for shard in plan]
        return list(pool.map(_worker, tasks))


def _told(emit: Emit, before: list[ShardResult]) -> Emit:
    """``emit`` with addresses within the file, of which these shards are read already."""
    records, lines = sum(r.records + r.skipped for r in before), sum(r.lines for r in before)
    return lambda group, finding: emit(group, moved(finding, records, lines))


def _capped(job: Job, budget: int | None) -> Job:
    return job if budget == job.max_records else replace(job, max_records=budget)


def _worker(task: tuple[Any, ...]) -> ShardResult:
    return scan(*task)
