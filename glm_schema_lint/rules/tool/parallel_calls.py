"""TOOL005 parallel-calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from ._calls import good


class ParallelCalls(ConversationRule):
    """One turn makes several calls."""

    name: ClassVar[str] = "parallel-calls"
    code: ClassVar[str] = "TOOL005"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "one turn makes several calls",
        "一轮里有多个调用",
    )
    messages: ClassVar = {
        "": Text(
            "this turn makes {count} calls; this template takes one",
            "这一轮有 {count} 个调用，而该模板只接受一个",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "split it into one call and one result at a time, or train "
            "with a template that takes several (glm4_moe, glm4_5v, glm4_7)",
            "拆成一次一个调用、一个结果，或换用支持多个调用的模板（glm4_moe、glm4_5v、glm4_7）",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Once for each such turn."""
        said: set[int] = set()
        for call in good(talk, ctx):
            if call.size > 1 and call.turn not in said:
                said.add(call.turn)
                turn = talk.turns[call.turn]
                at = call.pointer if call.pointer == turn.content_pointer else turn.pointer + "/tool_calls"
                yield Hit(at, "", f"{call.size} calls", "1 call", {"count": call.size})
