"""FILE004 line-not-json."""

from __future__ import annotations

from typing import ClassVar

from ...record import Problem
from ...wording import Text
from .._base import SourceRule


class LineNotJson(SourceRule):
    """Text that is no JSON: cut lines, spare commas, comments, Python literals. The lines behind it are still read."""

    name: ClassVar[str] = "line-not-json"
    code: ClassVar[str] = "FILE004"
    waits: ClassVar[bool] = True
    title: ClassVar[Text] = Text("line is not valid JSON", "这一行不是合法的 JSON")
    messages: ClassVar = {
        "": Text(
            "column {column}: {reason}",
            "第 {column} 列：{reason}",
        ),
        "cut": Text(
            "the text ends in the middle of a record, at column {column}",
            "文本在记录中间断开，位于第 {column} 列",
        ),
        "trailing-comma": Text(
            "a comma too many at column {column}",
            "第 {column} 列多了一个逗号",
        ),
        "missing-comma": Text(
            "a comma is missing between two records, at column {column}",
            "第 {column} 列，两条记录之间缺少逗号",
        ),
        "comment": Text(
            "a comment at column {column}; JSON has none",
            "第 {column} 列有注释，JSON 不支持注释",
        ),
        "python-literal": Text(
            "this is Python, not JSON: single quotes, None, True or False",
            "这是 Python 写法，不是 JSON：用了单引号、None、True 或 False",
        ),
        "control-character-rewritten": Text(
            "a bare tab or other control character inside a string, at column {column}",
            "第 {column} 列，字符串里有未转义的制表符等控制字符",
        ),
        "control-character": Text(
            "a bare tab or other control character inside a string, at column {column}",
            "第 {column} 列，字符串里有未转义的制表符等控制字符",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "mend or remove this record",
            "改正或删除这条记录",
        ),
        "cut": Text(
            "the file was cut while it was written or copied: make it anew, or remove this record",
            "文件写入或拷贝时被截断：重新生成，或删除这条记录",
        ),
        "trailing-comma": Text(
            "remove the comma",
            "删掉这个逗号",
        ),
        "missing-comma": Text(
            "put a comma between the records, or write one record per line without the brackets",
            "在记录之间加上逗号，或去掉方括号、每行写一条记录",
        ),
        "comment": Text(
            "remove the comment",
            "删掉注释",
        ),
        "python-literal": Text(
            "write the file with json.dumps(record, ensure_ascii=False), not str(record)",
            "用 json.dumps(record, ensure_ascii=False) 写文件，不要用 str(record)",
        ),
        "control-character-rewritten": Text(
            "write it as \\t, \\n or \\u00XX",
            "写成 \\t、\\n 或 \\u00XX",
        ),
        "control-character": Text(
            "write it as \\t, \\n or \\u00XX",
            "写成 \\t、\\n 或 \\u00XX",
        ),
    }

    def case_of(self, problem: Problem, *, rewritten: bool) -> str:
        """A bare tab is taken by the parser that reads lines before Arrow does."""
        return f"{problem.case}-rewritten" if rewritten and problem.case == "control-character" else problem.case
