"""CONV003 first-turn-assistant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...targets.behaviours import slips
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote


class FirstTurnAssistant(ConversationRule):
    """The conversation opens with an answer to nothing."""

    name: ClassVar[str] = "first-turn-assistant"
    code: ClassVar[str] = "CONV003"
    title: ClassVar[Text] = Text("the first turn is the assistant's", "第一轮是助手的消息")
    messages: ClassVar = {
        "": Text(
            "the conversation begins with {role}; a user turn must come first",
            "对话以 {role} 开头；必须先有用户消息",
        ),
        "crash": Text(
            "the conversation begins with {role}; evaluation then finds no user turn to end an answer at",
            "对话以 {role} 开头；评估时找不到用来结束回答的用户消息",
        ),
        "wrong-answer": Text(
            "the conversation begins with {role}; evaluation then takes user turns into the reference answer",
            "对话以 {role} 开头；评估时会把用户消息并入参考答案",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "remove the opening answer, or put the question it answers before it",
            "删除开头的回答，或在它前面补上对应的提问",
        )
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The opening turn, system aside."""
        for slip in slips(talk, ctx.target.turns.order, ctx.split):
            if slip.defect == "starts":
                turn = talk.turns[slip.turn]
                yield Hit(turn.role_pointer, slip.case, quote(turn.role), values={"role": quote(turn.role)})
