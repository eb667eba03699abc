"""Parquet, Arrow IPC, save_to_disk folders and rows in memory. Only this package imports pyarrow, when it reads.

Read-only but for ``rewrite``, which writes another file; nothing is unpickled: extension types are read as what they are stored as.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...record import DataFile, Problem, Record
from .._batch import Batch
from ._memory import dataset_rows, is_dataset, memory, object_rows
from ._saved import is_saved, saved


def read(file: DataFile, start: int = 0, stop: int | None = None, chunk: int = 0) -> Iterator[Batch]:
    """Rows of a columnar file or object, in bounded batches; defects of the file itself come as problems.

    ``start`` and ``stop`` number the row groups of a parquet file. Record numbers count from the start of the shard.
    The whole file is one loader chunk.
    """
    index = 0
    try:
        for rows, size in _tables(file, start, stop):
            yield Batch(chunk, [Record(row, at) for at, row in enumerate(rows, index)], size=size)
            index += len(rows)
    except (OSError, ValueError, ArithmeticError, LookupError, NotImplementedError, TypeError, MemoryError) as error:
        yield Batch(chunk, problems=[_unreadable(error, file.format)])
        return
    if not index and start == 0 and file.format != "memory":
        yield Batch(chunk, problems=[Problem("file-empty", "columnar")])


def shards(file: DataFile) -> list[tuple[int, int | None, int]]:
    """(start, stop, chunk) of every part a worker may read alone. An unreadable file is one shard: reading says why."""
    if file.format != "parquet" or file.problem is not None:
        return [(0, None, 0)]
    from . import _parquet

    try:
        return _parquet.shards(file.path)
    except (OSError, ValueError, NotImplementedError):
        return [(0, None, 0)]


def rewrite(file: DataFile, out: Any, change: Any, types: Mapping[str, Any] | None = None) -> Any:
    """Write the rows of a columnar file to ``out`` as ``change`` says: see ``_write.rewrite``."""
    from . import _write

    return _write.rewrite(file.path, file.format, out, change, types)


def types(file: DataFile) -> dict[str, Any]:
    """The columns of a parquet file with their Arrow types; none where it cannot be read."""
    from . import _write

    try:
        return _write.types(file.path)
    except (OSError, ValueError):
        return {}


def _tables(file: DataFile, start: int, stop: int | None) -> Iterable[tuple[list[Any], int]]:
    if file.format == "parquet":
        from . import _parquet

        return _parquet.rows(file.path, start, stop)
    if file.format == "arrow":
        from . import _arrow

        return _arrow.rows(file.path)
    return dataset_rows(file.table) if is_dataset(file.table) else object_rows(file.table)


def _unreadable(error: BaseException, format_: str) -> Problem:
    """The problem of a file that pyarrow refuses, with its reason on one line."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else " ".join(str(error).split())
    values = {"reason": (reason or type(error).__name__)[:200], "format": format_}
    return Problem("file-unreadable", "columnar", values=values)


__all__ = ["is_dataset", "is_saved", "memory", "read", "rewrite", "saved", "shards", "types"]
