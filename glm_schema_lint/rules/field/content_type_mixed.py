"""FIELD003 content-type-mixed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...stats import Path, SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._drift import drifts
from .._loads import Sightings, is_content, loads

_LATER = Text(
    "the content of messages is a {type} here; the first 10 MiB of the first split made it a {other}",
    "这里的消息内容是{type}，而第一个划分的前 10 MiB 已把它定为{other}",
)
_MIXED = Text(
    "the content of messages is a {type} here and a {other} elsewhere in the same 10 MiB of the file; the first "
    "10 MiB of the first "
    "split made it a {other}",
    "这里的消息内容是{type}，在文件的同一段 10 MiB 里又有{other}；第一个划分的前 10 MiB 已把它定为{other}",
)


class ContentTypeMixed(DatasetRule):
    """The content of messages is a string in some and a list of parts in others."""

    name: ClassVar[str] = "content-type-mixed"
    code: ClassVar[str] = "FIELD003"
    title: ClassVar[Text] = Text(
        "message content is a string in some messages and a list of parts in others",
        "消息内容有的是字符串，有的是分段列表",
    )
    messages: ClassVar = {
        "same-chunk": Text(
            "'{field}' is a {type} here and a {other} before (a string system prompt beside user messages of "
            "parts is the usual way)",
            "'{field}' 在这里是{type}，之前是{other}（常见原因：system 用字符串，user 用分段列表）",
        ),
        "later-quoted": _MIXED, "later-mixed": _MIXED, "later-loose": _LATER, "later-cast": _LATER,
        "later-pieces": _LATER,
    }  # fmt: skip
    helps: ClassVar = {
        "": Text(
            'write every content the same way: all strings, or all lists of parts such as [{{"type": "text", '
            '"text": ...}}]',
            '所有消息内容用同一种写法：全部是字符串，或全部是分段列表，例如 [{{"type": "text", "text": ...}}]',
        )
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each path, case and split."""
        seen = Sightings()
        for load in loads(splits, ctx):
            drifts(load, _wanted, seen)
        yield from seen


def _wanted(path: Path, found: set[str]) -> bool:
    return is_content(path) and found <= {"str", "list"}
