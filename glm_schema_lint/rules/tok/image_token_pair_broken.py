"""TOK013 image-token-pair-broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...record import Tokens
from ...wording import Text
from .._base import Context, TokensRule
from ._cells import count, first, ids, present

DISTANCE: Final = 2
"""``<|end_of_image|>`` stands two after ``<|begin_of_image|>``: one dummy token between them becomes the picture."""


class ImageTokenPairBroken(TokensRule):
    """A row with pixels lacks the pair of image tokens, has half of it, or has it twice or apart."""

    name: ClassVar[str] = "image-token-pair-broken"
    code: ClassVar[str] = "TOK013"
    title: ClassVar[Text] = Text(
        "the pair of image tokens is absent, cut, apart or repeated", "成对的图片 token 缺失、被截断、分开或重复"
    )
    messages: ClassVar = {
        "absent": Text("the row has pixels and no image tokens", "这一行有像素，却没有图片 token"),
        "cut": Text("only one of the two image tokens is there", "两个图片 token 只有一个"),
        "apart": Text(
            "the image tokens stand {count} apart; exactly one token belongs between them",
            "两个图片 token 相距 {count}，中间应当恰好有一个 token",
        ),
        "repeated": Text("an image token stands there more than once", "图片 token 出现了不止一次"),
    }
    helps: ClassVar = {
        "": Text(
            "tokenize the record again with its image; raise max_input_length if the cut went through the image tokens",
            "请带上图片重新分词；如果是截断切到了图片 token，就增大 max_input_length",
        )
    }

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """At most one hit."""
        pair = ctx.target.tokenized.image_pair
        cell = ids(row, "input_ids")
        if len(pair) != DISTANCE or cell is None or not len(cell) or not present(row.column("images")):
            return  # without pixels the model looks for no image token
        begin, end = pair
        begins, ends = count(cell, begin), count(cell, end)
        expected = f"{begin}, one token, {end}"
        if not begins and not ends:
            yield Hit(row.at("input_ids"), "absent", expected=expected)
        elif not begins or not ends:
            there = begin if begins else end
            yield Hit(row.at("input_ids", first(cell, there)), "cut", str(there), expected)
        elif begins > 1 or ends > 1:
            yield Hit(row.at("input_ids"), "repeated", f"{begins} and {ends}", expected)
        elif (distance := first(cell, end) - first(cell, begin)) != DISTANCE:
            yield Hit(row.at("input_ids", first(cell, begin)), "apart", None, expected, {"count": distance})
