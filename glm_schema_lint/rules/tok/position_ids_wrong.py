"""TOK008 position-ids-wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Tokens
from ...wording import Text
from .._base import Context, TokensRule
from ._cells import ids, numbers


class PositionIdsWrong(TokensRule):
    """Positions do not count the tokens 0, 1, 2 ... where the target's own preprocessing writes them so."""

    name: ClassVar[str] = "position-ids-wrong"
    code: ClassVar[str] = "TOK008"
    title: ClassVar[Text] = Text("position_ids do not count 0, 1, 2 …", "position_ids 不是 0、1、2…依次递增")
    messages: ClassVar = {
        "": Text("position_ids do not count the tokens from 0", "position_ids 没有从 0 开始逐个计数"),
    }
    helps: ClassVar = {
        "": Text(
            "list(range(len(input_ids))), with zeros before it where the row is padded on the left",
            "应为 list(range(len(input_ids)))；左侧有填充时前面补 0",
        )
    }

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """At most one hit, at the first position that is off. Zeros may stand before the count (left padding)."""
        if ctx.target.tokenized.positions != "range":
            return
        cell, inputs = ids(row, "position_ids"), ids(row, "input_ids")
        if cell is None or inputs is None or not len(cell) or len(cell) != len(inputs):
            return
        count = len(cell)
        if int(cell[0]) == 0 and int(cell[count - 1]) == count - 1 and numbers(cell) == list(range(count)):
            return
        values = numbers(cell)
        start = next((i for i, value in enumerate(values) if value != 0), count) - 1
        for index in range(max(start, 0), count):
            expected = index - max(start, 0)
            if values[index] != expected:
                yield Hit(row.at("position_ids", index), found=str(values[index]), expected=str(expected))
                return
        if start == count - 1 and count > 1:
            yield Hit(row.at("position_ids", 1), found="0", expected="1")
