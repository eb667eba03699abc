"""THINK005 thought-in-history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...location import pointer
from ...record import Conversation
from ...wording import Text
from .._base import THOUGHTS, Context, ConversationRule
from .._show import quote
from ._tags import FIELDS, rest


class ThoughtInHistory(ConversationRule):
    """An earlier answer of the conversation holds its thought."""

    name: ClassVar[str] = "thought-in-history"
    code: ClassVar[str] = "THINK005"
    outline: ClassVar[bool] = False
    needs: ClassVar = THOUGHTS
    title: ClassVar[Text] = Text(
        "earlier answers hold their thoughts",
        "前面轮次的回答带有思考",
    )
    messages: ClassVar = {
        "": Text(
            "an answer before the last question holds a thought",
            "最后一个提问之前的回答带有思考",
        ),
        "field": Text(
            "{key} stands on an answer before the last question",
            "最后一个提问之前的回答带有 {key}",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "take the thoughts of earlier answers out, or make a record of each turn",
            "去掉前面回答里的思考，或把每一轮拆成单独的记录",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first such answer of a record."""
        last = max((at for at, turn in enumerate(talk.turns) if turn.kind == "user"), default=0)
        kept = ctx.target.turns.message_keys or []
        for turn in talk.turns[:last]:
            if turn.kind not in ("assistant", "function"):
                continue
            raw = turn.raw if isinstance(turn.raw, dict) else {}
            key = next((name for name in FIELDS if raw.get(name) and name in kept), "")
            if key:
                yield Hit(turn.pointer + pointer(key), "field", quote(raw[key]), None, {"key": key})
                return
            if rest(turn.text) is not None:
                yield Hit(turn.content_pointer, "", quote(turn.text))
                return
