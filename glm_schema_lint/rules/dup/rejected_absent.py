"""DUP007 rejected-absent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...chunks import PathStat
from ...finding import Hit, Member, Related
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule

KEY: Final = "rejected_response"


class RejectedAbsent(SplitRule):
    """Some records of a file have a rejected answer, others do not: loading fills null in."""

    name: ClassVar[str] = "rejected-absent"
    code: ClassVar[str] = "DUP007"
    title: ClassVar[Text] = Text(
        "some records have a rejected answer, others have none", "部分记录有被拒绝的回答，部分没有"
    )
    messages: ClassVar = {
        "": Text(
            "{without} records have no rejected_response while others of the file do",
            "有 {without} 条记录没有 rejected_response，而同一文件的其他记录有",
        )
    }
    helps: ClassVar = {
        "": Text(
            "keep preference records in a file of their own, apart from plain ones",
            "把偏好数据与普通数据分成不同的文件",
        )
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit for each such file, at the first record without."""
        files: dict[int, PathStat] = {}
        for (number, _), chunk in stats.ordered():
            found = chunk.paths.get((KEY,))
            files.setdefault(number, PathStat()).add(found if found is not None else chunk.gap((KEY,)))
        for number, stat in files.items():
            filled = [spot for kind, (_, spot) in stat.types.items() if kind != "null"]
            if not filled or stat.absent is None:
                continue
            yield Hit(
                location=stats.location(stat.absent), split=stats.split.name, count=stat.absences,
                values={"without": stat.absences}, members=(Member(number, None, (KEY,), absent=True),),
                related=(Related(stats.location(min(filled)), Text("has one", "这里有")),),
            )  # fmt: skip
