"""IMG002 image-path-of-another-machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked


class ImagePathOfAnotherMachine(ConversationRule):
    """An absolute path into a folder that only some other machine has."""

    name: ClassVar[str] = "image-path-of-another-machine"
    code: ClassVar[str] = "IMG002"
    title: ClassVar[Text] = Text(
        "an image path belongs to another machine",
        "图片路径属于另一台机器",
    )
    messages: ClassVar = {
        "": Text(
            "this path starts in a folder that does not exist here",
            "这个路径的起始目录在本机上不存在",
        ),
        "found": Text(
            "this path does not exist here, but the same file is at {place}",
            "这个路径在本机上不存在，但同一个文件在 {place}",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "bring the images along and write paths relative to the dataset folder",
            "把图片一起带过来，并改成相对于数据集目录的路径",
        ),
        "found": Text(
            "write {place} instead; relative paths survive the move to another machine",
            "改写成 {place}；相对路径换了机器也不会失效",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every absolute path that holds on another machine only."""
        for ref, facts in looked(talk, ctx, "another-machine"):
            yield blame(ref, facts, "found" if facts.place else "")
