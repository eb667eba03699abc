"""TOOL011 thought-glued-to-call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import quote
from ._calls import Slip, calls


class ThoughtGluedToCall(ConversationRule):
    """A thought stands before the JSON of a call, and is not taken off."""

    name: ClassVar[str] = "thought-glued-to-call"
    code: ClassVar[str] = "TOOL011"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "a thought stands in front of a call",
        "思考写在函数调用前面",
    )
    messages: ClassVar = {
        "": Text(
            "the call is JSON behind a thought that is not taken off: the whole text is not JSON",
            "调用的 JSON 前面有一段不会被去掉的思考：整段文本不是 JSON",
        ),
    }
    helps: ClassVar = {
        "": Text(
            'write the thought as "<think>\\n...\\n</think>\\n\\n" with just these line '
            "breaks where the trainer takes it off (LLaMA-Factory), else leave it out",
            "在会去掉思考的训练程序（LLaMA-Factory）里，思考须写成带有这些换行的 <think>⏎...⏎</think>⏎⏎，否则请去掉它",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """One hit for each such call."""
        for slip in calls(talk, ctx):
            if isinstance(slip, Slip) and slip.case == "glued":
                yield Hit(slip.pointer, "", quote(slip.found))
