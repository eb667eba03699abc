"""FIELD014 key-appears-late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit, Related
from ...stats import Path, SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._loads import Load, Part, Sightings, folded, kinds, loads, loose

_PLACE = {
    "chunk": Text("the first 10 MiB of the file", "该文件的前 10 MiB"),
    "file": Text("the first file of the split", "该划分的第一个文件"),
    "split": Text("the first split", "第一个划分"),
}


class KeyAppearsLate(DatasetRule):
    """A key that the part of the data which decides the schema does not have."""

    name: ClassVar[str] = "key-appears-late"
    code: ClassVar[str] = "FIELD014"
    title: ClassVar[Text] = Text("a key appears only after the schema was fixed", "某个键在表结构确定之后才出现")
    messages: ClassVar = {
        "": Text(
            "'{field}' stands here but nowhere in {place}, which decides the schema",
            "'{field}' 出现在这里，但决定表结构的{place}里完全没有它",
        )
    }
    helps: ClassVar = {
        "": Text(
            "give the first record of the first split (usually train) the key '{field}' with a value of the same "
            "type, or take the "
            "key out where it appears; a null in the first record is not enough",
            "让第一个划分（通常是 train）的第一条记录也带上键 '{field}'，并给出同类型的值；或在出现处删掉这个键。"
            "只写 null 不够",
        )
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each new key of a split; columns of other files and splits are left to split-columns-differ."""
        seen = Sightings(target=ctx.target)
        for load in loads(splits, ctx):
            for part in load.rest:
                for path in part.data.paths:
                    self._look(load, part, path, seen)
        yield from seen

    def _look(self, load: Load, part: Part, path: Path, seen: Sightings) -> None:
        head, stat = load.head.data, part.data.paths[path]
        if not path or path[-1] == "[]" or path in head.paths or folded(path, head) or folded(path, part.data):
            return
        above = head.paths.get(path[:-1])
        if above is None or kinds(above) != {"dict"} or not stat.types:
            return
        case = "nested"
        if len(path) == 1:
            if load.where(part) != "chunk":
                return
            case = "column"
        elif load.text and loose(head, path[:-1]):
            case = "loose"
        source = load.head.stats.location(above.types["dict"][1])
        seen.add(
            part, min(spot for _, spot in stat.types.values()), case, path, stat.present,
            part.member(path, stat.types),
            values={"place": _PLACE[load.where(part)]},
            related=(Related(source, Text("the schema starts here", "表结构从这里开始")),),
        )  # fmt: skip
