"""TOK007 attention-mask-wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Tokens
from ...wording import Text
from .._base import Context, TokensRule
from ._cells import bounds, ids, numbers


class AttentionMaskWrong(TokensRule):
    """An attention mask that is not made of 0 and 1, or masks every token."""

    name: ClassVar[str] = "attention-mask-wrong"
    code: ClassVar[str] = "TOK007"
    title: ClassVar[Text] = Text("attention_mask is not a mask of 0 and 1", "attention_mask 不是由 0 和 1 组成的掩码")
    messages: ClassVar = {
        "values": Text("attention_mask holds a value other than 0 and 1", "attention_mask 里有 0 和 1 之外的值"),
        "all-zero": Text("attention_mask hides every token of the row", "attention_mask 遮住了整行的 token"),
    }
    helps: ClassVar = {
        "": Text(
            "1 for every token that counts, 0 for padding; or leave the column out and let the collator make it",
            "有效 token 为 1，填充为 0；也可以去掉这一列，由 collator 生成",
        )
    }

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """At most one hit."""
        tokenized = ctx.target.tokenized
        if "attention_mask" not in (*tokenized.train, *tokenized.eval, *tokenized.columns):
            return
        mask = ids(row, "attention_mask")
        if mask is None or not len(mask):
            return
        low, high = bounds(mask)
        if low < 0 or high > 1:
            index, value = next((i, v) for i, v in enumerate(numbers(mask)) if v not in (0, 1))
            yield Hit(row.at("attention_mask", index), "values", str(value), "0 or 1")
        elif high == 0:
            yield Hit(row.at("attention_mask"), "all-zero", "0")
