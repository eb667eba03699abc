"""The datasets of one training, as their converter leaves them: columns whose types differ. Helper of FIELD009."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ...chunks import PathStat, Spot
from ...finding import Hit, Member, Related
from ...stats import SplitStats
from ...wording import Text
from .._loads import JSON_TYPES, kinds

FORMS: Final = {
    "str": Text("a string", "字符串"), "dict": Text("an object", "对象"), "list": Text("a list", "列表"),
    "int": Text("a number", "数字"), "float": Text("a number", "数字"), "bool": Text("true/false", "布尔值"),
    "paths": Text("paths", "路径"), "objects": Text("objects with path or bytes", "带 path 或 bytes 的对象"),
    "frames": Text("lists of frames", "由帧组成的列表"),
}  # fmt: skip
ITEMS: Final = {"str": "paths", "dict": "objects", "list": "frames"}
MEDIA: Final = ("images", "videos", "audios")


class Form(NamedTuple):
    """How a dataset writes a column, and the first value."""

    stats: SplitStats
    form: str
    spot: Spot
    records: int


def mixed(datasets: list[SplitStats], columns: list[str]) -> Iterator[Hit]:
    """One hit for each dataset that writes a column otherwise than the first that has it. Null agrees with everything."""
    for column in columns:
        first: Form | None = None
        for stats in datasets:
            mine = _form(stats, column)
            if mine is None:
                continue
            if first is None:
                first = mine
            elif mine.form != first.form:
                takes = stats.split.mapping.takes
                path = (takes["messages"], "[]", takes["content_tag"]) if column == "content" else (takes[column],)
                name = takes.get("content_tag" if column == "content" else column) or column
                said = Text(f"in {first.stats.split.name}", f"在 {first.stats.split.name} 中")
                yield Hit(
                    case="mixed", location=stats.location(mine.spot), split=stats.split.name, count=mine.records,
                    found=FORMS[mine.form].en, expected=FORMS[first.form].en,
                    values={
                        "field": name, "name": stats.split.name, "first": first.stats.split.name,
                        "type": FORMS[mine.form], "other": FORMS[first.form],
                    },
                    members=(Member(None, None, path, JSON_TYPES - {"null"}),),
                    related=(Related(first.stats.location(first.spot), said),),
                )  # fmt: skip


def _form(stats: SplitStats, column: str) -> Form | None:
    """The one form a column has all through; None if it has none, or several (field-type-drifts has those)."""
    mapping: Any = stats.split.mapping
    takes = mapping.takes
    if column == "content":
        if mapping.formatting == "alpaca" or not takes["messages"] or not takes["content_tag"]:
            return None
        return _one(stats, stats.path(takes["messages"], "[]", takes["content_tag"]))
    key = takes.get(column)
    if not key or (column == "tools" and mapping.formatting == "openai"):  # made JSON text whatever it is
        return None
    whole = stats.path(key)
    if column not in MEDIA:
        return _one(stats, whole)
    if kinds(whole) == {"str"}:  # a bare path is made a list of one
        return Form(stats, "paths", whole.types["str"][1], whole.types["str"][0])
    inside = _one(stats, stats.path(key, "[]"))
    return inside._replace(form=ITEMS[inside.form]) if inside is not None and inside.form in ITEMS else None


def _one(stats: SplitStats, stat: PathStat) -> Form | None:
    found = kinds(stat)
    if len(found) != 1:
        return None
    kind = next(iter(found))
    return Form(stats, kind, stat.types[kind][1], stat.types[kind][0])
