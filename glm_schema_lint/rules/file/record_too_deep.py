"""FILE011 record-too-deep."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class RecordTooDeep(SourceRule):
    """A record nested deeper than Arrow schemas go."""

    name: ClassVar[str] = "record-too-deep"
    code: ClassVar[str] = "FILE011"
    title: ClassVar[Text] = Text("record is nested too deeply", "记录嵌套过深")
    messages: ClassVar = {
        "": Text(
            "objects and lists lie more than 63 levels deep",
            "对象和列表嵌套超过 63 层",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "make it flatter, or store the deep part as a JSON string",
            "减少层数，或把深层部分存成 JSON 字符串",
        ),
    }
