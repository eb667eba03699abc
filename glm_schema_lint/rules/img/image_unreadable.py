"""IMG006 image-unreadable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked

CASES = {
    "not-image": "", "not-regular": "not-a-file", "no-permission": "no-permission", "decode-failed": "decode",
}  # fmt: skip


class ImageUnreadable(ConversationRule):
    """A file that is there and is no image, or cannot be read as one."""

    name: ClassVar[str] = "image-unreadable"
    code: ClassVar[str] = "IMG006"
    title: ClassVar[Text] = Text(
        "a file named as an image cannot be read as one",
        "被当作图片的文件无法作为图片读取",
    )
    messages: ClassVar = {
        "": Text(
            "this file is not an image",
            "这个文件不是图片",
        ),
        "known": Text(
            "this file is not an image but {what}",
            "这个文件不是图片，而是 {what}",
        ),
        "not-a-file": Text(
            "this path leads to a folder or a device, not to a file",
            "这个路径指向的是目录或设备，而不是文件",
        ),
        "no-permission": Text(
            "this file may not be read",
            "没有读取这个文件的权限",
        ),
        "decode": Text(
            "this image is damaged: {what}",
            "这张图片已损坏：{what}",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "replace the file, or remove the record",
            "换掉这个文件，或删除这条记录",
        ),
        "known": Text(
            "convert the file to PNG or JPEG, or remove the record",
            "把文件转换成 PNG 或 JPEG，或删除这条记录",
        ),
        "not-a-file": Text(
            "write the path of the image file itself",
            "写图片文件本身的路径",
        ),
        "no-permission": Text(
            "give the user who trains the right to read it",
            "给训练所用的用户读取权限",
        ),
        "decode": Text(
            "fetch the image again from where it came from, or remove the record",
            "从来源重新获取这张图片，或删除这条记录",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every image that no decoder will take."""
        for ref, facts in looked(talk, ctx, *CASES):
            known = facts.problem == "not-image" and facts.detail not in ("", "text")
            yield blame(ref, facts, "known" if known else CASES[facts.problem])
