"""PH002 placeholder-in-answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._blame import cause


class PlaceholderInAnswer(ConversationRule):
    """An answer that writes the placeholder as text, as OCR and Markdown targets do: it is counted all the same."""

    name: ClassVar[str] = "placeholder-in-answer"
    code: ClassVar[str] = "PH002"
    title: ClassVar[Text] = Text("an answer contains the image placeholder as text", "回答中出现了图片占位符字样")
    messages: ClassVar = {
        "": Text(
            "the answer contains {mark}, which counts as a placeholder: {marks} for {images} images",
            "回答中含有 {mark}，会被当作占位符计数：共 {marks} 个，图片 {images} 张",
        ),
        "no-images": Text(
            "the answer contains {mark}, and the record lists no image", "回答中含有 {mark}，但记录没有列出图片"
        ),
        "text-only": Text(
            "the answer contains {mark}, and the record has no images", "回答中含有 {mark}，但记录没有图片"
        ),
        "takes-image": Text(
            "the answer contains {mark} before the question that should show the image, and takes it",
            "回答中的 {mark} 位于本应显示图片的提问之前，会占用那张图片",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write the text of the answer differently, for example &lt;image&gt;",
            "把回答里的字样换一种写法，例如 &lt;image&gt;",
        )
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first such answer."""
        why = cause(talk, ctx)
        if why is not None and why.rule == self.name and why.turn is not None:
            mark = ctx.target.image.placeholder or ""
            yield Hit(
                why.turn.content_pointer, why.case, f"{why.marks} x {mark}", f"{why.images} x {mark}",
                {"marks": why.marks, "images": why.images, "mark": mark},
            )  # fmt: skip
