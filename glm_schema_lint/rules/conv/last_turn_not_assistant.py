"""CONV004 last-turn-not-assistant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...targets.behaviours import slips
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote


class LastTurnNotAssistant(ConversationRule):
    """The conversation ends with a question nobody answers."""

    name: ClassVar[str] = "last-turn-not-assistant"
    code: ClassVar[str] = "CONV004"
    title: ClassVar[Text] = Text("the last turn is not the assistant's", "最后一轮不是助手的消息")
    messages: ClassVar = {
        "": Text(
            "the conversation ends with {role}; the trainer needs an answer at the end",
            "对话以 {role} 结尾；训练程序要求最后是助手的回答",
        ),
        "lost": Text(
            "the conversation ends with {role}, which the converter never passes on",
            "对话以 {role} 结尾，转换器不会把它传给训练",
        ),
    }
    helps: ClassVar = {
        "": Text("add the answer, or remove the trailing turn", "补上回答，或删除末尾这一轮"),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The last turn, system aside."""
        for slip in slips(talk, ctx.target.turns.order, ctx.split):
            if slip.defect == "ends":
                turn = talk.turns[slip.turn]
                yield Hit(turn.role_pointer, slip.case, quote(turn.role), values={"role": quote(turn.role)})
