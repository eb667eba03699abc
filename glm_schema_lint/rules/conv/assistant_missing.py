"""CONV005 assistant-missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...record import Conversation
from ...targets.behaviours import slips
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import cut, safe

REWARDS: Final = frozenset({"solution", "env_config", "reward_model", "ground_truth", "answer"})
"""Keys beside a prompt that a reward is worked out from: the record is for reinforcement learning."""


class AssistantMissing(ConversationRule):
    """Nobody answers: there is nothing to learn."""

    name: ClassVar[str] = "assistant-missing"
    code: ClassVar[str] = "CONV005"
    title: ClassVar[Text] = Text("the conversation has no assistant turn", "对话中没有助手的消息")
    messages: ClassVar = {
        "": Text("{count} messages, none of them the assistant's", "共 {count} 条消息，没有一条是助手的"),
        "empty": Text("the list of messages is empty", "消息列表为空"),
    }
    helps: ClassVar = {
        "": Text("add the answer, or remove the record", "补上助手的回答，或删除这条记录"),
        "preference": Text(
            "for preference training write chosen and rejected as messages; for supervised training add the answer",
            "用于偏好训练时，把 chosen 和 rejected 写成消息；用于监督微调则要补上回答",
        ),
        "rewarded": Text(
            "fine for GRPO, which writes the answers itself; for supervised training add the answer",
            "用于 GRPO 没有问题，回答由训练过程生成；用于监督微调则要补上回答",
        ),
        "empty": Text("remove the record", "删除这条记录"),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The list of messages as a whole."""
        for slip in slips(talk, ctx.target.turns.order, ctx.split):
            if slip.defect == "no-answer":
                found = cut(safe(", ".join(str(turn.role) for turn in talk.turns))) or "[]"
                chosen = {"chosen", "rejected"} <= talk.value.keys()
                case = slip.case or ("preference" if chosen else "rewarded" if REWARDS & talk.value.keys() else "")
                yield Hit(talk.messages_pointer, case, found, "assistant", {"count": len(talk.turns)})
