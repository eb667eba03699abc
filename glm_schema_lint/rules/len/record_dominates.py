"""LEN004 record-dominates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule

LEAST: Final = 100
"""Records from which a hundredth of them can be told from chance."""
SHARE: Final = 100
"""One record in so many may hold half of all text before it is said."""


class RecordDominates(SplitRule):
    """A few records that hold half of all text of their split."""

    name: ClassVar[str] = "record-dominates"
    code: ClassVar[str] = "LEN004"
    title: ClassVar[Text] = Text(
        "a few records hold most of the text",
        "极少数记录占了大部分文本",
    )
    messages: ClassVar = {
        "": Text(
            "{count} of {total} records hold half of all text; the longest, this one, has {size} characters, the median {median}",
            "{total} 条记录中有 {count} 条占了全部文本的一半；最长的就是这一条，有 {size} 个字符，中位数是 {median} 个",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "look at the longest records: split them, shorten them, or take them out if they are no samples at all",
            "检查最长的这些记录：拆分、缩短，如果根本不是样本就去掉",
        ),
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit, at the longest record, for all that together hold half of the text."""
        total = len(stats.sizes)
        if total < LEAST:
            return
        half, held, count = sum(stats.sizes) / 2, 0, 0
        if max(stats.sizes) * (total // SHARE) < half:
            return  # not even if all of them were as long as the longest
        sizes = sorted(stats.sizes, reverse=True)
        while held < half:
            held += sizes[count]
            count += 1
        if 0 < count <= total // SHARE:
            index = stats.sizes.index(sizes[0])
            yield Hit(
                location=stats.record_location(index), split=stats.split.name, count=count,
                values={"count": f"{count:,}", "total": f"{total:,}", "size": f"{sizes[0]:,}", "median": f"{sizes[total // 2]:,}"},
            )  # fmt: skip
