"""Columnar files out: columns nobody touched are passed on as they are, tensors unread; the rest is built anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from . import _arrow, _parquet
from ._cells import batch_rows
from ._memory import WIDE

Change = Callable[[dict[str, Any], int, bool], list[dict[str, Any]]]
"""(row, its number, whether to count what is done) to the rows that take its place; the row itself where nothing changes."""
_DAMAGE: Final = (pa.ArrowException, OSError, ValueError, ArithmeticError, LookupError, NotImplementedError, TypeError)


class Rewritten:
    """What was written: ``schema`` is the new one, None if the rows are those of the old file."""

    def __init__(self, schema: pa.Schema | None, rows: int) -> None:
        self.schema, self.rows = schema, rows


def rewrite(
    path: Any, form: str, out: Any, change: Change, types_: Mapping[str, pa.DataType] | None = None
) -> Rewritten:
    """Write the rows of ``path`` to ``out`` (an open binary file) as ``change`` says. Two passes: types first, then rows.

    ``types_`` are those of columns that the rows do not have yet. Writes nothing where no row changes. Raises
    ValueError for a column that cannot hold what a repair makes of it.
    """
    plan = _Plan(_schema(path, form), types_ or {})
    total = 0
    for rows_, _ in _parquet.rows(path, 0, None) if form == "parquet" else _arrow.rows(path):
        for row in rows_:
            plan.see(row, change(row, total, True))
            total += 1
    if plan.schema is None or not plan.touched:
        return Rewritten(None, total)
    schema = plan.made()
    with _writer(path, form, out, schema) as write:
        start, rows = 0, 0
        for batch in _batches(path, form):
            made = _build(batch, start, change, schema, plan)
            start, rows = start + batch.num_rows, rows + made.num_rows
            write(made)
    return Rewritten(schema, rows)


class _Plan:
    """Which columns change, and of what type they become."""

    def __init__(self, schema: pa.Schema | None, types_: Mapping[str, pa.DataType]) -> None:
        self.schema, self._types = schema, types_
        self.touched = False
        self.kinds: dict[str, pa.DataType] = {}

    def see(self, row: dict[str, Any], new: list[dict[str, Any]]) -> None:
        """One row with what takes its place."""
        if len(new) == 1 and new[0] is row:
            return
        self.touched = True
        for value in new:
            for name, cell in value.items():
                if name not in row or cell is not row[name]:
                    self._note(name, cell)

    def _note(self, name: str, cell: Any) -> None:
        if name in self._types:
            self.kinds[name] = self._types[name]
            return
        known = self.kinds.get(name)
        mine = pa.infer_type([cell]) if known is None or not _fits(cell, known) else known
        if known is None and self.schema is not None and name in self.schema.names:
            old = self.schema.field(name).type
            mine = old if _fits(cell, old) else mine
        elif known is None and name == "labels" and self.schema is not None and "input_ids" in self.schema.names:
            ids = self.schema.field("input_ids").type
            mine = ids if _fits(cell, ids) else mine
        if known is not None and mine != known:
            both = [pa.schema([pa.field("x", known)]), pa.schema([pa.field("x", mine)])]
            mine = pa.unify_schemas(both, promote_options="permissive").field("x").type
        self.kinds[name] = mine

    def made(self) -> pa.Schema:
        """The new schema: old columns where they were, new ones behind."""
        assert self.schema is not None  # noqa: S101  rows were seen
        fields = [pa.field(f.name, self.kinds.get(f.name, f.type), True, f.metadata) for f in self.schema]
        fields += [pa.field(name, kind) for name, kind in self.kinds.items() if name not in self.schema.names]
        return pa.schema(fields, self.schema.metadata)


def _fits(cell: Any, kind: pa.DataType) -> bool:
    try:
        made = pa.array([cell], kind)
        return len(made) == 1 and (made.null_count == 0 or cell is None)
    except _DAMAGE:
        return False


def types(path: Any) -> dict[str, pa.DataType]:
    """The columns of a parquet file."""
    return {field.name: field.type for field in pq.read_schema(path)}


def _schema(path: Any, form: str) -> pa.Schema | None:
    if form == "parquet":
        return pq.read_schema(path) if Path(path).stat().st_size else None
    return next((batch.schema for batch in _batches(path, form)), None)


def _batches(path: Any, form: str) -> Iterator[pa.RecordBatch]:
    if not Path(path).stat().st_size:
        return
    if form == "parquet":
        with pq.ParquetFile(path, memory_map=False, pre_buffer=False, buffer_size=1 << 20) as source:
            for group in range(source.metadata.num_row_groups):
                meta = source.metadata.row_group(group)
                size = batch_rows(meta.total_byte_size / max(1, meta.num_rows))
                yield from source.iter_batches(size, row_groups=[group])
        return
    with pa.memory_map(str(path)) as stream:
        if stream.read(6) == b"ARROW1":
            reader = pa.ipc.open_file(stream)
            yield from (reader.get_batch(i) for i in range(reader.num_record_batches))
        else:
            stream.seek(0)
            yield from pa.ipc.open_stream(stream)


def _changed(batch: pa.RecordBatch, start: int, change: Change) -> Iterator[list[dict[str, Any]]]:
    number = start
    for rows, _ in _arrow.table_rows(batch):
        for row in rows:
            yield change(row, number, False)
            number += 1


def _build(batch: pa.RecordBatch, start: int, change: Change, schema: pa.Schema, plan: _Plan) -> pa.RecordBatch:
    origin: list[int] = []
    cells: dict[str, list[Any]] = {name: [] for name in plan.kinds}
    for number, new in enumerate(_changed(batch, start, change)):
        for value in new:
            origin.append(number)
            for name, column in cells.items():
                column.append(value.get(name))
    same = origin == list(range(batch.num_rows))
    places = pa.array(origin, pa.int64())
    arrays = []
    for field in schema:
        if field.name in cells:
            try:
                arrays.append(pa.array(cells[field.name], field.type))
            except _DAMAGE as error:
                why = str(error).splitlines()[0]
                raise ValueError(f"column '{field.name}' cannot hold what the repair makes of it: {why}") from None
        else:
            column = batch.column(field.name)
            arrays.append(column if same else column.take(places))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _narrow(meta: pq.FileMetaData) -> list[str]:
    """Leaves whose rows are small. A dictionary of a tensor's numbers saves nothing and is held in memory several times over."""
    widths: dict[str, list[int]] = {}
    for number in range(meta.num_row_groups):
        group = meta.row_group(number)
        for leaf in range(group.num_columns):
            column = group.column(leaf)
            weight = widths.setdefault(column.path_in_schema, [0, 0])
            weight[0] += max(column.total_uncompressed_size, column.num_values)
            weight[1] += group.num_rows
    return [path for path, (size, rows) in widths.items() if size <= rows * WIDE]


@contextmanager
def _writer(path: Any, form: str, out: Any, schema: pa.Schema) -> Iterator[Callable[[pa.RecordBatch], None]]:
    if form == "parquet":
        with pq.ParquetFile(path) as source:
            meta = source.metadata
            codec = meta.row_group(0).column(0).compression if meta.num_row_groups and meta.num_columns else "SNAPPY"
            narrow = _narrow(meta)
        packed = "NONE" if codec == "UNCOMPRESSED" else codec
        with pq.ParquetWriter(out, schema, compression=packed, use_dictionary=narrow or False) as parquet:
            yield parquet.write_batch
        return
    with open(path, "rb") as old:
        framed = old.read(6) == b"ARROW1"
    with pa.ipc.new_file(out, schema) if framed else pa.ipc.new_stream(out, schema) as arrow:
        yield arrow.write_batch
