"""IMG016 image-rotated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked


class ImageRotated(ConversationRule):
    """A photo that viewers turn by its EXIF tag and the trainer does not."""

    name: ClassVar[str] = "image-rotated"
    code: ClassVar[str] = "IMG016"
    title: ClassVar[Text] = Text(
        "an image is stored turned, and the trainer does not turn it back",
        "图片以旋转后的方向存储，而训练程序不会转正",
    )
    messages: ClassVar = {
        "": Text(
            "EXIF orientation {turn}: viewers show this image upright, the trainer sees it as stored",
            "EXIF 方向值为 {turn}：看图软件会自动转正，训练程序看到的是存储时的方向",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "turn the pixels themselves (PIL.ImageOps.exif_transpose) and save; coordinates in the text must fit",
            "用 PIL.ImageOps.exif_transpose 真正旋转像素后保存；文本里的坐标要与结果一致",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every image with an orientation other than upright."""
        for ref, facts in looked(talk, ctx):
            if facts.problem is None and (facts.orientation or 1) != 1:
                yield blame(ref, facts, expected="1")
