"""FIELD002 field-type-drifts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...stats import Path, SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._drift import drifts
from .._loads import Sightings, is_content, loads, unread

_HEAD_EN = "'{field}' is a {type} here; the first 10 MiB of the first split made it a {other}: "
_HEAD_ZH = "'{field}' 在这里是{type}，而第一个划分的前 10 MiB 已把它定为{other}："


def _later(en: str, zh: str) -> Text:
    return Text(_HEAD_EN + en, _HEAD_ZH + zh)


class FieldTypeDrifts(DatasetRule):
    """One field holds values of several JSON types, and a column of an Arrow table has one."""

    name: ClassVar[str] = "field-type-drifts"
    code: ClassVar[str] = "FIELD002"
    title: ClassVar[Text] = Text(
        "a field changes its JSON type between records", "同一字段在不同记录里 JSON 类型不一致"
    )
    messages: ClassVar = {
        "same-chunk": Text(
            "'{field}' is a {type} here and a {other} before", "'{field}' 在这里是{type}，之前是{other}"),
        "later-quoted": Text(
            "'{field}' is a {type} here and a {other} elsewhere in the same 10 MiB of the file; the first 10 MiB "
            "hold strings only",
            "'{field}' 在这里是{type}，在文件的同一段 10 MiB 里又有{other}；而第一段 10 MiB 里全是字符串",
        ),
        "later-mixed": _later(
            "beside other types in the same 10 MiB of the file", "而且文件的同一段 10 MiB 里类型也不统一"),
        "later-digits": _later(
            "numbers written as strings among others are cast back by datasets>=4.7 only",
            "与数字混在一起的数字字符串，只有 datasets>=4.7 能转换回来",
        ),
        "later-loose": _later("only datasets>=4.7 keeps both", "只有 datasets>=4.7 能同时保留两者"),
        "later-pieces": _later(
            "it is refused, or cut into pieces as if it were a list", "要么报错，要么被当成列表拆散"),
        "later-cast": _later("it cannot be cast", "无法转换"),
        "later-object": _later("it is refused, or turned into JSON text", "要么报错，要么被改写成 JSON 文本"),
        "later-unparsed": _later("text that is no such number cannot be cast", "不是这种数值的文本无法转换"),
        "later-float": _later("a fraction cannot be cast", "带小数部分的值无法转换"),
        "later-text": _later("it is turned into text", "它会被转成文本"),
        "later-converted": _later("it is converted", "它会被自动转换"),
    }  # fmt: skip
    helps: ClassVar = {
        "": Text(
            "write '{field}' with one JSON type in every record of every split; a null beside that type is fine",
            "让所有划分、所有记录里的 '{field}' 使用同一种 JSON 类型；与 null 混用没有问题",
        )
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each path, case and split."""
        seen = Sightings(target=ctx.target)
        for load in loads(splits, ctx):
            drifts(load, _wanted, seen, lambda part, path: unread(part, path, ctx))
        yield from seen

    def message(self, case: str) -> Text:
        """The sentence is the same for a column nobody reads; only the outcome differs."""
        return super().message(case.removesuffix("-unread"))


def _wanted(path: Path, found: set[str]) -> bool:
    """All but string beside list in the content of messages, which has a rule of its own."""
    return not (is_content(path) and found <= {"str", "list"})
