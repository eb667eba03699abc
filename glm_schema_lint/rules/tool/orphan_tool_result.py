"""TOOL009 orphan-tool-result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...record import Conversation
from ...targets.behaviours import RESULTS
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import quote

MARKS: Final = ("<|observation|>", "<tool_call>", "Action:", "Action Input:", "✿FUNCTION✿")
"""What an answer that writes its call as text has in it."""


class OrphanToolResult(ConversationRule):
    """A tool result that answers no call."""

    name: ClassVar[str] = "orphan-tool-result"
    code: ClassVar[str] = "TOOL009"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "a tool result answers no call",
        "工具结果没有对应的调用",
    )
    messages: ClassVar = {
        "first": Text(
            "the conversation begins with a tool result",
            "对话以工具结果开头",
        ),
        "after-user": Text(
            "a tool result follows a question: no call was made",
            "工具结果紧跟在提问之后，中间没有调用",
        ),
        "after-answer": Text(
            "a tool result follows an answer that calls nothing",
            "工具结果紧跟在没有发起调用的回答之后",
        ),
        "id": Text(
            "tool_call_id {id} is that of no call before it",
            "tool_call_id {id} 不属于前面的任何调用",
        ),
    }
    helps: ClassVar = {
        "after-answer": Text(
            "write the call as the trainer reads one (a tool_call turn, or tool_calls), or remove the result",
            "把调用写成训练程序认得的形式（tool_call 轮次或 tool_calls），或删除这个结果",
        ),
        "": Text(
            "put the call before its result, or remove the result",
            "在结果前补上调用，或删除这个结果",
        ),
        "id": Text(
            "give the result the id of the call it answers",
            "把结果的 id 改成它所回答的调用的 id",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Once per run of results."""
        ids: set[str] = set()
        before, called = "", False
        for turn in talk.turns:
            raw = turn.raw if isinstance(turn.raw, dict) else {}
            listed = raw.get("tool_calls")
            ids.update(
                str(c["id"])
                for c in (listed if isinstance(listed, list) else ())
                if isinstance(c, dict) and c.get("id")
            )
            if turn.kind in RESULTS:
                said = raw.get("tool_call_id")
                if before in ("", "system", "user"):
                    yield Hit(turn.role_pointer, "after-user" if before == "user" else "first", quote(turn.role))
                elif before == "assistant" and not called:
                    yield Hit(turn.role_pointer, "after-answer", quote(turn.role))
                elif ids and isinstance(said, str) and said and said not in ids:
                    yield Hit(turn.pointer + "/tool_call_id", "id", quote(said), None, {"id": quote(said)})
            before = turn.kind or "unknown"
            named = listed or raw.get("function_call") or raw.get("metadata")
            called = bool(named) or any(mark in turn.text for mark in MARKS)
