"""FIELD006 text-blank."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote
from ._said import calls, place


class TextBlank(ConversationRule):
    """A question or an answer that is empty or only white space."""

    name: ClassVar[str] = "text-blank"
    code: ClassVar[str] = "FIELD006"
    title: ClassVar[Text] = Text("a message is blank", "消息为空白")
    messages: ClassVar = {
        "space": Text("the answer is nothing but white space", "回答只有空白字符"),
        "answer": Text("no assistant message of the record says anything", "这条记录里的 assistant 消息全是空白"),
        "response": Text("the answer is blank", "回答是空白"),
        "last-answer": Text("the last assistant message is blank", "最后一条 assistant 消息是空白"),
        "earlier-answer": Text("an assistant message is blank", "有一条 assistant 消息是空白"),
        "": Text("the {kind} message is blank", "{kind} 消息是空白"),
    }
    helps: ClassVar = {
        "": Text("write the text, or remove the turn", "补上文本，或删除这一轮"),
        "answer": Text("write the answer, or remove the record", "补上回答，或删除这条记录"),
        "response": Text("write the answer, or remove the record", "补上回答，或删除这条记录"),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every blank answer that calls no tool, and every blank question that shows no image either."""
        for turn in talk.turns:
            if turn.kind not in ("user", "assistant") or not isinstance(turn.content, str) or turn.content.strip():
                continue
            if calls(turn) or (turn.kind == "user" and talk.images):
                continue
            case = "space" if turn.content and turn.kind == "assistant" else place(talk, turn)
            if not turn.content and f"{self.name}:{case}-empty" in ctx.target.outcomes:
                case += "-empty"
            yield Hit(turn.content_pointer, case, quote(turn.content), "text", {"kind": turn.kind})
