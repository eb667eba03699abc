"""TOOL003 arguments-form-wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import MISSING, Conversation
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import quote
from ._calls import UNREAD, good, load


class ArgumentsFormWrong(ConversationRule):
    """The arguments of a call are no object where the trainer wants one."""

    name: ClassVar[str] = "arguments-form-wrong"
    code: ClassVar[str] = "TOOL003"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "arguments of a call are in the wrong form",
        "调用参数的写法不对",
    )
    messages: ClassVar = {
        "string": Text(
            "arguments is a text; the trainer wants the object itself",
            "arguments 是文本，而训练程序要的是对象本身",
        ),
        "unparsable": Text(
            "arguments is a text that is not JSON",
            "arguments 是文本，但不是 JSON",
        ),
        "missing": Text(
            "the call has no arguments",
            "调用没有 arguments",
        ),
        "other": Text(
            "arguments is no object",
            "arguments 不是对象",
        ),
    }
    helps: ClassVar = {
        "": Text(
            'write arguments as an object: {{"city": "Oslo"}}, {{}} if there are none',
            '把 arguments 写成对象：{{"city": "Oslo"}}；没有参数时写 {{}}',
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """One hit for each call."""
        for call in good(talk, ctx):
            value = call.arguments
            if isinstance(value, dict) or "metadata" in ctx.target.tools.calls:
                continue
            case = "missing" if value is MISSING or value is None else "other"
            says: dict[str, object] = {}
            if isinstance(value, str):
                inner = load(value, ctx)
                case, says = "unparsable" if inner is UNREAD else "string", {"object": isinstance(inner, dict)}
            yield Hit(call.pointer, case, "missing" if value is MISSING else quote(value), "object", says)
