"""IMG009 image-lfs-pointer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked


class ImageLfsPointer(ConversationRule):
    """A Git LFS pointer where the image should be."""

    name: ClassVar[str] = "image-lfs-pointer"
    code: ClassVar[str] = "IMG009"
    title: ClassVar[Text] = Text(
        "a Git LFS pointer stands where the image should be",
        "图片的位置上是一个 Git LFS 指针文件",
    )
    messages: ClassVar = {
        "": Text(
            "this file is a Git LFS pointer: the image itself was not downloaded",
            "这个文件是 Git LFS 指针：图片本身没有下载",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "run git lfs pull in the repository the images came from",
            "在图片所在的仓库里运行 git lfs pull",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every pointer that was checked out in place of its image."""
        for ref, facts in looked(talk, ctx, "lfs-pointer"):
            yield blame(ref, facts)
