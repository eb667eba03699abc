"""TOK012 row-empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Tokens
from ...wording import Text
from .._base import Context, TokensRule
from ._cells import ids


class RowEmpty(TokensRule):
    """A tokenized row without a single token."""

    name: ClassVar[str] = "row-empty"
    code: ClassVar[str] = "TOK012"
    title: ClassVar[Text] = Text("a tokenized row holds no token", "已分词的行里没有 token")
    messages: ClassVar = {"": Text("input_ids is empty", "input_ids 是空的")}
    helps: ClassVar = {"": Text("leave the row out", "去掉这一行")}

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """At most one hit."""
        cell = ids(row, "input_ids")
        if cell is not None and not len(cell):
            yield Hit(row.at("input_ids"), found="[]")
