"""LEN001 answer-beyond-limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import LENGTH, Context, ConversationRule, Need
from ._measure import most, over


class AnswerBeyondLimit(ConversationRule):
    """A record whose prompt alone fills the row, so that nothing of the answer is left to learn."""

    name: ClassVar[str] = "answer-beyond-limit"
    code: ClassVar[str] = "LEN001"
    title: ClassVar[Text] = Text(
        "the answer starts after the length limit",
        "回答从长度上限之后才开始",
    )
    messages: ClassVar = {
        "": Text(
            "the answer starts after at least {tokens} tokens, and a row holds {limit}: all of it is cut off",
            "回答之前至少有 {tokens} 个 token，而一行的上限是 {limit}：回答被全部截掉",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "raise the limit, or shorten what stands before the answer",
            "调高上限，或缩短回答之前的内容",
        ),
    }
    outline: ClassVar[bool] = False
    needs: ClassVar[frozenset[Need]] = LENGTH

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first answer that is trained, where it surely starts behind the limit."""
        found = over(talk, ctx)
        if found is not None and found.defect == self.name:
            values = {"tokens": f"{found.tokens:,}", "limit": most(found.limit, ctx)}
            yield Hit(found.pointer, values=values)
