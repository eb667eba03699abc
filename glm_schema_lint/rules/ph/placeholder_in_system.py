"""PH007 placeholder-in-system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._blame import cause


class PlaceholderInSystem(ConversationRule):
    """The system prompt contains the image placeholder."""

    name: ClassVar[str] = "placeholder-in-system"
    code: ClassVar[str] = "PH007"
    title: ClassVar[Text] = Text("the system prompt contains the image placeholder", "system 提示里写了图片占位符")
    messages: ClassVar = {
        "": Text(
            "the placeholder of the image stands in the system prompt, where it is not counted: "
            "{marks} placeholders for {images} images",
            "图片的占位符写在 system 提示里，那里不计数：占位符 {marks} 个，图片 {images} 张",
        ),
        "literal": Text(
            "the system prompt contains {mark}, which stays plain text there",
            "system 提示里有 {mark}，在那里只是普通文字",
        ),
        "takes-image": Text(
            "the system prompt contains {mark} and takes the image of the question; the {mark} there stays plain text",
            "system 提示里有 {mark}，会占用提问里的图片，提问里的 {mark} 则成了普通文字",
        ),
        "holds-image": Text(
            "the image is put into the system prompt, before the question", "图片会放进 system 提示，而不是提问里"
        ),
    }
    helps: ClassVar = {
        "": Text("write {mark} in the user turn that shows the image", "把 {mark} 写在展示图片的用户消息里"),
        "literal": Text("speak of the image in other words", "换一种说法来指图片"),
        "takes-image": Text(
            "take {mark} out of the system prompt, and speak of the image in other words",
            "从 system 提示里去掉 {mark}，换一种说法来指图片",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The system prompt, once."""
        why = cause(talk, ctx)
        if why is not None and why.rule == self.name:
            mark = ctx.target.image.placeholder or ""
            yield Hit(
                why.at, why.case, f"{why.marks} x {mark}",
                f"{why.images} x {mark}", {"marks": why.marks, "images": why.images, "mark": mark},
            )  # fmt: skip
