"""FIELD017 text-read-as-json."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class TextReadAsJson(SourceRule):
    """A text that is JSON, in a column that datasets keeps as JSON because other records hold lists or objects there.

    Found by a second look at the file (engine/loaded.py): whether the column is kept so is known when all is read.
    """

    name: ClassVar[str] = "text-read-as-json"
    code: ClassVar[str] = "FIELD017"
    waits: ClassVar[bool] = True
    title: ClassVar[Text] = Text("a text is read as the JSON it looks like", "文本被当成 JSON 读成了别的值")
    messages: ClassVar = {
        "": Text(
            "this text is JSON, and becomes {type}: '{field}' holds other types too, so the column is kept as JSON",
            "这段文本恰好是 JSON，会变成{type}：'{field}' 里还有其他类型，整列会按 JSON 保存",
        )
    }
    helps: ClassVar = {
        "": Text(
            "write '{field}' the same way in all records: all text, or all lists of parts "
            '([{{"type": "text", "text": ...}}]), in which a text stays text',
            "让所有记录的 '{field}' 写法一致：全部是文本，或全部是分段列表"
            '（[{{"type": "text", "text": ...}}]），分段里的文本不受影响',
        )
    }
