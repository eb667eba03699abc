"""Arrow IPC files and streams, memory-mapped read-only, and the tables of objects in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from ._cells import OPAQUE, Column, batch_rows, zip_rows


def rows(path: Any) -> Iterator[tuple[list[dict[str, Any]], int]]:
    """Rows of an IPC file or stream with the bytes they stand for."""
    if not Path(path).stat().st_size:
        return
    with pa.memory_map(str(path)) as source:
        batches: Iterable[pa.RecordBatch]
        if source.read(6) == b"ARROW1":
            reader = pa.ipc.open_file(source)
            batches = (reader.get_batch(i) for i in range(reader.num_record_batches))
        else:
            source.seek(0)
            batches = pa.ipc.open_stream(source)
        for batch in batches:
            batch.validate(full=True)  # offsets are believed from here on
            yield from table_rows(batch)


def table_rows(table: Any) -> Iterator[tuple[list[dict[str, Any]], int]]:
    """Rows of a RecordBatch or Table, a bounded number at a time."""
    if not table.num_rows:
        return
    columns = [Column(field, table.column(i).nbytes / table.num_rows) for i, field in enumerate(table.schema)]
    width = sum(table.column(i).nbytes for i, c in enumerate(columns) if c.how != OPAQUE) / table.num_rows
    size = batch_rows(width)
    for offset in range(0, table.num_rows, size):
        part = table.slice(offset, size)
        yield zip_rows({c.name: c.cells(part.column(i)) for i, c in enumerate(columns)}, part.num_rows), part.nbytes
