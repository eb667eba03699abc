"""TOOL008 call-without-tools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import quote
from ._calls import anywhere, good


class CallWithoutTools(ConversationRule):
    """A call in a record that offers no tool and never names it."""

    name: ClassVar[str] = "call-without-tools"
    code: ClassVar[str] = "TOOL008"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "a call in a record without tools",
        "没有提供工具却有调用",
    )
    messages: ClassVar = {
        "": Text(
            "the call names {name}, but the record offers no tools and no text before the call names it",
            "这里调用了 {name}，但记录没有提供任何工具，前文也没有提到它",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "give the record its tools: the model is to learn to call what it was shown",
            "给记录写上 tools：模型应当学习调用它见过的工具",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first such call. A system prompt may well describe the tools in words."""
        if anywhere(talk):
            return
        for call in good(talk, ctx):
            before = [turn.text for turn in talk.turns[: call.turn]] + [str(talk.value.get("system") or "")]
            if isinstance(call.name, str) and not any(call.name in text for text in before):
                yield Hit(call.pointer, "", quote(call.name), None, {"name": quote(call.name)})
                return
