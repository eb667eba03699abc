"""DUP005 rejected-equals-answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...location import pointer
from ...record import Conversation
from ...wording import Text
from .._base import REJECTED, Context, ConversationRule
from .._show import quote


class RejectedEqualsAnswer(ConversationRule):
    """A rejected answer that is the chosen one, or none at all."""

    name: ClassVar[str] = "rejected-equals-answer"
    code: ClassVar[str] = "DUP005"
    outline: ClassVar[bool] = False
    needs: ClassVar = REJECTED
    title: ClassVar[Text] = Text("the rejected answer is the chosen one", "被拒绝的回答与选中的回答相同")
    messages: ClassVar = {
        "": Text("rejected_response is the last answer, word for word", "rejected_response 与最后一个回答一字不差"),
        "null": Text("rejected_response is null", "rejected_response 是 null"),
    }
    helps: ClassVar = {
        "": Text("give another rejected answer, or remove the record", "换一个被拒绝的回答，或删除这条记录"),
        "null": Text(
            "take the key out of all records, or give every record a rejected answer",
            "要么所有记录都不写这个键，要么每条都写上被拒绝的回答",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """At most one hit."""
        if "rejected_response" not in talk.value or not talk.turns:
            return
        rejected, at = talk.value["rejected_response"], pointer("rejected_response")
        if rejected is None:
            yield Hit(at, "null", "null")
        elif isinstance(rejected, str) and rejected == talk.turns[-1].content:
            yield Hit(at, "", quote(rejected))
