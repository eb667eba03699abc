"""IMG008 image-empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked


class ImageEmpty(ConversationRule):
    """An image file of no bytes."""

    name: ClassVar[str] = "image-empty"
    code: ClassVar[str] = "IMG008"
    title: ClassVar[Text] = Text(
        "an image file is empty",
        "图片文件是空的",
    )
    messages: ClassVar = {
        "": Text(
            "this file has 0 bytes",
            "这个文件是 0 字节",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "copy or download the image again, or remove the record",
            "重新复制或下载这张图片，或删除这条记录",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every empty image file."""
        for ref, facts in looked(talk, ctx, "empty"):
            yield blame(ref, facts)
