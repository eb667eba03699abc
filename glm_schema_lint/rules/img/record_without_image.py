"""IMG020 record-without-image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule


class RecordWithoutImage(ConversationRule):
    """A text-only record, which the trainer gives a blank image."""

    name: ClassVar[str] = "record-without-image"
    code: ClassVar[str] = "IMG020"
    title: ClassVar[Text] = Text(
        "a text-only record gets a blank image",
        "纯文本记录会被配上一张空白图片",
    )
    messages: ClassVar = {
        "": Text(
            "no message has an image, so the trainer puts in a black one of 224 x 224 pixels",
            "没有任何消息带图片，训练程序会塞进一张 224 x 224 的黑色图片",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "give the record its image, or train text-only records with the text model's script",
            "给这条记录补上图片，或用文本模型的脚本训练纯文本记录",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Records without any image, under a target that makes one up."""
        if ctx.target.image.when_absent == "blank-224" and talk.turns and not talk.images:
            yield Hit(talk.turns[0].pointer)
