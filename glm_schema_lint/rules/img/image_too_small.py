"""IMG012 image-too-small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked

FACTOR = 28
"""Patch size 14 times merge size 2."""


class ImageTooSmall(ConversationRule):
    """An image with a side shorter than one patch of the vision tower."""

    name: ClassVar[str] = "image-too-small"
    code: ClassVar[str] = "IMG012"
    title: ClassVar[Text] = Text(
        "an image is smaller than one patch",
        "图片小于一个视觉块",
    )
    messages: ClassVar = {
        "": Text(
            "{width} x {height} pixels: the image processor wants both sides to have at least 28",
            "{width} x {height} 像素：图像处理器要求两边都不小于 28",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "enlarge or pad the image to 28 pixels a side, or use transformers 5.1 or later, which enlarges it",
            "把图片放大或填充到每边至少 28 像素，或使用会自动放大的 transformers 5.1 及以上版本",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every image whose shorter side is below 28 pixels."""
        for ref, facts in looked(talk, ctx):
            if facts.size and facts.problem is None and min(facts.size) < FACTOR:
                yield blame(ref, facts, expected=f">= {FACTOR} x {FACTOR}")
