"""THINK006 thought-not-trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import THOUGHTS, Context, ConversationRule
from .._show import quote


class ThoughtNotTrained(ConversationRule):
    """A thought that the chat template takes out before training."""

    name: ClassVar[str] = "thought-not-trained"
    code: ClassVar[str] = "THINK006"
    outline: ClassVar[bool] = False
    needs: ClassVar = THOUGHTS
    title: ClassVar[Text] = Text(
        "the chat template takes the thought out",
        "聊天模板会去掉思考",
    )
    messages: ClassVar = {
        "": Text(
            "of an answer with </think> only what follows it is trained",
            "带有 </think> 的回答，只有它后面的内容参与训练",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "train with a trainer that keeps thoughts (LLaMA-Factory with template glmz1), or change the template",
            "换用保留思考的训练程序（如 LLaMA-Factory 的 glmz1 模板），或修改聊天模板",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first such answer of a record."""
        for turn in talk.of_kind("assistant"):
            if "</think>" in turn.text:
                yield Hit(turn.content_pointer, "", quote(turn.text))
                return
