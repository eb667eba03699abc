"""TOK009 labels-not-inputs."""

from __future__ import annotations

from collections.abc import Iterator
from operator import eq
from typing import Any, ClassVar

from ...finding import Hit
from ...record import Tokens
from ...wording import Text
from .._base import Context, TokensRule
from ._cells import IGNORE, ids, is_array, lowest, numbers


class LabelsNotInputs(TokensRule):
    """A label that counts is not the input id at its place, though the model itself shifts labels by one."""

    name: ClassVar[str] = "labels-not-inputs"
    code: ClassVar[str] = "TOK009"
    title: ClassVar[Text] = Text("labels that count are not the input ids", "参与计算的标签与 input_ids 不一致")
    messages: ClassVar = {
        "": Text(
            "a label that counts is not the input id at its place", "一个参与计算的标签与同一位置的 input id 不同"
        ),
        "shifted": Text(
            "the labels are shifted by one already; the model shifts them once more",
            "标签已经错开一位，而模型内部还会再错开一位",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write labels as a copy of input_ids with -100 where nothing is to be learned",
            "标签应当是 input_ids 的拷贝，不需要学习的位置写 -100",
        )
    }

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """At most one hit, at the first label that differs."""
        if not ctx.target.tokenized.labels_copy_inputs or ctx.split.kind != "train":
            return
        labels, inputs = ids(row, "labels"), ids(row, "input_ids")
        if labels is None or inputs is None or len(labels) != len(inputs) or lowest(labels) < 0:
            return  # other lengths and negative labels are rules of their own
        if is_array(labels) and is_array(inputs) and not _differ(labels, inputs):
            return
        mine, theirs = numbers(labels), numbers(inputs)
        if IGNORE not in theirs and sum(map(eq, mine, theirs)) + mine.count(IGNORE) == len(mine):
            return
        wrong = [i for i, value in enumerate(mine) if value not in (IGNORE, theirs[i])]
        if not wrong:
            return
        counted = [i for i, value in enumerate(mine) if value != IGNORE]
        shifted = all(i + 1 < len(theirs) and mine[i] == theirs[i + 1] for i in counted[:-1]) and len(counted) > 2
        index, case = wrong[0], "shifted" if shifted else ""
        yield Hit(row.at("labels", index), case, str(mine[index]), f"{theirs[index]} or {IGNORE}")


def _differ(labels: Any, inputs: Any) -> bool:
    return bool(((labels != inputs) & (labels != IGNORE)).any())
