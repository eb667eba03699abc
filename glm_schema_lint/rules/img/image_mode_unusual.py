"""IMG015 image-mode-unusual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked


class ImageModeUnusual(ConversationRule):
    """An image of more than 8 bits a channel, whose values RGB cannot hold."""

    name: ClassVar[str] = "image-mode-unusual"
    code: ClassVar[str] = "IMG015"
    title: ClassVar[Text] = Text(
        "an image loses its values when made RGB",
        "图片转换成 RGB 时丢失数值",
    )
    messages: ClassVar = {
        "": Text(
            "mode {mode}: the conversion to RGB cuts every value above 255 to white, nothing is scaled",
            "{mode} 模式：转换成 RGB 时，255 以上的值一律截断为白色，不会按比例缩放",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "scale the values to 0 to 255 and save the image as 8-bit grey or RGB",
            "把数值缩放到 0 到 255，存成 8 位灰度或 RGB 图片",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every image that conversion would turn white or black."""
        for ref, facts in looked(talk, ctx):
            if facts.clipped and facts.problem is None:
                yield blame(ref, facts, expected="8-bit")
