"""TOK005 tokens-of-another-model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...record import Tokens
from ...wording import Text
from .._base import Context, TokensRule
from ._cells import ids

OTHERS: Final = {
    (64790, 64792): "ChatGLM3",
    (130001, 130004): "ChatGLM-6B",
    (151644, 8948): "Qwen",
    (128000, 128006): "Llama 3",
    (151331, 151333): "GLM-4",
}
"""First two ids that tell whose template wrote a row."""


class TokensOfAnotherModel(TokensRule):
    """A row does not begin with the two ids every text of the model begins with."""

    name: ClassVar[str] = "tokens-of-another-model"
    code: ClassVar[str] = "TOK005"
    title: ClassVar[Text] = Text("the row does not begin as this model's texts do", "这一行的开头与该模型的格式不符")
    messages: ClassVar = {
        "": Text("input_ids do not begin with [gMASK]<sop>", "input_ids 不是以 [gMASK]<sop> 开头"),
        "known": Text("input_ids begin as those of {other} do", "input_ids 的开头属于 {other}"),
    }
    helps: ClassVar = {
        "": Text(
            "tokenize with the tokenizer of the model you train, through its chat template",
            "请用训练所用模型的分词器，并通过它的聊天模板分词",
        )
    }

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """At most one hit; padding on the left is passed over."""
        prefix = ctx.target.tokenized.prefix
        cell = ids(row, "input_ids")
        if not prefix or cell is None or len(cell) < len(prefix):
            return
        start, pad = 0, ctx.target.tokenized.pad
        while start < len(cell) - len(prefix) and int(cell[start]) == pad:
            start += 1
        begins = [int(value) for value in cell[start : start + len(prefix)]]
        if begins == prefix:
            return
        other = OTHERS.get((begins[0], begins[1])) if len(begins) > 1 else None
        values = {"other": other} if other else {}
        yield Hit(row.at("input_ids", start), "known" if other else "", str(begins), str(prefix), values)
