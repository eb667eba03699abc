"""IMG013 image-aspect-extreme."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked

RATIO = 200


class ImageAspectExtreme(ConversationRule):
    """An image more than 200 times as long as wide."""

    name: ClassVar[str] = "image-aspect-extreme"
    code: ClassVar[str] = "IMG013"
    title: ClassVar[Text] = Text(
        "an image is more than 200 times as long as wide",
        "图片的长宽比超过 200",
    )
    messages: ClassVar = {
        "": Text(
            "{width} x {height} pixels: the image processor refuses a ratio above 200",
            "{width} x {height} 像素：图像处理器拒绝长宽比超过 200 的图片",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "crop or pad the image",
            "裁剪或填充这张图片",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every image too elongated for the processor."""
        for ref, facts in looked(talk, ctx):
            if facts.size and facts.problem is None and max(facts.size) > RATIO * min(facts.size) > 0:
                yield blame(ref, facts, expected=f"<= {RATIO} : 1")
