"""TOOL012 tools-beside-system-text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import quote


class ToolsBesideSystemText(ConversationRule):
    """A system message has both tools and text."""

    name: ClassVar[str] = "tools-beside-system-text"
    code: ClassVar[str] = "TOOL012"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "a system message has tools and text",
        "system 消息既有 tools 又有内容",
    )
    messages: ClassVar = {
        "": Text(
            "the content of a system message with tools should be empty; "
            "here the tools become a system turn of their own before it",
            "带 tools 的 system 消息内容应为空；这里的工具会在它之前单独成为一个 system 轮",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "leave content empty, as the README asks, or put the text into the first question",
            "按 README 的要求把 content 留空，或把这段文字写进第一个提问",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """System messages with tools."""
        for turn in talk.of_kind(ctx.target.tools.on):
            if isinstance(turn.raw, dict) and turn.raw.get("tools") and turn.text.strip():
                yield Hit(turn.content_pointer, "", quote(turn.text), "''")
