"""FILE009 nonstandard-json."""

from __future__ import annotations

from typing import ClassVar, Final

from ...record import Problem
from ...wording import Text
from .._base import SourceRule

_TAKEN: Final = frozenset(("lone-surrogate", "duplicate-key", "number-too-big"))


class NonstandardJson(SourceRule):
    """What some parsers take and others refuse or change: NaN, keys written twice, half surrogate pairs, NUL bytes."""

    name: ClassVar[str] = "nonstandard-json"
    code: ClassVar[str] = "FILE009"
    waits: ClassVar[bool] = True
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
        "number-too-big-rewritten": Text(
            "the number is too big for a float",
            "数字超出浮点数范围",
        ),
        "duplicate-key-alike-rewritten": Text(
            "the key “{key}” is written twice in one object",
            "同一个对象里键“{key}”写了两次",
        ),
        "duplicate-key-rewritten": Text(
            "the key “{key}” is written twice in one object; datasets 4.7 and later lose the first value, as keys or "
            "types differ between the records",
            "同一个对象里键“{key}”写了两次；各记录的键或类型不一致时，datasets 4.7 及以后会丢失前一个值",
        ),
        "lone-surrogate-rewritten": Text(
            "half of a surrogate pair: a character cut in two; datasets 4.7 and later drop it, as keys or types differ "
            "between the records",
            "只有半个代理对：一个字符被切成了两半；各记录的键或类型不一致时，datasets 4.7 及以后会把它丢掉",
        ),
        "lone-low-surrogate-rewritten": Text(
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
        "duplicate-key-alike-rewritten": Text(
            "keep one of the two",
            "两个只留一个",
        ),
        "duplicate-key-rewritten": Text(
            "keep one of the two",
            "两个只留一个",
        ),
        "nul": Text(
            "remove the bytes; at the end of a file they tell of a crash or a full disk while it was written",
            "删掉这些字节；若在文件末尾，多半是写入时崩溃或磁盘已满",
        ),
    }

    def case_of(self, problem: Problem, *, rewritten: bool) -> str:
        """What Arrow refuses, the parser that reads lines before it takes: it drops and loses in place of a crash."""
        if not rewritten or problem.case not in _TAKEN:
            return problem.case
        if problem.case == "duplicate-key" and not problem.values.get("lost"):
            return "duplicate-key-alike-rewritten"
        low = problem.case == "lone-surrogate" and (problem.found or "")[2:4].lower() in ("dc", "dd", "de", "df")
        return f"{'lone-low-surrogate' if low else problem.case}-rewritten"
