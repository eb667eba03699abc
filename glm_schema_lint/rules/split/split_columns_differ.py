"""SPLIT006 split-columns-differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit, Related
from ...show import cut
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._loads import Load, loads

_LABELS: Final = frozenset(("labels", "output_ids"))
"""These two differ between tokenized splits by design: eval-labels-missing speaks of them while nobody says that one call
reads all splits."""


class SplitColumnsDiffer(DatasetRule):
    """A file or split has top-level keys that the one which decides the schema lacks."""

    name: ClassVar[str] = "split-columns-differ"
    code: ClassVar[str] = "SPLIT006"
    title: ClassVar[Text] = Text("files that are loaded together have different columns", "一起加载的文件列名不一致")
    messages: ClassVar = {
        "split": Text(
            "{split} has {columns}, which {first} lacks: the first split decides the columns of all",
            "{split} 有 {columns}，而 {first} 没有：所有划分的列由第一个划分决定",
        ),
        "split-own": Text(
            "{split} has {columns}, which {first} lacks: one load_dataset call over both takes the columns of the first",
            "{split} 有 {columns}，而 {first} 没有：一次 load_dataset 同时读取两者时，列由第一个划分决定",
        ),
        "file": Text(
            "this file has {columns}, which the first file of {split} lacks",
            "这个文件有 {columns}，而 {split} 的第一个文件没有",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "add {columns} to every record of the first file (one real value is enough in JSONL), or take it out "
            "here; a column that "
            "only the first file has does no harm",
            "在第一个文件里也加上 {columns}（JSONL 里有一条真实值即可），或在这里删掉；只有第一个文件才有的列没有影响",
        ),
        "split-own": Text(
            "read each split by a load_dataset call of its own (--set loading=per-split), or add {columns} to every record "
            "of {first} (one real value is enough in JSONL), or take it out here",
            "每个划分单独用一次 load_dataset 读取（--set loading=per-split）；\n"
            "或在 {first} 的记录里也加上 {columns}（JSONL 里有一条真实值即可）；或在这里删掉",
        ),
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each file with columns that its load did not start with."""
        for load in loads(splits, ctx):
            yield from self._compare(load, ctx)

    def _compare(self, load: Load, ctx: Context) -> Iterator[Hit]:
        head = load.head
        known = {
            path[0]
            for part in (head, *load.rest)
            if load.where(part) == "chunk"
            for path in part.data.paths
            if len(path) == 1
        }
        if "*" in known:
            return
        hits: dict[tuple[str, int], Hit] = {}
        apart = head.stats.split.dialect == "tokenized" and not (
            ctx.target.tokenized.loaded and ctx.target.files.settled(ctx.setting)
        )
        for part in load.rest:
            left = _LABELS if apart and load.where(part) == "split" else frozenset()
            new = {
                path[0]: stat for path, stat in part.data.paths.items()
                if len(path) == 1 and path[0] not in known | left and path[0] not in ("[]", "*") and stat.types
            }  # fmt: skip
            if not new:
                continue
            key, count = (part.stats.split.name, part.file), max(stat.present for stat in new.values())
            members = tuple(part.member((name,), stat.types) for name, stat in new.items())
            if key in hits:
                hits[key].count += count
                hits[key].members += members
                continue
            columns = cut(", ".join(f"'{name}'" for name in new), 160)
            names = {"split": part.stats.split.name, "first": head.stats.split.name, "columns": columns}
            spot = min(spot for stat in new.values() for _, spot in stat.types.values())
            start = (
                head.stats.location(head.data.paths[()].types["dict"][1])
                if "dict" in head.data.paths[()].types
                else None
            )
            hits[key] = Hit(
                case="file" if load.where(part) != "split" else "split-own" if ctx.target.files.together_by else "split",
                location=part.stats.location(spot), values=names,
                split=part.stats.split.name, count=count, found=cut(columns), members=members,
                related=(Related(start, Text("the columns are decided here", "列在这里确定")),) if start else (),
            )  # fmt: skip
        yield from hits.values()
