"""FILE008 invalid-escape."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class InvalidEscape(SourceRule):
    """Backslashes that should have been doubled, as in hand-written Windows paths."""

    name: ClassVar[str] = "invalid-escape"
    code: ClassVar[str] = "FILE008"
    title: ClassVar[Text] = Text("backslash that JSON does not take as meant", "反斜杠的写法与本意不符")
    messages: ClassVar = {
        "": Text(
            "a single backslash at column {column} begins no JSON escape",
            "第 {column} 列的单个反斜杠不是合法的 JSON 转义",
        ),
        "control-character": Text(
            "in the path {path} a single backslash and the letter behind it become a control character",
            "路径 {path} 里的单个反斜杠连同后面的字母变成了控制字符",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "double every backslash, or write paths with /",
            "把每个反斜杠写成两个，或在路径里用 /",
        ),
    }
