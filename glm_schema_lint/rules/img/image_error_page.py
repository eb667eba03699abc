"""IMG010 image-error-page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked


class ImageErrorPage(ConversationRule):
    """A server's answer saved under the name of an image."""

    name: ClassVar[str] = "image-error-page"
    code: ClassVar[str] = "IMG010"
    title: ClassVar[Text] = Text(
        "a web page or an error message is saved as an image",
        "网页或报错信息被存成了图片",
    )
    messages: ClassVar = {
        "": Text(
            "this file is {what}, not an image: most likely a server's error page, saved as it came",
            "这个文件是 {what} 而不是图片：多半是服务器返回的错误页面被原样保存",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "download the image again and look at the HTTP status, or remove the record",
            "重新下载图片并检查 HTTP 状态码，或删除这条记录",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every download that brought text."""
        for ref, facts in looked(talk, ctx, "error-page"):
            yield blame(ref, facts)
