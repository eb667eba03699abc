"""IMG017 image-animated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked


class ImageAnimated(ConversationRule):
    """An animation or a file of several pages, of which one image is seen."""

    name: ClassVar[str] = "image-animated"
    code: ClassVar[str] = "IMG017"
    title: ClassVar[Text] = Text(
        "a file holds several images, and only the first is seen", "文件里有多张图，只会用到第一张"
    )
    messages: ClassVar = {
        "": Text(
            "an animation: the trainer sees its first frame, and no other",
            "这是动图：训练程序只看到第一帧",
        ),
        "pages": Text(
            "a file of several pages: the trainer sees the first, and no other",
            "文件有多页：训练程序只看到第一页",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "save the frame the text speaks of as an image of its own; give motion as a video where the model takes one",
            "把文字所说的那一帧另存为图片；需要动态内容时，改用支持视频的模型和视频文件",
        ),
        "pages": Text(
            "save the page the text speaks of as an image of its own",
            "把文字所说的那一页另存为图片",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every file with more than one image in it, told by its header."""
        for ref, facts in looked(talk, ctx):
            if facts.problem is None and (facts.frames or 1) > 1:
                yield blame(ref, facts, "pages" if facts.format == "tiff" else "")
