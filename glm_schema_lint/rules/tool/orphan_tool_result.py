"""TOOL009 orphan-tool-result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...targets.behaviours import RESULTS
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import quote


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
        "id": Text(
            "tool_call_id {id} is that of no call before it",
            "tool_call_id {id} 不属于前面的任何调用",
        ),
    }
    helps: ClassVar = {
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
        before = ""
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
                elif ids and isinstance(said, str) and said and said not in ids:
                    yield Hit(turn.pointer + "/tool_call_id", "id", quote(said), None, {"id": quote(said)})
            before = turn.kind or "unknown"
