"""CONV012 text-already-rendered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import MARKS, Context, ConversationRule
from .._marks import template_turn
from .._show import quote


class TextAlreadyRendered(ConversationRule):
    """A message went through a chat template before, and the trainer puts it through one again."""

    name: ClassVar[str] = "text-already-rendered"
    code: ClassVar[str] = "CONV012"
    outline: ClassVar[bool] = False
    needs: ClassVar = MARKS
    title: ClassVar[Text] = Text("a message went through a chat template already", "消息文本已经套过一次聊天模板")
    messages: ClassVar = {
        "": Text(
            "the text begins with the header of a chat template, and the trainer adds its own",
            "文本以聊天模板的标头开始，而训练程序还会再加一层自己的",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "store the bare text of each turn and its role; the trainer renders them",
            "每一轮只保存原文和角色，由训练程序去套模板",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first such message of a record."""
        turn = template_turn(talk)
        if turn is not None:
            yield Hit(turn.content_pointer, "", quote(turn.text))
