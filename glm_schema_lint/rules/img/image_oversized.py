"""IMG014 image-oversized."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked

WARNED = 89_478_485
"""Pixels from which Pillow warns; twice as many it refuses."""


class ImageOversized(ConversationRule):
    """An image that Pillow refuses to open, or opens with a warning, for its size."""

    name: ClassVar[str] = "image-oversized"
    code: ClassVar[str] = "IMG014"
    title: ClassVar[Text] = Text(
        "an image is too large for Pillow",
        "图片过大，Pillow 拒绝打开",
    )
    messages: ClassVar = {
        "": Text(
            "{width} x {height} pixels: Pillow takes more than 178,956,970 for an attack and refuses",
            "{width} x {height} 像素：超过 178,956,970 像素时 Pillow 视为攻击而拒绝打开",
        ),
        "large": Text(
            "{width} x {height} pixels: every reading unpacks {pixels} million of them, and Pillow warns",
            "{width} x {height} 像素：每次读取都要解码 {pixels} 百万像素，Pillow 会给出警告",
        ),
        "metadata": Text(
            "a {what} chunk of this PNG unpacks to more than 1 MiB, which Pillow refuses",
            "这个 PNG 的 {what} 块解压后超过 1 MiB，Pillow 会拒绝",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "scale the image down: the trainer shrinks it anyway",
            "把图片缩小：反正训练程序也会缩小它",
        ),
        "metadata": Text(
            "save the image again without its text and profile chunks",
            "去掉文本块和色彩配置块，重新保存图片",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every image beyond Pillow's limits, told by its header."""
        for ref, facts in looked(talk, ctx):
            if facts.problem in ("bomb", "metadata"):
                yield blame(ref, facts, facts.problem.removeprefix("bomb"))
            elif facts.problem is None and facts.size and facts.size[0] * facts.size[1] > WARNED:
                yield blame(ref, facts, "large")
