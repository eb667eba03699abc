"""Bytes to records: paths become datasets and splits (layout), files become batches (text, columnar), images facts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ..record import DataFile, Problem, Record
from ._batch import Batch
from .images import ImageReader
from .likeness import Likeness
from .renames import rename
from .tokenizer import TokenCounter


def read(file: DataFile, start: int = 0, stop: int | None = None, chunk: int = 0) -> Iterator[Batch]:
    """Batches of ``file`` from ``start`` to ``stop`` (as ``shards`` gave them); what cannot be read is a Problem."""
    if file.problem is not None:
        yield Batch(chunk, problems=[file.problem])
    elif file.format in ("lines", "array"):
        from . import text

        yield from text.read(file, start, stop, chunk)
    else:
        from . import columnar

        yield from columnar.read(file, start, stop, chunk)


def read_renamed(file: DataFile, start: int = 0, stop: int | None = None, chunk: int = 0) -> Iterator[Batch]:
    """As ``read``, with the columns of the records renamed as the trainer's config says."""
    for batch in read(file, start, stop, chunk):
        if file.renamed:
            batch.records = [record._replace(value=rename(record.value, file.renamed)) for record in batch.records]
        yield batch


def shards(file: DataFile) -> list[tuple[int, int | None, int]]:
    """How to cut a file for several workers: (start, stop, number of the first loader chunk)."""
    if file.problem is not None or file.format == "memory":
        return [(0, None, 0)]
    if file.format in ("lines", "array"):
        from . import text

        return text.shards(file)
    from . import columnar

    return columnar.shards(file)


def sample(file: DataFile, count: int) -> list[Record]:
    """The first records of a file, to decide its dialect; they show how it writes the columns that are renamed."""
    found = list(islice((record for batch in read(file) for record in batch.records), count))
    if not file.renamed:
        return found
    keys = {key.lower(): key for record in found if isinstance(record.value, dict) for key in record.value}
    file.written = {new: keys.get(old.lower(), old) for new, old in file.written.items()}
    return [record._replace(value=rename(record.value, file.renamed)) for record in found]


def hidden_problems(record: Record) -> list[Problem]:
    """A second look at a record's text for what parsing hides (a key written twice)."""
    from . import text

    return text.hidden_problems(record)


__all__ = [
    "Batch",
    "ImageReader",
    "Likeness",
    "TokenCounter",
    "hidden_problems",
    "read",
    "read_renamed",
    "sample",
    "shards",
]
