"""FILE003 json-layout-mismatch."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class JsonLayoutMismatch(SourceRule):
    """Objects over several lines, or several arrays, where the loader wants one object per line or one array."""

    name: ClassVar[str] = "json-layout-mismatch"
    code: ClassVar[str] = "FILE003"
    whole: ClassVar[bool] = True
    title: ClassVar[Text] = Text(
        "records are laid out in a way the loader cannot cut", "记录的排布方式使加载器无法切分"
    )
    messages: ClassVar = {
        "pretty-printed": Text(
            "objects over several lines; the loader cuts files at line ends every 320 KiB or 10 MiB, inside an object",
            "对象跨多行书写；加载器每 320 KiB 或 10 MiB 在行尾切一次，会切断对象",
        ),
        "pretty-printed-medium": Text(
            "objects over several lines; before datasets 4.8.4 loaders cut files at line ends every 320 KiB",
            "对象跨多行书写；datasets 4.8.4 之前的加载器每 320 KiB 在行尾切一次，或直接拒绝",
        ),
        "pretty-printed-small": Text(
            "the objects are spread over several lines; that loads only while the file stays below 320 KiB",
            "对象跨多行书写；文件小于 320 KiB 时才能读入",
        ),
        "blank-before-array": Text(
            "blanks stand before the JSON array, so the loader does not see that it is one",
            "JSON 数组前有空白，加载器认不出这是数组",
        ),
        "pretty-printed-one": Text(
            "the object is spread over several lines, which datasets 4.7.0 to 4.8.3 refuse",
            "对象跨多行书写，datasets 4.7.0 至 4.8.3 会拒绝",
        ),
        "several-arrays": Text(
            "text stands behind the end of the JSON array; only one array may stand in a file",
            "JSON 数组结束之后还有内容；一个文件只能有一个数组",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write one object per line (jq -c . file.json > file.jsonl)",
            "每行写一个对象（jq -c . file.json > file.jsonl）",
        ),
        "blank-before-array": Text(
            "let the file begin with [",
            "让文件以 [ 开头",
        ),
        "several-arrays": Text(
            "write one object per line, or join the arrays into one",
            "每行写一个对象，或把几个数组合并成一个",
        ),
    }
