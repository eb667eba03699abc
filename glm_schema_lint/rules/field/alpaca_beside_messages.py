"""FIELD016 alpaca-beside-messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...chunks import PathStat
from ...finding import Hit, Member, Related
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule
from .._show import quote


class AlpacaBesideMessages(SplitRule):
    """A column of conversations in a file of alpaca records: the trainer then reads nothing but conversations."""

    name: ClassVar[str] = "alpaca-beside-messages"
    code: ClassVar[str] = "FIELD016"
    title: ClassVar[Text] = Text(
        "alpaca records in a file that has conversations too", "alpaca 记录所在的文件里还有对话格式的记录"
    )
    messages: ClassVar = {
        "": Text(
            "{count} of {records} records have no conversation under {key}; but the file has that column, so the trainer "
            "reads nothing else",
            "{records} 条记录中有 {count} 条在 {key} 下没有对话；但文件里有这一列，训练程序就只读它",
        )
    }
    helps: ClassVar = {
        "": Text(
            "keep each format in a file of its own, take {key} out, or convert the alpaca records to messages",
            "让每种格式各成一个文件，去掉 {key}，或把 alpaca 记录转换成 messages",
        )
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit for each file, at the first record that is lost."""
        if stats.split.dialect != "alpaca" or stats.split.mapping is not None:
            return
        for file in range(len(stats.split.files)):
            for key in ctx.target.files.read_as_messages:
                stat, records = PathStat(), 0
                for (number, _), chunk in stats.ordered():
                    if number == file:
                        stat.add(chunk.paths.get((key,)) or chunk.gap((key,)))
                        records += chunk.records
                count, null = stat.types.get("null", (0, None))
                lost = [spot for spot in (stat.absent, null) if spot is not None]
                if not stat.types or not lost:
                    continue
                count += stat.absences
                has = next((spot for kind, (_, spot) in stat.types.items() if kind != "null"), None)
                said = Text("the first record with it", "第一条带有它的记录")
                yield Hit(
                    location=stats.location(min(lost)), split=stats.split.name, count=count,
                    values={"count": count, "records": records, "key": quote(key)},
                    members=(Member(file, None, (key,), frozenset(("null",)), absent=True),),
                    related=(Related(stats.location(has), said),) if has is not None else (),
                )  # fmt: skip
                break
