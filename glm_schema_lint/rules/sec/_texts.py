"""The texts of a record, and how a find is shown without repeating it. Helper of the SEC rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ...location import pointer

LONGEST: Final = 1_000_000
"""Characters of one text that are looked at."""
FINDS: Final = 20
"""Findings in one text; a text that lists more is reported by these."""
MEDIA: Final = frozenset(("images", "image", "videos", "video", "audios", "audio"))
"""Keys whose values are names or bytes of files, not text to learn."""


def texts(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """(pointer, text) of every text in a record. Its depth is bounded before rules see it."""
    if isinstance(value, str):
        if not value.startswith("data:"):
            yield at, value[:LONGEST]
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in MEDIA:
                yield from texts(item, at + pointer(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, at + pointer(index))


def masked(found: str, shown: int) -> str:
    """The first ``shown`` characters and how many follow: enough to find it, too little to use it."""
    return f"{found[:shown]}… ({len(found)} characters)"
