"""FIELD007 nested-keys-differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit, Related
from ...stats import Path, SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._loads import Part, Sightings, folded, kinds, loads, show


class NestedKeysDiffer(DatasetRule):
    """Objects under one path have different keys, and Arrow fills the gaps with null where the model reads it."""

    name: ClassVar[str] = "nested-keys-differ"
    code: ClassVar[str] = "FIELD007"
    title: ClassVar[Text] = Text(
        "nested keys differ, and the gaps are filled with null", "嵌套对象的键不一致，缺的键会被填成 null"
    )
    messages: ClassVar = {
        "": Text(
            "the objects at '{field}' have different keys: this one has no '{key}', so it is given '{key}': null",
            "'{field}' 处各对象的键不一致：这里没有 '{key}'，会被填成 '{key}': null",
        ),
        "system-tools": Text(
            "this record has no 'tools' on any message while others have: if it begins with a system message, "
            "that one is given "
            "tools: null",
            "这条记录的消息都没有 'tools'，而其他记录有：如果它以 system 消息开头，该消息会被填上 tools: null",
        ),
        "said": Text(
            "a message here has no '{key}' while others have: it is given '{key}': null, which is written out as the word None",
            "这里有消息没有 '{key}'，而其他消息有：它会被填上 '{key}': null，并被写成单词 None",
        ),
        "said-null": Text(
            "'{key}' of a message is null, which is written out as the word None",
            "这里有消息的 '{key}' 是 null，会被写成单词 None",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "load with datasets>=4.7, which leaves absent keys absent, or store the tools as one JSON string "
            "where the trainer takes it",
            "使用 datasets>=4.7（缺的键不再填充）；或在训练程序支持时把工具整体存成一个 JSON 字符串",
        ),
        "system-tools": Text(
            "give every system message a list of tools (an empty one will do), load with datasets>=4.7, or train "
            "with combine: true",
            "给每条 system 消息都写上 tools 列表（可以为空），或使用 datasets>=4.7，或设 combine: true",
        ),
        "said": Text(
            "write '{key}': '' in every message that has nothing to say there, or load with datasets>=4.7",
            "没有内容的消息都写上 '{key}': ''，或使用 datasets>=4.7",
        ),
        "said-null": Text("write '{key}': '' in place of null", "把 null 改成 '{key}': ''"),
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """Text files only: in columnar files the gaps were filled when they were written."""
        seen = Sightings()
        tops = [_path(text) for text in ctx.target.files.nulls_hurt]
        said = [_path(text) for text in ctx.target.files.nulls_said]
        for load in loads(splits, ctx):
            for part in (load.head, *load.rest) if load.text else ():
                for path in part.data.paths:
                    if any(path[: len(top)] == top and len(path) > len(top) for top in tops):
                        self._look(part, path, seen)
                for path in load.head.data.paths if part is not load.head else ():
                    if any(path[: len(top)] == top and len(path) > len(top) for top in tops):
                        self._filled(load.head, part, path, seen)
                if ("messages", "[]", "tools") in part.data.paths:
                    self._systems(part, seen)
                for path in said:
                    self._said(part, path, seen)
                    if path in load.head.data.paths and part is not load.head:
                        self._filled(load.head, part, path, seen, "said")
        yield from seen

    def _look(self, part: Part, path: Path, seen: Sightings) -> None:
        stat = part.data.paths[path]
        if path[-1] == "[]" or stat.absent is None or not stat.absences or folded(path, part.data):
            return
        kind = min(stat.types, key=lambda name: stat.types[name][1])
        if kinds(part.data.paths.get(path[:-1])) == {"dict"}:
            seen.add(
                part, stat.absent, _case(path), path[:-1], stat.absences, part.member(path, absent=True),
                values={"field": show(path[:-1]), "key": path[-1]},
                related=(Related(part.stats.location(stat.types[kind][1]), Text("has the key", "有这个键")),),
            )  # fmt: skip

    def _said(self, part: Part, path: Path, seen: Sightings) -> None:
        """A text that some messages have: the null of the others becomes a word."""
        stat = part.data.paths.get(path)
        if stat is None or folded(path, part.data):
            return
        key = {"field": show(path[:-1]), "key": path[-1]}
        if stat.absent is not None and stat.absences:
            source = part.stats.location(min(spot for _, spot in stat.types.values()))
            seen.add(
                part, stat.absent, "said", path, stat.absences, part.member(path, absent=True), values=key,
                related=(Related(source, Text("has the key", "有这个键")),),
            )  # fmt: skip
        if "null" in stat.types:
            count, spot = stat.types["null"]
            seen.add(part, spot, "said-null", path, count, part.member(path, ("null",)), found="null", values=key)

    def _filled(self, head: Part, part: Part, path: Path, seen: Sightings, case: str | None = None) -> None:
        """A key that all objects of the first file have or may have, and none of this one."""
        above, first = part.data.paths.get(path[:-1]), head.data.paths[path]
        if path[-1] == "[]" or path in part.data.paths or above is None or folded(path, head.data):
            return
        if not kinds(first) and case is None:
            return
        if kinds(above) == {"dict"} == kinds(head.data.paths.get(path[:-1])):
            count, spot = above.types["dict"]
            source = min((spot for _, spot in first.types.values()))
            seen.add(
                part, spot, case or _case(path), path if case else path[:-1], count, part.member(path[:-1], ("dict",)),
                values={"field": show(path[:-1]), "key": path[-1]},
                related=(Related(head.stats.location(source), Text("has the key", "有这个键")),),
            )  # fmt: skip

    def _systems(self, part: Part, seen: Sightings) -> None:
        """Roles are not in the statistics: records without any tools may begin with a system message."""
        stat, talks = part.data.paths["messages", "[]", "tools"], part.data.paths["messages",]
        without = talks.present - stat.present
        if without > 0 and stat.absent is not None:
            source = min(spot for _, spot in stat.types.values())
            seen.add(
                part, stat.absent, "system-tools", ("messages", "[]", "tools"), without,
                part.member(("messages", "[]", "tools"), nowhere=True),
                related=(Related(part.stats.location(source), Text("has tools", "有 tools")),),
            )  # fmt: skip


def _case(path: Path) -> str:
    """The properties of a tool's parameters are one thing, what stands deeper in them another: some trainers clean the first."""
    return "property" if path[-3:-1] == ("parameters", "properties") else ""


def _path(text: str) -> Path:
    """``tools[].function`` as a path."""
    return tuple(key for piece in text.split(".") for key in ([piece[:-2], "[]"] if piece.endswith("[]") else [piece]))
