"""TOK006 position-ids-flat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Tokens
from ...wording import Text
from .._base import Context, TokensRule
from ._cells import ids, present


class PositionIdsFlat(TokensRule):
    """A row with an image counts its tokens in one dimension, where the model wants three."""

    name: ClassVar[str] = "position-ids-flat"
    code: ClassVar[str] = "TOK006"
    title: ClassVar[Text] = Text(
        "position_ids of a row with images have one dimension", "带图片的行，position_ids 只有一维"
    )
    messages: ClassVar = {
        "": Text(
            "position_ids count {count} tokens in a row, beside image_grid_thw; the model wants time, height and width",
            "有 image_grid_thw，而 position_ids 只把 {count} 个 token 依次编号；模型需要的是时间、高、宽三组",
        )
    }
    helps: ClassVar = {
        "": Text(
            "leave the column out: the model computes all three from image_grid_thw",
            "去掉这一列：模型会根据 image_grid_thw 自己算出三组位置",
        )
    }

    def check(self, row: Tokens, ctx: Context) -> Iterator[Hit]:
        """At most one hit."""
        if not present(row.column("image_grid_thw")) or "image_grid_thw" not in ctx.target.tokenized.columns:
            return
        cell, inputs = ids(row, "position_ids"), ids(row, "input_ids")
        if cell is not None and inputs is not None and len(cell) == len(inputs) and len(cell):
            yield Hit(
                row.at("position_ids"), found=f"{len(cell)}", expected=f"3 x {len(cell)}", values={"count": len(cell)}
            )
