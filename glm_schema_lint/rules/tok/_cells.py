"""Token columns, whether they come as numpy arrays (columnar files) or as lists (JSON Lines). C-level work only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ...record import MISSING, Opaque, Tokens

COLUMNS: Final = (
    "input_ids", "labels", "output_ids", "attention_mask", "position_ids", "token_type_ids", "mm_token_type_ids",
)  # fmt: skip
"""Columns of whole numbers, one a token; ``output_ids`` has a length of its own."""
IGNORE: Final = -100
_IDS: Final = frozenset({int})
_MASK: Final = frozenset({int, bool})


def is_array(cell: Any) -> bool:
    """True for a numpy array of integers."""
    return hasattr(cell, "dtype") and cell.dtype.kind in "iu"


def allowed(name: str) -> frozenset[type]:
    """Python types that collators take for whole numbers: a mask may also be of true and false."""
    return _MASK if name == "attention_mask" else _IDS


def ids(row: Tokens, name: str) -> Sequence[int] | None:
    """The cell if it is a run of whole numbers, else None (a wrong type is token-column-type-wrong's business)."""
    cell = row.column(name)
    if is_array(cell) or (isinstance(cell, list) and allowed(name).issuperset(map(type, cell))):
        return cell  # type: ignore[no-any-return]
    return None


def bounds(cell: Sequence[int]) -> tuple[int, int]:
    """(smallest, largest) of a run that is not empty."""
    if is_array(cell):
        return int(cell.min()), int(cell.max())  # type: ignore[attr-defined]
    return min(cell), max(cell)


def lowest(cell: Sequence[int]) -> int:
    """The smallest value that is not the ignore index; 0 if there is none."""
    if is_array(cell):
        array: Any = cell
        counted = array[array != IGNORE]
        return int(counted.min()) if len(counted) else 0
    return min(set(cell) - {IGNORE}, default=0)


def masked(cell: Sequence[int], ignore: int = IGNORE) -> bool:
    """True if no label counts."""
    return not len(cell) or bounds(cell) == (ignore, ignore)


def count(cell: Sequence[int], value: int) -> int:
    """How often ``value`` stands in the run."""
    return int((cell == value).sum()) if is_array(cell) else cell.count(value)  # type: ignore[attr-defined, comparison-overlap]


def first(cell: Sequence[int], value: int) -> int:
    """Index of the first ``value``; -1 if there is none."""
    if is_array(cell):
        return int((cell == value).argmax()) if count(cell, value) else -1  # type: ignore[attr-defined, comparison-overlap]
    return list(cell).index(value) if value in cell else -1


def numbers(cell: Sequence[int]) -> list[int]:
    """The run as a list, for the slow path."""
    return cell.tolist() if is_array(cell) else list(cell)  # type: ignore[attr-defined]


def present(cell: Any) -> bool:
    """True for a column that is there and not null."""
    if isinstance(cell, Opaque):
        return cell.length is not None
    return cell is not None and cell is not MISSING
