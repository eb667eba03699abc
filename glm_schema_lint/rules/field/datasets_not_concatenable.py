"""FIELD009 datasets-not-concatenable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit, Related
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._loads import WORDS, Load, kinds, loads
from ..cfg._place import own_config
from ._mixed import mixed
from ._mixture import mixture


class DatasetsNotConcatenable(DatasetRule):
    """Files that are loaded one by one and then joined disagree on the type of a column."""

    name: ClassVar[str] = "datasets-not-concatenable"
    code: ClassVar[str] = "FIELD009"
    title: ClassVar[Text] = Text(
        "files of a split cannot be joined: a column has another type", "同一划分的文件无法拼接：某列类型不同"
    )
    messages: ClassVar = {
        "": Text(
            "'{field}' is a {type} in this file and a {other} in the first one",
            "'{field}' 在这个文件里是{type}，在第一个文件里是{other}",
        ),
        "mixed": Text(
            "'{field}' of '{name}' is written as {type}, and that of '{first}', which is trained together with it, as {other}",
            "'{name}' 的 '{field}' 写成{type}，而与它一起训练的 '{first}' 写成{other}",
        ),
        "mixed-keys": Text(
            "'{field}' stands in '{name}' and not in '{first}', which is trained together with it",
            "'{name}' 里有 '{field}'，而与它一起训练的 '{first}' 里没有",
        ),
        "empty-list": Text(
            "'{field}' is an empty list all through one of the two files, and a list of values in the other",
            "'{field}' 在两个文件之一里全是空列表，在另一个里是有值的列表",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write '{field}' with the same type in every file; leave it out, or write null, where a file has "
            "nothing for it",
            "让每个文件里的 '{field}' 类型相同；没有内容的文件就不要写这一列，或写 null",
        ),
        "mixed": Text(
            "write '{field}' the same way in both datasets, or train on them one after the other",
            "让两个数据集的 '{field}' 写法相同，或者分两次训练",
        ),
        "mixed-keys": Text(
            "write '{field}' in both datasets, null where there is nothing, or take it out of both",
            "两个数据集都写上 '{field}'（没有内容就写 null），或者都去掉",
        ),
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each column and file that differs from the first file of its split."""
        if ctx.target.files.mixes == ["*"]:
            training = own_config(ctx)
            if training is not None and training.mixture:
                yield from mixture([s for s in splits if s.split.stanza and s.split.kind == "train"], training.selected)
        elif ctx.dataset.chosen and ctx.target.files.mixes:
            for kind in ("train", "eval"):
                yield from mixed(
                    [s for s in splits if s.split.kind == kind and s.split.mapping], ctx.target.files.mixes
                )
        if ctx.target.files.together != "file":
            return
        firsts: dict[int, Load] = {}
        for load in loads(splits, ctx):
            first = firsts.setdefault(id(load.head.stats), load)
            if first is not load and load.head.stats.split.stanza is None and load.head.stats.split.declared:
                for column in ctx.target.files.concatenates:
                    yield from self._compare(first, load, column)

    def _compare(self, first: Load, load: Load, column: str) -> Iterator[Hit]:
        mine, theirs = load.head.data.paths.get((column,)), first.head.data.paths.get((column,))
        left, right = kinds(mine), kinds(theirs)
        if mine is None or theirs is None or len(left) != 1 or len(right) != 1:
            return
        kind, other = next(iter(left)), next(iter(right))
        case = ""
        if kind == other:
            inside = [bool(kinds(part.data.paths.get((column, "[]")))) for part in (load.head, first.head)]
            if kind != "list" or inside[0] == inside[1]:
                return
            case = "empty-list"
        stats = load.head.stats
        yield Hit(
            case=case, location=stats.location(mine.types[kind][1]), split=stats.split.name, count=mine.types[kind][0],
            members=(load.head.member((column,), (kind,)),), found=WORDS[kind].en, expected=WORDS[other].en,
            values={"field": column, "type": WORDS[kind], "other": WORDS[other]},
            related=(Related(first.head.stats.location(theirs.types[other][1]), Text("the first file", "第一个文件")),),
        )  # fmt: skip
