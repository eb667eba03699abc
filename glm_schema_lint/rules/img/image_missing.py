"""IMG001 image-missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked


class ImageMissing(ConversationRule):
    """An image path that leads to no file."""

    name: ClassVar[str] = "image-missing"
    code: ClassVar[str] = "IMG001"
    title: ClassVar[Text] = Text(
        "an image file does not exist",
        "图片文件不存在",
    )
    messages: ClassVar = {
        "": Text(
            "no such image file",
            "没有这个图片文件",
        ),
        "start-above": Text(
            "no such image file in the dataset folder; the path holds only if training starts in the folder above",
            "数据集目录里没有这个图片文件；只有在上一级目录启动训练，这个路径才成立",
        ),
        "elsewhere": Text(
            "no such image file where training looks for it; it is at {place}",
            "训练会去找的位置没有这个图片文件；它在 {place}",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "copy the images to where the paths lead, or name the folder they start at with --image-root DIR",
            "把图片复制到路径所指的位置，或用 --image-root DIR 指定路径的起始目录",
        ),
        "start-above": Text(
            "start training in the folder above and lint with --image-root set to it, or write {place}",
            "在上一级目录启动训练，并用 --image-root 指定该目录来检查；或者改写成 {place}",
        ),
        "elsewhere": Text(
            "write the paths relative to the dataset folder ({place}), or name their start with --image-root DIR",
            "把路径改成相对于数据集目录的写法（{place}），或用 --image-root DIR 指定路径的起始目录",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every image that is not where its path leads."""
        for ref, facts in looked(talk, ctx, "missing", "elsewhere"):
            case = "start-above" if facts.detail == "above" else facts.problem.removeprefix("missing")
            yield blame(ref, facts, case)
