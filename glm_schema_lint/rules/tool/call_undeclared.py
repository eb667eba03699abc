"""TOOL010 call-undeclared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import cut, quote
from ._calls import good, name_of, tools


class CallUndeclared(ConversationRule):
    """A call names a tool that is not on offer."""

    name: ClassVar[str] = "call-undeclared"
    code: ClassVar[str] = "TOOL010"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "a call to a tool that is not on offer",
        "调用了没有提供的工具",
    )
    messages: ClassVar = {
        "": Text(
            "the call names {name}; on offer are {offered}",
            "这里调用了 {name}，而提供的是 {offered}",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "add the tool to tools, or write its name as declared",
            "把它加进 tools，或改成声明过的名字",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """One hit for each such call."""
        names = [name for _, tool in tools(talk, ctx) if isinstance(name := name_of(tool), str)]
        if not names:
            return
        for call in good(talk, ctx):
            if isinstance(call.name, str) and call.name not in names:
                offered = cut(", ".join(names))
                yield Hit(call.pointer, "", quote(call.name), offered, {"name": quote(call.name), "offered": offered})
