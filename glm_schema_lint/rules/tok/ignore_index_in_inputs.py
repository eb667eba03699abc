"""TOK010 ignore-index-in-inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Tokens
from ...wording import Text
from .._base import Context, TokensRule
from ._cells import IGNORE, bounds, first, ids


class IgnoreIndexInInputs(TokensRule):
    """-100 stands in input_ids, where it is no token."""

    name: ClassVar[str] = "ignore-index-in-inputs"
    code: ClassVar[str] = "TOK010"
    title: ClassVar[Text] = Text("-100 stands in input_ids", "input_ids 里有 -100")
    messages: ClassVar = {
        "": Text(
            "input_ids hold -100, which is a mark for labels and no token",
            "input_ids 里有 -100；它只用于标签，不是 token",
        )
    }
    helps: ClassVar = {
        "": Text(
            "mask the labels, not the inputs; pad input_ids with the pad token",
            "只屏蔽标签，不要屏蔽输入；input_ids 用 pad token 填充",
        )
    }

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """At most one hit, at the first -100."""
        cell = ids(row, "input_ids")
        if cell is None or not len(cell) or bounds(cell)[0] > IGNORE:
            return
        index = first(cell, IGNORE)
        if index >= 0:
            yield Hit(row.at("input_ids", index), found=str(IGNORE))
