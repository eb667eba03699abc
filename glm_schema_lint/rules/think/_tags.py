"""The tags around a thought: do they pair, and what stands after them."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile("</?think>")
FIELDS: Final = ("reasoning_content", "reasoning", "thinking")
"""Keys of a message that hold a thought."""


def slip(text: str) -> str | None:
    """The first thing wrong with the tags of an answer: no-close, no-open, nested, repeated; None if nothing is."""
    inside, whole = False, 0
    for tag in _TAG.findall(text):
        if tag == "<think>":
            if inside:
                return "nested"
            inside = True
        elif not inside:
            return "no-open" if not whole else "repeated"
        else:
            inside, whole = False, whole + 1
    if inside:
        return "no-close"
    return "repeated" if whole > 1 else None


def rest(text: str) -> str | None:
    """What follows the one thought of an answer whose tags pair; None for any other."""
    if "</think>" not in text or slip(text) is not None:
        return None
    return text.partition("</think>")[2]
