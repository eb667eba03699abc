"""PH001 placeholder-count-mismatch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._blame import cause


class PlaceholderCountMismatch(ConversationRule):
    """As many placeholders as images: the trainer puts one image at each."""

    name: ClassVar[str] = "placeholder-count-mismatch"
    code: ClassVar[str] = "PH001"
    title: ClassVar[Text] = Text("image placeholders and images differ in number", "图片占位符与图片的数量不一致")
    messages: ClassVar = {
        "more": Text(
            "image placeholders: {marks}, images: {images}", "有 {marks} 个图片占位符，却只有 {images} 张图片"
        ),
        "fewer": Text(
            "image placeholders: {marks}, images: {images}", "只有 {marks} 个图片占位符，却有 {images} 张图片"
        ),
        "no-images": Text(
            "image placeholders: {marks}, and the record lists no image",
            "有 {marks} 个图片占位符，但记录没有列出图片",
        ),
        "text-only": Text(
            "image placeholders in a record without images: {marks}",
            "没有图片的记录里出现 {marks} 个图片占位符",
        ),
        "literal": Text(
            "{mark} stands in the text; this trainer places images itself and keeps it as plain text",
            "文本中写有 {mark}；该训练程序自行放置图片，会把它当作普通文字保留",
        ),
    }
    helps: ClassVar = {
        "more": Text("remove the surplus ones, or list the missing images", "删除多余的占位符，或补上缺少的图片"),
        "fewer": Text("write one placeholder where each image belongs", "在每张图片应在的位置写一个占位符"),
        "no-images": Text("list the images, or remove the placeholders", "补上图片，或删除占位符"),
        "text-only": Text(
            "add the images the text speaks of, or write the word differently if it is only text",
            "补上文中所指的图片；如果只是普通文字，请换一种写法",
        ),
        "literal": Text("remove {mark} from the text", "从文本中删除 {mark}"),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first message with a placeholder."""
        why = cause(talk, ctx)
        if why is not None and why.rule == self.name:
            mark = ctx.target.image.placeholder or "image"
            yield Hit(
                why.turn.content_pointer if why.turn else talk.messages_pointer, why.case,
                f"{why.marks} x {mark}", f"{0 if why.case == 'literal' else why.images} x {mark}",
                {"marks": why.marks, "images": why.images, "mark": mark},
            )  # fmt: skip
