"""CONV010 eval-turns-unpaired."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...targets.behaviours import slips
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote


class EvalTurnsUnpaired(ConversationRule):
    """Evaluation counts users and answers by number, and this record's do not pair."""

    name: ClassVar[str] = "eval-turns-unpaired"
    code: ClassVar[str] = "CONV010"
    title: ClassVar[Text] = Text(
        "answers and user turns of an evaluation record do not pair", "评估记录中的回答与用户消息无法一一配对"
    )
    messages: ClassVar = {
        "crash": Text(
            "{role} follows {before}; evaluation cuts answer k at user turn k + 1 and finds none",
            "{before} 之后是 {role}；评估按“第 k 个回答到第 k+1 条用户消息”切分，这里找不到",
        ),
        "wrong-answer": Text(
            "{role} follows {before}; evaluation cuts answer k at user turn k + 1: the reference is not this answer",
            "{before} 之后是 {role}；评估按“第 k 个回答到第 k+1 条用户消息”切分，参考答案不再只是这一轮回答",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "in validation and test files let user and assistant take turns: merge neighbours, leave tool results out",
            "验证集和测试集中让 user 与 assistant 严格交替：合并相邻消息，去掉工具结果",
        )
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first turn that breaks the pairing."""
        for slip in slips(talk, ctx.target.turns.order, ctx.split):
            if slip.defect == "unpaired":
                turn = talk.turns[slip.turn]
                before = next((t.role for t in reversed(talk.turns[: slip.turn]) if t.kind != "system"), None)
                values = {"role": quote(turn.role), "before": quote(before)}
                yield Hit(turn.role_pointer, slip.case, quote(turn.role), values=values)
