"""IMG007 image-truncated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked


class ImageTruncated(ConversationRule):
    """An image whose end is missing."""

    name: ClassVar[str] = "image-truncated"
    code: ClassVar[str] = "IMG007"
    title: ClassVar[Text] = Text(
        "an image file is cut off",
        "图片文件不完整",
    )
    messages: ClassVar = {
        "": Text(
            "the end of this image is missing",
            "这张图片缺少末尾部分",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "copy or download the image again: a transfer or a full disk cut it off",
            "重新复制或下载这张图片：传输中断或磁盘写满把它截断了",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every image that ends too early."""
        for ref, facts in looked(talk, ctx, "truncated"):
            yield blame(ref, facts)
