"""THINK001 think-tags-unbalanced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import THOUGHTS, Context, ConversationRule
from .._show import quote
from ._tags import slip


class ThinkTagsUnbalanced(ConversationRule):
    """The tags around a thought do not pair."""

    name: ClassVar[str] = "think-tags-unbalanced"
    code: ClassVar[str] = "THINK001"
    outline: ClassVar[bool] = False
    needs: ClassVar = THOUGHTS
    title: ClassVar[Text] = Text(
        "think tags do not pair",
        "思考标签不成对",
    )
    messages: ClassVar = {
        "no-close": Text(
            "<think> is never closed",
            "<think> 没有闭合",
        ),
        "no-open": Text(
            "</think> without <think> before it",
            "出现 </think>，前面却没有 <think>",
        ),
        "nested": Text(
            "<think> stands within a thought",
            "思考里又出现了 <think>",
        ),
        "repeated": Text(
            "the answer holds {count} thoughts; one is read",
            "回答里有 {count} 段思考，只会读取一段",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write one <think>...</think> at the beginning of the answer",
            "在回答开头写一段 <think>...</think>",
        ),
        "no-open": Text(
            "put <think> at the beginning: the output of a model lacks it where the prompt ended with it",
            "在开头补上 <think>：如果提示词以它结尾，模型的输出里就没有它",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first slip of each answer."""
        for turn in talk.of_kind("assistant", "function"):
            case = slip(turn.text)
            if case is not None:
                yield Hit(turn.content_pointer, case, quote(turn.text), None, {"count": turn.text.count("<think>")})
