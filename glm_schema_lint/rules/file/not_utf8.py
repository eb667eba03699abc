"""FILE002 not-utf8."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class NotUtf8(SourceRule):
    """Bytes that are no UTF-8, and Chinese text in GBK that is valid UTF-8 by chance."""

    name: ClassVar[str] = "not-utf8"
    code: ClassVar[str] = "FILE002"
    title: ClassVar[Text] = Text("text is not UTF-8", "文本不是 UTF-8 编码")
    messages: ClassVar = {
        "gbk": Text(
            "byte {byte} at column {column} is not UTF-8: the line is Chinese text in GBK",
            "第 {column} 列的字节 {byte} 不是 UTF-8：这一行是 GBK 编码的中文",
        ),
        "gbk-in-array": Text(
            "byte {byte} is not UTF-8: the record is Chinese text in GBK",
            "字节 {byte} 不是 UTF-8：这条记录是 GBK 编码的中文",
        ),
        "mojibake": Text(
            "the line is GBK whose bytes happen to be valid UTF-8; it says “{meant}” and loads as other letters",
            "这一行是 GBK 编码，字节恰好也是合法的 UTF-8：原文是“{meant}”，读入后变成别的字母",
        ),
        "utf-16-no-bom": Text(
            "the file is {encoding} without a byte order mark, not UTF-8",
            "文件编码是不带 BOM 的 {encoding}，不是 UTF-8",
        ),
        "other": Text(
            "byte {byte} at column {column} is not UTF-8",
            "第 {column} 列的字节 {byte} 不是 UTF-8",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "convert the file to UTF-8",
            "把文件转换成 UTF-8",
        ),
        "gbk": Text(
            "convert it: iconv -f GB18030 -t UTF-8",
            "转换编码：iconv -f GB18030 -t UTF-8",
        ),
        "gbk-in-array": Text(
            "convert it: iconv -f GB18030 -t UTF-8",
            "转换编码：iconv -f GB18030 -t UTF-8",
        ),
        "mojibake": Text(
            "convert the file from GB18030 to UTF-8; if only some lines are GBK, convert those",
            "把文件从 GB18030 转换成 UTF-8；若只有部分行是 GBK，就转换那些行",
        ),
    }
