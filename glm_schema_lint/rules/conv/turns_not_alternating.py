"""CONV002 turns-not-alternating."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...targets.behaviours import slips
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote


class TurnsNotAlternating(ConversationRule):
    """Two turns of the same side follow one another where the trainer wants question and answer in turn."""

    name: ClassVar[str] = "turns-not-alternating"
    code: ClassVar[str] = "CONV002"
    title: ClassVar[Text] = Text("turns do not alternate as the trainer needs it", "对话轮次没有按训练程序要求交替")
    messages: ClassVar = {
        "": Text(
            "{role} follows {before}: question and answer must take turns",
            "{before} 之后紧跟 {role}：提问与回答必须交替出现",
        ),
        "user-user": Text(
            "{role} follows {before}: a second user turn without an answer between",
            "{before} 之后紧跟 {role}：两条用户消息之间没有回答",
        ),
        "tool-first": Text(
            "the conversation begins with a tool result; one must follow a user turn or a call",
            "对话以工具结果开头；工具结果必须跟在用户消息或工具调用之后",
        ),
        "tool-user": Text(
            "{role} follows a tool result; the assistant must answer the result first",
            "工具结果之后紧跟 {role}；助手必须先对工具结果作答",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "merge the two turns into one, or add the turn missing between them",
            "把这两轮合并为一轮，或补上中间缺失的一轮",
        ),
        "tool-first": Text("put the user turn before it, or remove it", "在它前面补上用户消息，或删除它"),
        "tool-user": Text("add the assistant turn that uses the result", "补上使用该结果的助手消息"),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Each turn that stands on the side of the one before it."""
        for slip in slips(talk, ctx.target.turns.order, ctx.split):
            if slip.defect == "order":
                turn = talk.turns[slip.turn]
                before = next((t for t in reversed(talk.turns[: slip.turn]) if t.kind != "system"), turn)
                yield Hit(
                    turn.role_pointer, slip.case, quote(turn.role),
                    values={"role": quote(turn.role), "before": quote(before.role)},
                )  # fmt: skip
