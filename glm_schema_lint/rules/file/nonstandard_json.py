"""FILE009 nonstandard-json."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class NonstandardJson(SourceRule):
    """What some parsers take and others refuse or change: NaN, keys written twice, half surrogate pairs, NUL bytes."""

    name: ClassVar[str] = "nonstandard-json"
    code: ClassVar[str] = "FILE009"
    title: ClassVar[Text] = Text("JSON that parsers read differently", "各解析器理解不一的 JSON")
    messages: ClassVar = {
        "": Text(
            "nonstandard JSON",
            "非标准 JSON",
        ),
        "nan": Text(
            "NaN or Infinity is no JSON; the loader takes it",
            "NaN 和 Infinity 不是 JSON，但加载器会接受",
        ),
        "nan-in-array": Text(
            "NaN or Infinity is no JSON; the loader turns it into null or takes it",
            "NaN 和 Infinity 不是 JSON；加载器会变成 null 或原样接受",
        ),
        "number-too-big": Text(
            "the number is too big for a float",
            "数字超出浮点数范围",
        ),
        "number-too-big-in-array": Text(
            "the number is too big for a float; the loader makes it null",
            "数字超出浮点数范围，加载器会把它变成 null",
        ),
        "duplicate-key": Text(
            "the key “{key}” is written twice in one object",
            "同一个对象里键“{key}”写了两次",
        ),
        "duplicate-key-in-array": Text(
            "the key “{key}” is written twice in one object; the first value is lost",
            "同一个对象里键“{key}”写了两次，前一个值会丢失",
        ),
        "lone-surrogate": Text(
            "half of a surrogate pair: a character cut in two",
            "只有半个代理对：一个字符被切成了两半",
        ),
        "lone-surrogate-in-array": Text(
            "half of a surrogate pair: the character is dropped",
            "只有半个代理对：这个字符会被丢掉",
        ),
        "lone-low-surrogate-in-array": Text(
            "the second half of a surrogate pair stands alone",
            "单独出现了代理对的后半部分",
        ),
        "nul": Text(
            "{count} NUL bytes, the first at column {column}",
            "有 {count} 个 NUL 字节，第一个在第 {column} 列",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "remove it, or write what was meant",
            "删掉它，或写成本来的意思",
        ),
        "nan": Text(
            "write null or a number",
            "写成 null 或数字",
        ),
        "nan-in-array": Text(
            "write null or a number",
            "写成 null 或数字",
        ),
        "duplicate-key": Text(
            "keep one of the two",
            "两个只留一个",
        ),
        "duplicate-key-in-array": Text(
            "keep one of the two",
            "两个只留一个",
        ),
        "nul": Text(
            "remove the bytes; at the end of a file they tell of a crash or a full disk while it was written",
            "删掉这些字节；若在文件末尾，多半是写入时崩溃或磁盘已满",
        ),
    }
