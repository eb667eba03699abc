"""Arrow columns to the cells rules read: token columns as numpy views, tensors as Opaque, the rest as Python values."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ...record import Opaque
from ._memory import WIDE

BATCH_BYTES: Final = 4 << 20
"""What one batch of rows may weigh as Arrow; rows are the unit, so a wide row makes a batch of one."""
BATCH_ROWS: Final = 1024
OPAQUE: Final = "opaque"
_MEDIA: Final = ("images", "image", "videos", "audios")

Convert = Callable[[Any], Any]


def batch_rows(width: float) -> int:
    """How many rows of ``width`` bytes make a batch."""
    return max(1, min(BATCH_ROWS, int(BATCH_BYTES / (width + 1))))


def zip_rows(columns: dict[str, list[Any]], count: int) -> list[dict[str, Any]]:
    """Rows from columns of cells."""
    if not columns:
        return [{} for _ in range(count)]
    names = tuple(columns)
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


class Column:
    """How the cells of one column become values; ``width`` is what its cells weigh on average."""

    __slots__ = ("_convert", "how", "name", "type")

    def __init__(self, field: pa.Field, width: float) -> None:
        self.name, self.type = field.name, str(field.type)
        self.how = _how(_stored(field.type), field.name, width)
        self._convert = _converter(field.type) if self.how == "python" else None

    def cells(self, array: pa.Array | pa.ChunkedArray) -> list[Any]:
        """The cells of ``array``, a part of this column."""
        if self.how == OPAQUE:
            parts = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
            return [Opaque(self.type, length) for part in parts for length in outer_lengths(part)]
        array = _one(array)
        if self.how == "ints":
            return _ints(array)
        cells: list[Any] = array.to_pylist()
        return cells if self._convert is None else [self._convert(cell) for cell in cells]


def _how(kind: pa.DataType, name: str, width: float) -> str:
    if not _is_list(kind):
        return "python"
    inner = leaf = _stored(kind.value_type)
    while _is_list(leaf):
        leaf = _stored(leaf.value_type)
    if pa.types.is_integer(inner) and not pa.types.is_uint8(inner) and name not in _MEDIA:
        return "ints"
    numbers = pa.types.is_integer(leaf) or pa.types.is_floating(leaf) or pa.types.is_boolean(leaf)
    return OPAQUE if numbers and width > WIDE else "python"


def _stored(kind: pa.DataType) -> pa.DataType:
    while isinstance(kind, pa.BaseExtensionType):
        kind = kind.storage_type
    return kind


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _one(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One contiguous array as stored, from an array or chunked array, extension types undone."""
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks == 1 else pa.concat_arrays([_one(chunk) for chunk in array.chunks])
    while isinstance(array, pa.ExtensionArray):
        array = array.storage
    return array


def outer_lengths(array: pa.Array | pa.ChunkedArray) -> list[int | None]:
    """How many items each list of the column has; None for a null."""
    lengths: list[int | None] = pc.list_value_length(_one(array)).to_pylist()
    return lengths


def _ints(array: pa.Array) -> list[Any]:
    """Lists of whole numbers as numpy views of the column; a list with a null inside as a Python list."""
    if pa.types.is_fixed_size_list(array.type):
        array = array.cast(pa.list_(array.type.value_type))
    values = _one(array.values)
    offsets = array.offsets.to_pylist()
    bounds = pairwise(offsets)
    if values.null_count:
        parts = (values.slice(a, b - a) for a, b in bounds)
        cells = [part.to_pylist() if part.null_count else part.to_numpy() for part in parts]
    else:
        flat = values.to_numpy()
        cells = [flat[a:b] for a, b in bounds]
    if array.null_count:
        return [cell if there else None for cell, there in zip(cells, array.is_valid().to_pylist(), strict=True)]
    return cells


def _converter(kind: pa.DataType) -> Convert | None:
    """What turns Arrow's Python value into a record's; None where they are the same.

    A struct loses the nulls that Arrow puts where a key is absent: there it cannot tell the two apart.
    """
    if getattr(kind, "extension_name", "") == "arrow.json":
        return _decode
    kind = _stored(kind)
    if _is_list(kind):
        each = _converter(kind.value_type)
        return None if each is None else lambda cell: None if cell is None else [each(item) for item in cell]
    if pa.types.is_struct(kind):
        kids = {f.name: one for f in kind if (one := _converter(f.type)) is not None}
        return lambda cell: (
            None
            if cell is None
            else {key: kids[key](value) if key in kids else value for key, value in cell.items() if value is not None}
        )
    if pa.types.is_map(kind):
        held = _converter(kind.item_type)
        return lambda cell: None if cell is None else {str(k): v if held is None else held(v) for k, v in cell}
    return None


def _decode(cell: Any) -> Any:
    try:
        return json.loads(cell) if isinstance(cell, str) else cell
    except (ValueError, RecursionError):
        return cell
