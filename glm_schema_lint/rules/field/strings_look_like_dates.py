"""FIELD012 strings-look-like-dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...stats import ChunkStats, Path, SplitStats, Spot
from ...wording import Text
from .._base import Context, DatasetRule
from .._loads import Load, Part, Sightings, kinds, loads, loose, read_texts


class StringsLookLikeDates(DatasetRule):
    """Every string of a field in one loader chunk looks like an ISO date, so the JSON reader makes it a timestamp."""

    name: ClassVar[str] = "strings-look-like-dates"
    code: ClassVar[str] = "FIELD012"
    title: ClassVar[Text] = Text("all strings of a field look like dates", "某字段的字符串全都像日期")
    messages: ClassVar = {
        "read": Text(
            "every '{field}' of the first 10 MiB looks like an ISO date: the column becomes a timestamp, its "
            "values datetime objects",
            "前 10 MiB 里的 '{field}' 全都像 ISO 日期：整列会变成 timestamp，取出来的是 datetime 对象",
        ),
        "text": Text(
            "every '{field}' of the first 10 MiB looks like an ISO date, so the column becomes a timestamp; text "
            "like this one cannot "
            "be cast to it",
            "前 10 MiB 里的 '{field}' 全都像 ISO 日期，整列会变成 timestamp；而这里的文本无法转换成时间",
        ),
        "rewritten": Text(
            "every '{field}' of this part of the data looks like an ISO date: each is read as a time and written "
            "back as other text "
            "('2024-01-02' becomes '2024-01-02 00:00:00')",
            "这一段数据里的 '{field}' 全都像 ISO 日期：会先读成时间，再写回成另一种文本（'2024-01-02' 变成 "
            "'2024-01-02 00:00:00'）",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write the date in another way ('2 January 2024', '2024/01/02'), or load with explicit features that "
            "say string",
            "换一种日期写法（如“2024 年 1 月 2 日”、'2024/01/02'），或在加载时用 features 明确指定为字符串",
        )
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """Dates in fields nobody reads are fine as long as the whole field holds dates."""
        seen = Sightings()
        for load in loads(splits, ctx):
            if load.text:
                self._look(load, ctx, seen)
        yield from seen

    def _look(self, load: Load, ctx: Context, seen: Sightings) -> None:
        head = load.head
        for path, spot in _dated(head.data).items():
            broken = [part for part in load.rest if _text(part.data, path)]
            for part in broken:
                stat = part.data.paths[path]
                self._add(seen, load, part, stat.types["str"][1], "text", path, stat.types["str"][0])
            if not broken and path in read_texts(head, ctx):
                self._add(seen, load, head, spot, "read", path, head.data.paths[path].types["str"][0])
        for part in load.rest:
            for path, spot in _dated(part.data).items():
                if path in read_texts(part, ctx) and _text(head.data, path):
                    self._add(seen, load, part, spot, "rewritten", path, part.data.paths[path].types["str"][0])

    def _add(self, seen: Sightings, load: Load, part: Part, spot: Spot, case: str, path: Path, count: int) -> None:
        new_only = loose(load.head.data, path)
        first = (part if case == "rewritten" else load.head).data.paths[path].types["str"][1]
        array = first.line is None  # lines are counted in JSON lines, whatever the file is called
        if array and new_only:
            return
        suffix = "-array" if array else "-loose" if new_only else ""
        seen.add(part, spot, case + suffix, path, count, part.member(path, ("str",)))

    def message(self, case: str) -> Text:
        """The sentence is the same for an array and for mixed keys; only the versions differ."""
        return super().message(case.partition("-")[0])


def _dated(data: ChunkStats) -> dict[Path, Spot]:
    return {path: spot for path, spot in (data.dates or {}).items() if kinds(data.paths.get(path)) == {"str"}}


def _text(data: ChunkStats, path: Path) -> bool:
    """True if the chunk holds strings there that are not all dates."""
    return kinds(data.paths.get(path)) == {"str"} and path not in (data.dates or {})
