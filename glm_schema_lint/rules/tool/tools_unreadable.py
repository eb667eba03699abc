"""TOOL002 tools-unreadable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from ...finding import Hit
from ...location import pointer
from ...record import Conversation
from ...views import reads_of, shape_of
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import quote
from ._calls import UNREAD, load


class ToolsUnreadable(ConversationRule):
    """The tools of a record cannot be read as a list of tools."""

    name: ClassVar[str] = "tools-unreadable"
    code: ClassVar[str] = "TOOL002"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "`tools` cannot be read",
        "`tools` 无法读取",
    )
    messages: ClassVar = {
        "text": Text(
            "tools must be the JSON text of a list of tools; this text is not JSON",
            "tools 应是工具列表的 JSON 文本，而这段文本不是 JSON",
        ),
        "blank": Text(
            "tools is a blank text, which is not JSON",
            "tools 是空白文本，不是 JSON",
        ),
        "empty": Text(
            "tools is an empty text, which is not JSON",
            "tools 是空字符串，不是 JSON",
        ),
        "list": Text(
            "tools is a list; the trainer wants its JSON text",
            "tools 是列表，而训练程序要的是它的 JSON 文本",
        ),
        "object": Text(
            "tools is one object, not a list of tools",
            "tools 是单个对象，而不是工具列表",
        ),
        "other": Text(
            "tools is neither a list of tools nor its JSON text",
            "tools 既不是工具列表，也不是它的 JSON 文本",
        ),
        "entry": Text(
            "a tool is no object",
            "有一个工具不是对象",
        ),
    }
    helps: ClassVar = {
        "": Text(
            'write the tools as a JSON list: [{{"name": ..., "description": ..., "parameters": {{...}}}}]',
            '把工具写成 JSON 列表：[{{"name": ..., "description": ..., "parameters": {{...}}}}]',
        ),
        "list": Text(
            "store the list as one string: json.dumps(tools, ensure_ascii=False)",
            "整体存成一个字符串：json.dumps(tools, ensure_ascii=False)",
        ),
        "blank": Text(
            'write "[]" where there are no tools',
            '没有工具时写 "[]"',
        ),
        "empty": Text(
            'write "[]" where there are no tools',
            '没有工具时写 "[]"',
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """What stands beside the messages; tools on a message are a matter of types."""
        reads = reads_of(ctx.target, ctx.split)
        if reads is None or not reads.tools:
            return
        value, at = talk.value.get(reads.tools), pointer(reads.tools)
        if value == "":
            yield Hit(at, "empty", "''")
        elif isinstance(value, str) and not value.strip():
            yield Hit(at, "blank", quote(value))
        elif isinstance(value, str):
            yield from self._listed(load(value, ctx), value, at, whole=True, ctx=ctx)
        elif isinstance(value, list) and value:
            if ctx.target.tools.text_only and shape_of(ctx.target, ctx.split) in ("sharegpt", "alpaca"):
                yield Hit(at, "list", quote(value), "string")
            else:
                yield from self._listed(value, value, at, whole=False, ctx=ctx)

    @staticmethod
    def _listed(value: Any, shown: Any, at: str, *, whole: bool, ctx: Context) -> Iterator[Hit]:
        if value is UNREAD:
            yield Hit(at, "text", quote(shown))
        elif isinstance(value, dict) and value:
            yield Hit(at, "object", quote(shown))
        elif not isinstance(value, list | dict):
            yield Hit(at, "other", quote(shown))
        else:
            for index, tool in enumerate(value):
                item = load(tool, ctx) if isinstance(tool, str) and not whole and ctx.target.tools.literal else tool
                if not isinstance(item, dict):
                    yield Hit(at if whole else at + pointer(index), "entry", quote(tool))
                    return
