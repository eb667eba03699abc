"""TOOL007 system-tools-null."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import MISSING, Conversation
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule


class SystemToolsNull(ConversationRule):
    """A system message says tools: null, and the script iterates over it."""

    name: ClassVar[str] = "system-tools-null"
    code: ClassVar[str] = "TOOL007"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "a system message has `tools: null`",
        "system 消息的 `tools` 是 null",
    )
    messages: ClassVar = {
        "": Text(
            "tools of this system message is null; the script walks through it as a list",
            "这条 system 消息的 tools 是 null，而脚本会把它当作列表遍历",
        ),
    }
    helps: ClassVar = {
        "": Text(
            'write "tools": [] where a system message has none, or train with combine: true',
            '没有工具时写 "tools": []，或设 combine: true',
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """System messages only: elsewhere the key is deleted."""
        for turn in talk.of_kind(ctx.target.tools.on):
            if isinstance(turn.raw, dict) and turn.raw.get("tools", MISSING) is None:
                yield Hit(turn.pointer + "/tools", "", "null", "array")
