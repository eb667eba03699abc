"""TOK014 column-not-collated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit, Member
from ...show import quote
from ...stats import Path, SplitStats
from ...wording import Text
from .._base import Context, SplitRule
from ..cfg._place import arguments, own_config
from ._cells import COLUMNS

_MODEL: Final = {*COLUMNS, "images", "pixel_values", "image_grid_thw", "pixel_values_videos", "video_grid_thw", "*"}
"""Columns that one model or another takes, and names too many to be told apart."""
_NO_TENSOR: Final = frozenset(("str", "dict", "null"))


class ColumnNotCollated(SplitRule):
    """Tokenized rows have a further column, and nothing takes it out before a batch is built."""

    name: ClassVar[str] = "column-not-collated"
    code: ClassVar[str] = "TOK014"
    title: ClassVar[Text] = Text(
        "a further column beside the tokens goes into the batch", "token 列之外还有别的列，会进入 batch"
    )
    messages: ClassVar = {
        "": Text(
            "'{column}' holds {what}, of which the collator can make no tensor; it is given every column of the rows",
            "'{column}' 里是{what}，collator 无法做成张量；而行里的每一列都会交给它",
        ),
        "number": Text(
            "'{column}' becomes part of the batch, and generating the answers of {split} refuses what the model does not take",
            "'{column}' 会进入 batch，而为 {split} 生成回答时不接受模型没有的参数",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "take '{column}' out of the rows, or train with remove_unused_columns: true if evaluation needs no column that "
            "the model does not take",
            "从各行去掉 '{column}'；如果评估不需要模型参数以外的列，也可以设 remove_unused_columns: true",
        )
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit for each column. Rows in memory are left to the guard, which builds a batch of them."""
        if stats.split.dialect != "tokenized" or stats.split.files[0].format == "memory":
            return
        config = own_config(ctx)
        if config is not None and arguments(config).get("remove_unused_columns", True) is not False:
            return
        tokens = ctx.target.tokenized
        for name in stats.columns():
            if name in _MODEL or name in (*tokens.train, *tokens.eval, *tokens.columns):
                continue
            stat, inner = stats.path(name), stats.path(name, "[]")
            odd = _NO_TENSOR & stat.types.keys() or _NO_TENSOR & inner.types.keys()
            if not odd and stats.split.kind == "train":
                continue
            kind = min(odd, default=min(stat.types, default=""))
            path: Path = (name,) if kind in stat.types else (name, "[]")
            if not kind:
                continue
            spot = (stat if len(path) == 1 else inner).types[kind][1]
            yield Hit(
                case="" if odd else "number", location=stats.location(spot), split=stats.split.name, count=stats.records,
                values={"column": name, "split": stats.split.name, "what": _WHAT.get(kind, _WHAT["null"])},
                members=(Member(None, None, (name,), frozenset(stat.types)),), found=quote(kind),
            )  # fmt: skip


_WHAT: Final = {"str": Text("text", "文本"), "dict": Text("objects", "对象"), "null": Text("null", "null")}
