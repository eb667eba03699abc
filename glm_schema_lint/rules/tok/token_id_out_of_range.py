"""TOK004 token-id-out-of-range."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Tokens
from ...wording import Text
from .._base import Context, TokensRule
from ._cells import IGNORE, bounds, ids, lowest, numbers


class TokenIdOutOfRange(TokensRule):
    """An id below 0 or not below the size of the vocabulary."""

    name: ClassVar[str] = "token-id-out-of-range"
    code: ClassVar[str] = "TOK004"
    title: ClassVar[Text] = Text("a token id lies outside the vocabulary", "token id 超出词表")
    messages: ClassVar = {
        "negative": Text("'{column}' holds a negative id", "'{column}' 里有负的 id"),
        "large": Text(
            "'{column}' holds an id beyond the vocabulary of {limit}", "'{column}' 里有超出词表大小 {limit} 的 id"
        ),
        "label": Text(
            "'{column}' holds a label outside the vocabulary of {limit}",
            "'{column}' 里有词表（大小 {limit}）以外的标签",
        ),
        "huge": Text(
            "'{column}' holds an id of 2**63 or more: the whole column is then read as decimals",
            "'{column}' 里有不小于 2**63 的 id：整列会被读成小数",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "the row was tokenized for another model, or damaged: tokenize it again with the tokenizer you train with",
            "这一行是用别的模型的分词器分的，或者损坏了：请用训练所用的分词器重新分词",
        )
    }

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """One hit for each column, at its first id out of range; -100 is another rule's, or fine in labels."""
        tokenized = ctx.target.tokenized
        if tokenized.vocab is None:
            return
        labelled = ctx.split.kind == "train" or "labels" in tokenized.eval
        for name in ("input_ids", "labels") if labelled else ("input_ids",):
            cell = ids(row, name)
            if cell is None or not len(cell):
                continue
            low, high = bounds(cell)
            if high < tokenized.vocab and (low >= 0 or (low == IGNORE and lowest(cell) >= 0)):
                continue
            for index, value in enumerate(numbers(cell)):
                if value >= tokenized.vocab or (value < 0 and value != IGNORE):
                    case = "negative" if value < 0 else "large" if value < 2**63 else "huge"
                    if name == "labels" and case != "huge" and not tokenized.labels_checked:
                        case = "label"
                    yield Hit(
                        row.at(name, index), case, str(value), f"0 to {tokenized.vocab - 1}",
                        {"column": name, "limit": tokenized.vocab},
                    )  # fmt: skip
                    break
