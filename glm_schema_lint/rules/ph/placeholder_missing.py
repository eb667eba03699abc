"""PH003 placeholder-missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._blame import cause


class PlaceholderMissing(ConversationRule):
    """Images, and no place for them in any message."""

    name: ClassVar[str] = "placeholder-missing"
    code: ClassVar[str] = "PH003"
    title: ClassVar[Text] = Text("the record has images but no placeholder", "记录有图片但没有占位符")
    messages: ClassVar = {
        "one": Text(
            "one image, and no image placeholder in any message that counts",
            "有一张图片，但计入的消息里没有任何图片占位符",
        ),
        "several": Text(
            "{images} images, and no image placeholder in any message that counts",
            "有 {images} 张图片，但计入的消息里没有任何图片占位符",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write {mark} in the user turn each image belongs to",
            "在每张图片所属的用户消息中写上 {mark}",
        )
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The images as a whole."""
        why = cause(talk, ctx)
        if why is not None and why.rule == self.name:
            parts = ctx.target.image.placeholders == "parts"
            mark = '{"type": "image"}' if parts else ctx.target.image.placeholder
            at = talk.images_pointer or (talk.images[0].pointer if talk.images else talk.messages_pointer)
            yield Hit(at, why.case, f"0 x {mark}", f"{why.images} x {mark}", {"images": why.images, "mark": mark})
