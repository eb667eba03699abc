"""DUP006 answers-all-alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule

SHARE: Final = 0.99
LEAST: Final = 20
"""Records a split must have before its answers say anything."""


class AnswersAllAlike(SplitRule):
    """Nearly every record of the train split ends with the same answer."""

    name: ClassVar[str] = "answers-all-alike"
    code: ClassVar[str] = "DUP006"
    title: ClassVar[Text] = Text("nearly all records have the same answer", "几乎所有记录的回答都一样")
    messages: ClassVar = {
        "": Text(
            "{count} of {all} records of {split} end with the same answer",
            "{split} 的 {all} 条记录中有 {count} 条以同样的回答结尾",
        )
    }
    helps: ClassVar = {
        "": Text(
            "look whether the answers were lost on the way (a wrong column, a placeholder); a model learns nothing "
            "from them but to say this",
            "检查回答是否在转换中丢失（取错了列、写成了占位内容）；这样的数据只会让模型学会说这一句",
        )
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit for the split, at its first record."""
        answers = stats.gathered.answers
        if stats.split.kind != "train" or not answers:
            return
        count, total = max(answers.values()), len(stats.digests)
        if total >= LEAST and count >= SHARE * total:
            values = {"count": count, "all": total, "split": stats.split.name}
            yield Hit(location=stats.record_location(0), split=stats.split.name, count=count, values=values)
