"""TOOL014 arguments-off-schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import cut, quote, safe
from ._calls import function_of, good, load, name_of, tools
from ._schema import breach


class ArgumentsOffSchema(ConversationRule):
    """The arguments of a call do not satisfy the schema of its tool."""

    name: ClassVar[str] = "arguments-off-schema"
    code: ClassVar[str] = "TOOL014"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "arguments do not satisfy the schema of their tool",
        "调用参数不符合工具的 schema",
    )
    messages: ClassVar = {
        "": Text(
            "the arguments of {name} do not satisfy its parameters: {why}",
            "{name} 的参数不符合它的 parameters：{why}",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "correct the arguments, or the schema: the model learns calls that its tool would refuse",
            "改正参数或 schema：否则模型学到的是工具会拒绝的调用",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """One hit for each call; a schema that is none is a defect of its own."""
        named = [(name_of(tool), function_of(tool).get("parameters")) for _, tool in tools(talk, ctx)]
        schemas = {name: parameters for name, parameters in named if isinstance(name, str)}
        for call in good(talk, ctx):
            schema = schemas.get(call.name) if isinstance(call.name, str) else None
            value = load(call.arguments, ctx) if isinstance(call.arguments, str) else call.arguments
            if isinstance(schema, dict) and isinstance(value, dict) and (why := breach(schema, value)):
                yield Hit(call.pointer, "", quote(value), None, {"name": quote(call.name), "why": cut(safe(why))})
