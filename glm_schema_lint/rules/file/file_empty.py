"""FILE007 file-empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...location import Location
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SourceRule, SplitRule


class FileEmpty(SplitRule, SourceRule):
    """No record where there should be some.

    An empty text file matters only if nothing stands beside it in its split, or if it is the first and gives the
    columns: so it is judged on the whole split. An empty columnar file is a Problem of its source.
    """

    name: ClassVar[str] = "file-empty"
    code: ClassVar[str] = "FILE007"
    title: ClassVar[Text] = Text("file without records", "文件里没有记录")
    messages: ClassVar = {
        "": Text(
            "the file holds no record, and no other file of split {split} does",
            "文件里没有记录，{split} 划分的其他文件也没有",
        ),
        "first": Text(
            "the first file of split {split} holds blank lines or [] only, and gives the split its columns: none",
            "{split} 划分的第一个文件只有空行或 []，而列名由它决定：一列也没有",
        ),
        "beside": Text(
            "the file holds no record; others of split {split} do", "文件里没有记录，{split} 划分的其他文件有"
        ),
        "columnar": Text("the file holds no row", "文件里没有任何行"),
    }
    helps: ClassVar = {"": Text("fill the file, or remove it", "补上内容，或删除这个文件")}

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One finding per empty file of text."""
        files = stats.split.files
        if stats.skipped or any(file.problem for file in files):
            return
        counts: dict[int, int] = {}
        for (at, _), chunk in stats.chunks.items():
            counts[at] = counts.get(at, 0) + chunk.records
        for number, file in enumerate(files):
            if file.format not in ("lines", "array") or counts.get(number):
                continue
            case = "" if not stats.records else "first" if number == 0 and number in counts else "beside"
            yield Hit(
                case=case, location=Location(file.rel), split=stats.split.name, values={"split": stats.split.name}
            )
