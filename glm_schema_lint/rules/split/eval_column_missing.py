"""SPLIT002 eval-column-missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit, Member
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule

WANTED = ("input_ids", "labels", "output_ids", "images")
"""Columns nothing downstream can make up for; masks and positions are made by the tokenizer's own padding."""

SOME = ("labels", "output_ids", "attention_mask", "position_ids", "token_type_ids", "mm_token_type_ids")
"""Columns that all rows of a batch have, or none: where one row holds null beside others, padding stops."""

SOME_OR_ALL = Text("give every row of the split '{column}', or none", "让这个划分的每一行都带 '{column}'，或者都不带")


class EvalColumnMissing(SplitRule):
    """Tokenized rows lack a column that the target's step takes from every batch of that kind of split."""

    name: ClassVar[str] = "eval-column-missing"
    code: ClassVar[str] = "SPLIT002"
    title: ClassVar[Text] = Text(
        "tokenized rows lack a column that the step takes", "已分词的行缺少训练或评估每一步要读取的列"
    )
    messages: ClassVar = {
        "": Text(
            "rows carry no '{column}', which the {split} step takes",
            "行里没有 '{column}'，而 {split} 每一步都要读取这一列",
        ),
    }
    helps: ClassVar = {
        "some": SOME_OR_ALL,
        "some-labels": SOME_OR_ALL,
        "output_ids": Text(
            "give every evaluation row the ids of its reference answer in 'output_ids'",
            "给每条评估数据加上 'output_ids'，存放参考答案的 token id",
        ),
        "labels": Text(
            "give every training row 'labels': a copy of input_ids with -100 where nothing is to be learned",
            "给每条训练数据加上 'labels'：input_ids 的拷贝，不需要学习的位置写 -100",
        ),
        "": Text("add '{column}' to every row, or take these rows out", "给每一行加上 '{column}'，或去掉这些行"),
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit for each column, standing for all rows that lack it. Labels of evaluation rows are SPLIT001's."""
        if stats.split.dialect != "tokenized" or not stats.records:
            return
        tokenized = ctx.target.tokenized
        training = stats.split.kind == "train"
        wanted = tokenized.train if training else tokenized.eval
        for name in dict.fromkeys((*wanted, *tokenized.columns, "labels")):
            stat = stats.path(name)
            nulls = stat.types.get("null")
            lacking = stat.absences + (nulls[0] if nulls else 0)
            spot = min((s for s in (stat.absent, nulls and nulls[1]) if s), default=None)
            if spot is None:
                continue
            if lacking < stats.records and name in SOME:
                case = "some-labels" if name in ("labels", "output_ids") else "some"
            elif name in WANTED and name in wanted and stat.absent is not None and (name != "labels" or training):
                case, spot, lacking = name, stat.absent, stat.absences
            else:
                continue
            yield Hit(
                case=case, location=stats.location(spot), split=stats.split.name, count=lacking,
                values={"column": name, "split": stats.split.name},
                members=(Member(None, None, (name,), frozenset(("null",) if case.startswith("some") else ()), absent=True),),
            )  # fmt: skip
