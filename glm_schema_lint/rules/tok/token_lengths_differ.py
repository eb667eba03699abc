"""TOK001 token-lengths-differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Tokens
from ...wording import Text
from .._base import Context, TokensRule
from ._cells import ids, masked


class TokenLengthsDiffer(TokensRule):
    """A column that goes with input_ids token by token has another length."""

    name: ClassVar[str] = "token-lengths-differ"
    code: ClassVar[str] = "TOK001"
    title: ClassVar[Text] = Text("a token column is not as long as input_ids", "token 列与 input_ids 长度不同")
    messages: ClassVar = {
        "": Text(
            "'{column}' holds {count} values for {expected} input ids",
            "'{column}' 有 {count} 个值，而 input_ids 有 {expected} 个",
        )
    }
    helps: ClassVar = {
        "": Text(
            "tokenize the record again so that every per-token column is cut and padded together with input_ids",
            "重新分词，让每个逐 token 的列都与 input_ids 一起截断、一起补齐",
        )
    }

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """One hit for each column of another length."""
        inputs = ids(row, "input_ids")
        if inputs is None:
            return
        tokenized = ctx.target.tokenized
        read = tokenized.train if ctx.split.kind == "train" else tokenized.eval
        for name in ("labels", "attention_mask", "position_ids", "token_type_ids", "mm_token_type_ids"):
            cell = ids(row, name) if name in read or name in tokenized.columns else None
            if name == "labels" and tokenized.drops_masked and cell is not None and masked(cell):
                continue  # the row is left out before lengths matter
            if cell is not None and len(cell) != len(inputs):
                case = "labels" if name == "labels" else ""
                yield Hit(
                    row.at(name), case, str(len(cell)), str(len(inputs)),
                    {"column": name, "count": len(cell), "expected": len(inputs)},
                )  # fmt: skip
