"""The iterable form of aliased(). Imports torch where it is installed: DataLoader tells iterable datasets by their class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .rows import with_aliases

if TYPE_CHECKING:
    Base = object
else:
    try:
        from torch.utils.data import IterableDataset as Base
    except ImportError:
        Base = object


class AliasedStream(Base):
    """An iterable dataset whose rows carry aliases; see ``aliased``."""

    def __init__(self, rows: Any, names: tuple[tuple[str, str], ...], ignore_index: int) -> None:
        self.rows, self.names, self.ignore_index = rows, names, ignore_index

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (with_aliases(row, self.names, self.ignore_index) for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)  # TypeError where the stream has no length: what DataLoader and Trainer expect

    def set_epoch(self, epoch: int) -> None:
        """Passed on, where the stream shuffles by epoch."""
        if hasattr(self.rows, "set_epoch"):
            self.rows.set_epoch(epoch)

    def __repr__(self) -> str:
        return f"aliased({self.rows!r})"
