"""TOOL006 tool-shape-wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import quote
from ._calls import BUILT_IN, tools

READ: Final = 'tool["function"]["parameters"]["properties"]'
WHAT: Final = {
    "built-in": ("this built-in tool has no function", "这个内置工具没有 function"),
    "flat": ("name and arguments stand on the tool itself", "name 和参数直接写在工具上"),
    "no-function": ("the tool has no function", "工具没有 function"),
    "function-not-object": ("function is no object", "function 不是对象"),
    "no-type": ("the tool has no type", "工具没有 type"),
    "unknown-type": ("the type of the tool is none it knows", "工具的 type 不在它认识的范围内"),
    "no-name": ("the function has no name", "function 没有 name"),
    "no-parameters": ("the function has no parameters", "function 没有 parameters"),
    "parameters-null": ("parameters is no object", "parameters 不是对象"),
    "no-properties": ("parameters has no properties", "parameters 没有 properties"),
    "properties-null": ("properties is no object", "properties 不是对象"),
}


class ToolShapeWrong(ConversationRule):
    """A tool is not written as the trainer takes it apart."""

    name: ClassVar[str] = "tool-shape-wrong"
    code: ClassVar[str] = "TOOL006"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "a tool is not in the shape the trainer reads",
        "工具的写法不是训练程序读取的结构",
    )
    messages: ClassVar = {
        **{
            case: Text(f"the trainer takes a tool apart as {READ}; {en}", f"训练程序按 {READ} 读取工具；{zh}")
            for case, (en, zh) in WHAT.items()
        },
        "null-property": Text(
            "a property of the tool is null, and stands in the prompt as null",
            "工具的某个属性是 null，会原样出现在提示词里",
        ),
    }
    helps: ClassVar = {
        "": Text(
            'write {{"type": "function", "function": {{"name": ..., "description": '
            '..., "parameters": {{"type": "object", "properties": {{...}}}}}}}}',
            '写成 {{"type": "function", "function": {{"name": ..., "description": '
            '..., "parameters": {{"type": "object", "properties": {{...}}}}}}}}',
        ),
        "null-property": Text(
            "store the tools as text, or as they were before Arrow filled the gaps",
            "把工具存成文本，或改回被 Arrow 填充 null 之前的样子",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first flaw of each tool."""
        for at, tool in tools(talk, ctx):
            case = shape(tool)
            if case is not None:
                yield Hit(at, case, quote(tool))


def shape(tool: dict[str, Any]) -> str | None:
    """The first thing wrong with a tool, read from the outside in; None if nothing is."""
    function = tool.get("function")
    if "function" not in tool:
        return "built-in" if tool.get("type") in BUILT_IN else "flat" if "name" in tool else "no-function"
    if not isinstance(function, dict):
        return "function-not-object"
    if tool.get("type") is None:
        return "no-type"
    if tool["type"] != "function":
        return "unknown-type"
    if not function.get("name"):
        return "no-name"
    if "parameters" not in function:
        return "no-parameters"
    if not isinstance(function["parameters"], dict):
        return "parameters-null"
    if "properties" not in function["parameters"]:
        return "no-properties"
    properties = function["parameters"]["properties"]
    if not isinstance(properties, dict):
        return "properties-null"
    return "null-property" if any(value is None for value in properties.values()) else None
