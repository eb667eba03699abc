"""FIELD011 column-starts-null."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit, Related
from ...stats import Path, SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._loads import WORDS, Load, Part, Sightings, folded, kinds, loads, loose


class ColumnStartsNull(DatasetRule):
    """A field that is null, or an empty list, all through the part that decides the schema, and holds values later."""

    name: ClassVar[str] = "column-starts-null"
    code: ClassVar[str] = "FIELD011"
    title: ClassVar[Text] = Text(
        "a field is null or [] at first and holds values later", "某字段开头全是 null 或 []，后面才有值"
    )
    messages: ClassVar = {
        "": Text(
            "'{field}' holds a {type} here; all through the first 10 MiB of the first split it is {other}",
            "'{field}' 在这里是{type}，而在第一个划分的前 10 MiB 里一直是 {other}",
        )
    }
    helps: ClassVar = {
        "": Text(
            "put a record with a real value of '{field}' first, or leave the field out where it holds nothing",
            "把 '{field}' 有真实值的记录放到最前面；没有值的记录就不要写这个字段",
        )
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each such field of a split."""
        seen = Sightings(target=ctx.target)
        for load in loads(splits, ctx):
            for part in load.rest if load.text else ():
                for path in part.data.paths:
                    self._look(load, part, path, seen)
        yield from seen

    def _look(self, load: Load, part: Part, path: Path, seen: Sightings) -> None:
        head, stat = load.head.data, part.data.paths[path]
        found = kinds(stat)
        if not path or not found or folded(path, head) or folded(path, part.data):
            return
        start, held = head.paths.get(path), path
        if start is None and path[-1] == "[]" and kinds(head.paths.get(path[:-1])) == {"list"}:
            start, held, other = head.paths[path[:-1]], path[:-1], "[]"
            first = start.types["list"][1]
        elif start is not None and start.types.keys() == {"null"}:
            other, first = "null", start.types["null"][1]
        else:
            return
        kind = min(found, key=lambda name: stat.types[name][1])
        seen.add(
            part, stat.types[kind][1], "loose" if loose(head, held) else "", held,
            sum(stat.types[name][0] for name in found), part.member(path, found), found=WORDS[kind].en,
            values={"type": WORDS[kind], "other": other},
            related=(Related(load.head.stats.location(first), Text(f"{other} here", f"这里是 {other}")),),
        )  # fmt: skip
