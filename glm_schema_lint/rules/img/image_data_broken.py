"""IMG025 image-data-broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked


class ImageDataBroken(ConversationRule):
    """Image data in the record that cannot be unpacked."""

    name: ClassVar[str] = "image-data-broken"
    code: ClassVar[str] = "IMG025"
    title: ClassVar[Text] = Text("image data in a record cannot be unpacked", "记录中内嵌的图片数据无法解码")
    messages: ClassVar = {
        "": Text(
            "a data URI without a comma, or base64 of a length that cannot be",
            "data URI 缺少逗号，或 base64 的长度不对",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write data:image/png;base64, and then the whole of the base64 text; it was cut where the length is odd",
            "写成 data:image/png;base64, 后面接完整的 base64 文本；长度不对说明中途被截断",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every data URI or base64 text that does not unpack."""
        for ref, facts in looked(talk, ctx, "bad-data-uri"):
            yield blame(ref, facts)
