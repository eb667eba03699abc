"""TOOL015 parameters-not-schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import cut, quote, safe
from ._calls import function_of, name_of, tools
from ._schema import flaw


class ParametersNotSchema(ConversationRule):
    """The parameters of a tool are no valid JSON Schema."""

    name: ClassVar[str] = "parameters-not-schema"
    code: ClassVar[str] = "TOOL015"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "`parameters` of a tool is no valid JSON Schema",
        "工具的 `parameters` 不是合法的 JSON Schema",
    )
    messages: ClassVar = {
        "": Text(
            "parameters of {name} is no valid JSON Schema: {why}",
            "{name} 的 parameters 不是合法的 JSON Schema：{why}",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "use the types of JSON Schema: object, array, string, "
            "number, integer, boolean, null; required is a list of names",
            "使用 JSON Schema 的类型：object、array、string、number、integer、boolean、null；required 是名字的列表",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """One hit for each tool."""
        for at, tool in tools(talk, ctx):
            schema = function_of(tool).get("parameters")
            if schema is not None and (why := flaw(schema)):
                shown = cut(safe(why))
                name = quote(name_of(tool))
                yield Hit(at, "", name, None, {"name": name, "why": shown})
