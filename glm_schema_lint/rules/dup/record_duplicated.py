"""DUP001 record-duplicated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit, Related
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule
from .._twins import distinct, numbers, whole

SHOWN: Final = 50


class RecordDuplicated(SplitRule):
    """A record that stands in its split more than once, word for word."""

    name: ClassVar[str] = "record-duplicated"
    code: ClassVar[str] = "DUP001"
    title: ClassVar[Text] = Text("the same record stands in a split more than once", "同一条记录在一个划分里出现多次")
    messages: ClassVar = {"": Text("a copy of an earlier record", "与前面的一条记录完全相同")}
    helps: ClassVar = {
        "": Text(
            "keep one of them, unless the repetition is meant to weigh it more",
            "只保留一条；如果是有意重复以加大权重，可忽略",
        )
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit for each further copy; beyond the first few, one for all of a file."""
        if distinct(stats.digests) or not whole(stats):
            return
        import numpy as np

        digests = numbers(stats.digests)
        order = np.argsort(digests, kind="stable")
        ordered = digests[order]
        again = np.flatnonzero((ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)) + 1
        if not len(again):
            return
        copies = np.sort(order[again])
        files = np.frombuffer(stats.files_at, dtype=np.uint32)
        for file in np.unique(files[copies]):
            mine = copies[files[copies] == file]
            for number, index in enumerate(mine[:SHOWN]):
                first = int(order[np.searchsorted(ordered, digests[index])])
                rest = len(mine) - SHOWN if number == SHOWN - 1 else 0
                yield Hit(
                    location=stats.record_location(int(index)), split=stats.split.name, count=1 + max(rest, 0),
                    related=(Related(stats.record_location(first), Text("the first of them", "第一次出现在这里")),),
                )  # fmt: skip
