"""TOK002 labels-all-ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Tokens
from ...wording import Text
from .._base import Context, TokensRule
from ._cells import bounds, ids, present


class LabelsAllIgnored(TokensRule):
    """Every label of a row is the ignore index, so the row teaches nothing."""

    name: ClassVar[str] = "labels-all-ignored"
    code: ClassVar[str] = "TOK002"
    title: ClassVar[Text] = Text("every label is -100: the row teaches nothing", "标签全是 -100：这一行没有可学的内容")
    messages: ClassVar = {
        "": Text("all {count} labels are {limit}", "{count} 个标签全是 {limit}"),
        "none": Text("there is no label at all", "一个标签也没有"),
    }
    helps: ClassVar = {
        "": Text(
            "usually the prompt filled the whole length and the answer was cut off, or the mask was put on the "
            "wrong side: raise the maximum length, shorten the prompt or leave the record out",
            "通常是提示占满了最大长度、回答被截掉，或掩码加反了：请增大最大长度、缩短提示，或去掉这条记录",
        )
    }

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """At most one hit. Evaluation rows with ``output_ids`` keep their answer there: masked labels are meant."""
        labels, inputs = ids(row, "labels"), ids(row, "input_ids")
        if labels is not None and not len(labels):
            if ctx.target.tokenized.drops_masked and inputs is not None and len(inputs):
                yield Hit(row.at("labels"), "none", "[]")
            return
        if labels is None or (ctx.split.kind != "train" and present(row.column("output_ids"))):
            return
        ignore = ctx.target.tokenized.ignore_index
        if bounds(labels) == (ignore, ignore):
            yield Hit(row.at("labels"), found=str(ignore), values={"count": len(labels), "limit": ignore})
