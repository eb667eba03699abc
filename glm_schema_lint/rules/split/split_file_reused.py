"""SPLIT007 split-file-reused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit, Related
from ...location import Location
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._twins import pairs, same_content, same_files


class SplitFileReused(DatasetRule):
    """A split is evaluated on the very file, or the very records, it was trained on."""

    name: ClassVar[str] = "split-file-reused"
    code: ClassVar[str] = "SPLIT007"
    title: ClassVar[Text] = Text("the train split is used again for evaluation", "训练集又被拿来做评估")
    messages: ClassVar = {
        "path": Text("{split} reads a file that {first} reads too", "{split} 与 {first} 读取了同一个文件"),
        "content": Text("{split} holds exactly the records of {first}", "{split} 的记录与 {first} 完全相同"),
    }
    helps: ClassVar = {
        "": Text(
            "hold out records that training never sees, and name their file for {split}",
            "留出一部分不参与训练的记录，把 {split} 指向它们所在的文件",
        )
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each evaluation split that is the train split."""
        for train, other in pairs(splits):
            case = "path" if same_files(train, other) else "content" if same_content(train, other) else ""
            if case:
                yield Hit(
                    case=case, location=_file(other), split=other.split.name, count=other.records,
                    values={"split": other.split.name, "first": train.split.name},
                    related=(Related(_file(train), Text("the train split", "训练集")),),
                )  # fmt: skip


def _file(stats: SplitStats) -> Location:
    rel = stats.split.files[0].rel
    return Location(rel, split=stats.split.name if rel is None else None)
