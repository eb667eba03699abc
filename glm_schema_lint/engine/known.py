"""What the cheap rules said of records by their shape and outline, so that they need not be asked again."""

from __future__ import annotations

from typing import Any, Final

from ..fates import Pair
from ..stats import Shape
from .tally import Step

CLEAN_LIMIT: Final = 50_000
DIRTY_LIMIT: Final = 5_000
"""Shapes with outlines held at once: of which there is nothing to say, and something."""
Said = tuple[list[Step], list[tuple[str, Pair]]]
"""What was counted of a record, and what becomes of it under each target."""


class Known:
    """Shapes with outlines of one scan; bounded, for files whose every record differs."""

    def __init__(self) -> None:
        self.clean: set[tuple[Shape, Any]] = set()
        self.dirty: dict[tuple[Shape, Any], Said] = {}
        self.plain: dict[str, tuple[Shape, int]] = {}
        """Clean outlines that decide the shape, with it and its number of keys."""

    def remember(self, shape: Shape, key: Any, keys: int, said: Said) -> None:
        """Keep what was said of a record of this shape, outline and number of keys."""
        if said[0]:
            if len(self.dirty) >= DIRTY_LIMIT:
                self.dirty.clear()
            self.dirty[shape, key] = said
            return
        if len(self.clean) >= CLEAN_LIMIT:
            self.clean.clear()
            self.plain.clear()
        self.clean.add((shape, key))
        if type(key) is str:
            self.plain[key] = shape, keys
