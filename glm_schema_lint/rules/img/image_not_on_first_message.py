"""IMG019 image-not-on-first-message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote
from ._look import on_messages


class ImageNotOnFirstMessage(ConversationRule):
    """An image on a message where only the first is looked at."""

    name: ClassVar[str] = "image-not-on-first-message"
    code: ClassVar[str] = "IMG019"
    title: ClassVar[Text] = Text(
        "an image is not on the first message",
        "图片不在第一条消息上",
    )
    messages: ClassVar = {
        "": Text(
            "this image is on message {index}; only that of message 0 is opened",
            "这张图片在第 {index} 条消息上；只有第 0 条消息的图片会被打开",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "move the image to the first message; a system message before it has to go, GLM-4V takes none",
            "把图片移到第一条消息；它前面的 system 消息要去掉，GLM-4V 不接受 system",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first image of the record, if it comes too late."""
        named = on_messages(talk) if ctx.target.image.where == "first-message" else []
        if named and named[0].turn:
            yield Hit(named[0].pointer, "", quote(named[0].source), "/messages/0", {"index": named[0].turn})
