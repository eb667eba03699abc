"""CONV006 system-misplaced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...targets.behaviours import slips
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote


class SystemMisplaced(ConversationRule):
    """A system turn where the trainer, or the model, takes none."""

    name: ClassVar[str] = "system-misplaced"
    code: ClassVar[str] = "CONV006"
    title: ClassVar[Text] = Text("a system turn stands where none is taken", "system 消息出现在不被接受的位置")
    messages: ClassVar = {
        "not-first": Text(
            "message {number} is a system turn; it must be the first message",
            "第 {number} 条消息是 system；它必须是第一条消息",
        ),
        "last": Text(
            "message {number} is a system turn behind the last answer; it must be the first message",
            "第 {number} 条消息是 system，排在最后的回答之后；它必须是第一条消息",
        ),
        "repeated": Text(
            "message {number} is a second system turn; one is taken",
            "第 {number} 条消息是又一条 system；只接受一条",
        ),
        "unsupported": Text(
            "message {number} is a system turn, which the model was never trained with",
            "第 {number} 条消息是 system，该模型训练时不使用 system",
        ),
    }
    helps: ClassVar = {
        "last": Text("move it to the front", "把它移到最前面"),
        "not-first": Text("move it to the front, or into the user turn", "把它移到最前面，或并入用户消息"),
        "repeated": Text("join the system turns into one", "把多条 system 合并为一条"),
        "unsupported": Text("remove it, or put its text into the user turn", "删除它，或把内容并入用户消息"),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Each misplaced system turn; none where an image stands too late because of it: that has its own rule."""
        for slip in slips(talk, ctx.target.turns.order, ctx.split):
            if slip.defect != "system":
                continue
            if slip.case == "unsupported" and any(turn.images for turn in talk.turns[1:]):
                continue
            turn = talk.turns[slip.turn]
            yield Hit(turn.role_pointer, slip.case, quote(turn.role), values={"number": slip.turn + 1})
