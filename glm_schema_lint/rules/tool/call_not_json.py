"""TOOL001 call-not-json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import quote
from ._calls import Slip, calls


class CallNotJson(ConversationRule):
    """A call that the trainer cannot read."""

    name: ClassVar[str] = "call-not-json"
    code: ClassVar[str] = "TOOL001"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "a function call cannot be read",
        "无法读取的函数调用",
    )
    messages: ClassVar = {
        "text": Text(
            'the call must be JSON such as {{"name": ..., "arguments": {{...}}}}; this text is not',
            '调用应是 {{"name": ..., "arguments": {{...}}}} 这样的 JSON，而这段文本不是',
        ),
        "keys": Text(
            "the call lacks name or arguments",
            "调用缺少 name 或 arguments",
        ),
        "list": Text(
            "the trainer reads one call from a message; here is a list",
            "训练程序从一条消息里只读取一个调用，而这里是列表",
        ),
        "empty": Text(
            "the list of calls is empty",
            "调用列表是空的",
        ),
        "not-object": Text(
            "a call is no object",
            "调用不是对象",
        ),
    }
    helps: ClassVar = {
        "": Text(
            'write {{"name": "...", "arguments": {{...}}}} as JSON: double '
            "quotes, line breaks in strings as \\n, nothing around it",
            '写成 JSON：{{"name": "...", "arguments": {{...}}}}，用双引号，字符串里的换行写成 \\n，前后不加别的文字',
        ),
        "list": Text(
            "give every call a message of its own",
            "让每个调用各占一条消息",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """One hit for each call; a thought before JSON has a rule of its own."""
        for slip in calls(talk, ctx):
            if isinstance(slip, Slip) and slip.case != "glued":
                yield Hit(slip.pointer, slip.case, quote(slip.found))
