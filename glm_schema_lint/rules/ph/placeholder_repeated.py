"""PH004 placeholder-repeated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._blame import cause


class PlaceholderRepeated(ConversationRule):
    """The same pictures announced again in every turn."""

    name: ClassVar[str] = "placeholder-repeated"
    code: ClassVar[str] = "PH004"
    title: ClassVar[Text] = Text(
        "the placeholder is repeated in every turn for the same image", "同一张图片在每一轮都重复写了占位符"
    )
    messages: ClassVar = {
        "": Text(
            "{marks} placeholders for {images} images: each turn announces the same pictures again",
            "{images} 张图片却有 {marks} 个占位符：每一轮都重复标注了同样的图片",
        )
    }
    helps: ClassVar = {
        "": Text(
            "keep {mark} only in the first turn that shows the picture",
            "只在首次出现该图片的那一轮保留 {mark}",
        )
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first repetition."""
        why = cause(talk, ctx)
        if why is not None and why.rule == self.name and why.turn is not None:
            mark = ctx.target.image.placeholder or ""
            yield Hit(
                why.turn.content_pointer, why.case, f"{why.marks} x {mark}", f"{why.images} x {mark}",
                {"marks": why.marks, "images": why.images, "mark": mark},
            )  # fmt: skip
