"""FILE001 byte-order-mark."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class ByteOrderMark(SourceRule):
    """A byte order mark that the loader stumbles over. One at the head of UTF-8 lines is skipped, and no finding."""

    name: ClassVar[str] = "byte-order-mark"
    code: ClassVar[str] = "FILE001"
    title: ClassVar[Text] = Text("byte order mark the loader cannot read over", "字节顺序标记（BOM）使加载失败")
    messages: ClassVar = {
        "utf-8": Text(
            "the file begins with a UTF-8 byte order mark",
            "文件以 UTF-8 字节顺序标记（BOM）开头",
        ),
        "utf-8-array": Text(
            "a UTF-8 byte order mark stands before the JSON array",
            "JSON 数组前有 UTF-8 字节顺序标记（BOM）",
        ),
        "middle": Text(
            "a byte order mark stands in the middle of the file, as after joining two files",
            "文件中间有字节顺序标记（BOM），多半是拼接文件时留下的",
        ),
        "utf-16": Text(
            "the file is UTF-16, not UTF-8",
            "文件编码是 UTF-16，不是 UTF-8",
        ),
        "utf-32": Text(
            "the file is UTF-32, not UTF-8",
            "文件编码是 UTF-32，不是 UTF-8",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "save the file as UTF-8 without a byte order mark",
            "把文件另存为不带 BOM 的 UTF-8",
        ),
        "middle": Text(
            "delete the three bytes EF BB BF before this line",
            "删除这一行前面的三个字节 EF BB BF",
        ),
    }
