"""Parquet in flat memory: row group by row group, batches sized by the weight of a row, tensors left where they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow.parquet as pq

from ...record import Opaque
from ._cells import OPAQUE, Column, batch_rows, outer_lengths, zip_rows

SHARD_BYTES: Final = 64 << 20
STREAM_BYTES: Final = 1 << 20
_BYTES: Final = {"FLOAT": 4, "INT32": 4, "DOUBLE": 8, "INT64": 8, "BOOLEAN": 1}


class _Weight(NamedTuple):
    """What a row group says of one column: bytes when unpacked, and empty places (None where it does not say)."""

    size: int
    nulls: int | None


def _open(path: Any) -> pq.ParquetFile:
    # a buffered stream reads page by page: a column of tensors weighs gigabytes per row group
    return pq.ParquetFile(path, memory_map=False, pre_buffer=False, buffer_size=STREAM_BYTES)


def rows(path: Any, start: int, stop: int | None) -> Iterator[tuple[list[dict[str, Any]], int]]:
    """Rows of the row groups ``start`` to ``stop`` with the bytes of the file they stand for."""
    if not Path(path).stat().st_size:
        return
    with _open(path) as source:
        meta = source.metadata
        total = sum(meta.row_group(g).total_byte_size for g in range(meta.num_row_groups)) or 1
        scale = Path(path).stat().st_size / total
        for group in range(start, meta.num_row_groups if stop is None else min(stop, meta.num_row_groups)):
            size = meta.row_group(group).total_byte_size * scale / max(1, meta.row_group(group).num_rows)
            for part in _group(source, path, group):
                yield part, int(size * len(part))


def _group(source: pq.ParquetFile, path: Any, group: int) -> Iterator[list[dict[str, Any]]]:
    count = source.metadata.row_group(group).num_rows
    if not count:
        return
    weights = _weigh(source.metadata.row_group(group))
    columns = {f.name: Column(f, _of(weights, f.name).size / count) for f in source.schema_arrow}
    tensors = {n: _tensors(path, group, c, count, _of(weights, n)) for n, c in columns.items() if c.how == OPAQUE}
    names = [name for name in columns if name not in tensors]
    if not names:
        yield zip_rows({name: list(islice(cells, count)) for name, cells in tensors.items()}, count)
        return
    size = batch_rows(sum(_of(weights, name).size for name in names) / count)
    done = 0
    for batch in source.iter_batches(size, row_groups=[group], columns=names):
        cells = {
            name: list(islice(tensors[name], batch.num_rows)) if name in tensors else column.cells(batch.column(name))
            for name, column in columns.items()
        }
        yield zip_rows(cells, batch.num_rows)
        done += batch.num_rows
    if done != count:
        raise ValueError(f"row group {group} promises {count} rows, {done} could be read")


def _of(weights: dict[str, _Weight], name: str) -> _Weight:
    return weights.get(name.partition(".")[0], _Weight(0, None))


def _weigh(group: pq.RowGroupMetaData) -> dict[str, _Weight]:
    weights: dict[str, _Weight] = {}
    for leaf in range(group.num_columns):
        column = group.column(leaf)
        name = column.path_in_schema.partition(".")[0]
        # pages of repeated values are far smaller than what they unpack to
        size = max(column.total_uncompressed_size, column.num_values * _BYTES.get(column.physical_type, 0))
        stats = column.statistics
        nulls = stats.null_count if stats is not None and stats.has_null_count else None
        before = weights.get(name, _Weight(0, 0))
        both = None if nulls is None or before.nulls is None else before.nulls + nulls
        weights[name] = _Weight(before.size + size, both)
    return weights


def _tensors(path: Any, group: int, column: Column, count: int, weight: _Weight) -> Iterator[Opaque]:
    """One Opaque per row of a tensor column. Without a single null or empty list it is not read past its first rows."""
    with _open(path) as source:
        for batch in source.iter_batches(batch_rows(weight.size / count), row_groups=[group], columns=[column.name]):
            lengths = outer_lengths(batch.column(0))
            if weight.nulls == 0:
                yield from (Opaque(column.type, lengths[0]) for _ in range(count))
                return
            yield from (Opaque(column.type, length) for length in lengths)


def shards(path: Any) -> list[tuple[int, int | None, int]]:
    """Runs of row groups, each some tens of megabytes."""
    with _open(path) as source:
        meta = source.metadata
        sizes = [meta.row_group(g).total_byte_size for g in range(meta.num_row_groups)]
    cuts, weight = [0], 0
    for group, size in enumerate(sizes):
        if weight and weight + size > SHARD_BYTES:
            cuts.append(group)
            weight = 0
        weight += size
    return [(a, b, 0) for a, b in zip(cuts, [*cuts[1:], None], strict=True)]
