"""IMG026 boxes-off-scale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote
from ._look import opened

NUMBER: Final = r"\s*(-?\d{1,5}(?:\.\d{1,9})?)\s*"
MARKED: Final = re.compile(
    r"\[\[" + ",".join([NUMBER] * 4) + r"\]"
    r'|"bbox(?:_2d)?"\s*:\s*\[' + ",".join([NUMBER] * 4) + r"\]"
    r"|<box>\s*\(" + NUMBER + "," + NUMBER + r"\)\s*,\s*\(" + NUMBER + "," + NUMBER + r"\)"
)  # fmt: skip
"""Boxes that are marked as such: [[x1,y1,x2,y2]], "bbox_2d": [...], <box>(x1,y1),(x2,y2)</box>."""


class BoxesOffScale(ConversationRule):
    """Coordinates of a box that cannot be on the scale the model was taught."""

    name: ClassVar[str] = "boxes-off-scale"
    code: ClassVar[str] = "IMG026"
    title: ClassVar[Text] = Text("a box has coordinates off the scale of the model", "坐标框不在模型所用的坐标范围内")
    messages: ClassVar = {
        "": Text(
            "a coordinate above {most}: this model counts from 0 to {most} over width and height, not in pixels",
            "有坐标大于 {most}：这个模型沿宽和高都按 0 到 {most} 计数，而不是像素",
        ),
        "fractions": Text(
            "coordinates from 0 to 1: this model counts from 0 to {most} over width and height",
            "坐标在 0 到 1 之间：这个模型沿宽和高都按 0 到 {most} 计数",
        ),
        "reversed": Text(
            "a box whose right or lower edge lies before its left or upper one",
            "坐标框的右边（下边）在左边（上边）之前",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write x1, y1, x2, y2 as parts of {most} of the image's width and height, in all records alike",
            "所有记录统一写成 x1, y1, x2, y2，数值为图片宽、高的 {most} 分之几",
        ),
        "reversed": Text(
            "write the upper left corner first: x1, y1, x2, y2; check that the numbers are not x, y, width, height",
            "先写左上角：x1, y1, x2, y2；检查是否误用了 x, y, 宽, 高",
        ),
    }
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first box at fault of each turn, in records with images."""
        most = ctx.target.image.box_scale
        if most is None or not opened(talk, ctx):
            return
        for turn in talk.turns:
            text = turn.text
            if "[[" not in text and "box" not in text:
                continue
            for match in MARKED.finditer(text):
                written = [part for part in match.groups() if part is not None]
                case = fault([float(part) for part in written], most, any("." in part for part in written))
                if case is not None:
                    yield Hit(turn.content_pointer, case, quote(match[0]), values={"most": most})
                    break


def fault(box: list[float], most: int, decimals: bool) -> str | None:
    """What is wrong with x1, y1, x2, y2; None if they may be right."""
    if max(box) > most:
        return ""
    if decimals and max(box) <= 1:
        return "fractions"
    return "reversed" if box[0] > box[2] or box[1] > box[3] else None
