"""TOK011 token-column-type-wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from ...finding import Hit
from ...record import MISSING, Opaque, Tokens
from ...stats import is_whole
from ...views import whole
from ...wording import Text
from .._base import Context, TokensRule
from .._show import quote
from ._cells import COLUMNS, allowed, is_array

AS_NUMBERS = Text(
    "write '{column}' as whole numbers: 5, not 5.0 or \"5\". One load_dataset call over train and this split turns them "
    "back (--set loading=one-call); a split that is read by itself keeps them (--set loading=per-split)",
    "把 '{column}' 写成整数：5，而不是 5.0 或 \"5\"。\n"
    "一次 load_dataset 同时读取 train 和这个划分时会自动还原（--set loading=one-call）；\n"
    "单独读取这个划分则不会（--set loading=per-split）",
)


class TokenColumnTypeWrong(TokensRule):
    """A token column holds something else than a flat list of whole numbers."""

    name: ClassVar[str] = "token-column-type-wrong"
    code: ClassVar[str] = "TOK011"
    title: ClassVar[Text] = Text("a token column is no flat list of whole numbers", "token 列不是一维整数列表")
    messages: ClassVar = {
        "cell-null": Text("'{column}' is null in this row", "这一行的 '{column}' 是 null"),
        "tensor-null": Text("'{column}' is null in this row", "这一行的 '{column}' 是 null"),
        "null": Text("'{column}' holds a null", "'{column}' 里有 null"),
        "nested": Text("'{column}' is a list of lists", "'{column}' 是嵌套列表"),
        "scalar": Text("'{column}' is no list", "'{column}' 不是列表"),
        "float-labels": Text(
            "'{column}' holds decimals, which this trainer does not make whole",
            "'{column}' 里是小数，这个训练程序不会把它们变成整数",
        ),
        "boolean": Text("'{column}' holds true and false", "'{column}' 里是 true 和 false"),
        "text": Text("'{column}' is a string, not a list", "'{column}' 是字符串，不是列表"),
        "float": Text("'{column}' holds a decimal number", "'{column}' 里有小数"),
        "fraction": Text("'{column}' holds a number with a fraction", "'{column}' 里有带小数部分的数"),
        "decimals": Text("'{column}' holds whole numbers written as decimals", "'{column}' 里的整数写成了小数"),
        "digits": Text("'{column}' holds whole numbers written as strings", "'{column}' 里的整数写成了字符串"),
        "": Text("'{column}' holds something that is no whole number", "'{column}' 里有不是整数的值"),
    }
    helps: ClassVar = {
        "": Text(
            "write '{column}' as one flat list of token ids per row, as the tokenizer returns it for a single text",
            "把 '{column}' 写成每行一个一维的 token id 列表，也就是分词器处理单条文本时的返回值",
        ),
        "decimals": AS_NUMBERS,
        "digits": AS_NUMBERS,
        "cell-null": Text(
            "give every row its '{column}', or take the column out of all of them",
            "每一行都要有 '{column}'，否则就从所有行里去掉这一列",
        ),
        "tensor-null": Text(
            "give every row its '{column}', or take the column out of all of them",
            "每一行都要有 '{column}'，否则就从所有行里去掉这一列",
        ),
    }

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """One hit for each column, at its first wrong value."""
        for name in COLUMNS:
            cell = row.column(name)
            if cell is MISSING or is_array(cell) or not self._read(name, ctx):
                continue
            if cell is None and name == "labels" and ctx.split.kind != "train":
                continue  # as good as absent, where the split has none
            wrong = _wrong(name, cell)
            if wrong is None:
                continue
            case, index, value = wrong
            if case == "float" and name != "input_ids":
                # Most collators turn floats of the other columns into whole numbers; an embedding takes none.
                if name == "labels":
                    yield from _labels(row, cell, index, value, ctx)
                continue
            if ctx.cast is None and isinstance(cell, list) and whole(cell):
                case = "digits" if isinstance(value, str) else "decimals"
            yield Hit(row.at(name, index), case, quote(value), values={"column": name})

        if row.column("images") is None and self._read("images", ctx):
            yield Hit(row.at("images"), "tensor-null", "null", values={"column": "images"})

    @staticmethod
    def _read(name: str, ctx: Context) -> bool:
        """True if the target reads the column in this kind of split."""
        tokenized = ctx.target.tokenized
        kind = tokenized.train if ctx.split.kind == "train" else tokenized.eval
        return name in kind or name in tokenized.columns


def _labels(row: Tokens, cell: Any, first: int | None, value: Any, ctx: Context) -> Iterator[Hit]:
    """Decimals among labels: what is refused with all of them, and what is lost of those with a fraction."""
    if ctx.target.tokenized.float_labels == "kept" and ctx.split.kind == "train":
        yield Hit(row.at("labels", first), "float-labels", quote(value), values={"column": "labels"})
    if isinstance(cell, list):
        odd = (at for at, one in enumerate(cell) if type(one) is float and not is_whole(one))
        if (index := next(odd, None)) is not None:
            yield Hit(row.at("labels", index), "fraction", quote(cell[index]), values={"column": "labels"})


def _wrong(name: str, cell: Any) -> tuple[str, int | None, Any] | None:
    """(case, index, value) of the first wrong value, None if the cell is well."""
    if isinstance(cell, Opaque):
        if cell.length is None:
            return "cell-null", None, None
        return "nested" if cell.type.count("list") > 1 else "float", None, cell.type
    if hasattr(cell, "dtype"):
        return "float" if cell.dtype.kind == "f" else "", None, str(cell.dtype)
    if not isinstance(cell, list):
        return "cell-null" if cell is None else "text" if isinstance(cell, str) else "scalar", None, cell
    if allowed(name).issuperset(map(type, cell)):
        return None
    index, value = next((i, v) for i, v in enumerate(cell) if type(v) not in allowed(name))
    if set(map(type, cell)) <= {int, float}:
        return "float", index, value
    if set(map(type, cell)) == {bool}:
        return "boolean", index, value
    return ("null" if value is None else "nested" if isinstance(value, list) else ""), index, value
