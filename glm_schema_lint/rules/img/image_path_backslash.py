"""IMG003 image-path-backslash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked


class ImagePathBackslash(ConversationRule):
    """A path written with the separators of Windows."""

    name: ClassVar[str] = "image-path-backslash"
    code: ClassVar[str] = "IMG003"
    title: ClassVar[Text] = Text(
        "an image path is written with backslashes",
        "图片路径用了反斜杠",
    )
    messages: ClassVar = {
        "": Text(
            "backslashes separate folders on Windows only; nothing is at the same path with slashes either",
            "反斜杠只在 Windows 上是目录分隔符；换成正斜杠后这个位置也没有文件",
        ),
        "found": Text(
            "backslashes separate folders on Windows only; the file is at {place}",
            "反斜杠只在 Windows 上是目录分隔符；文件在 {place}",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write the path with slashes, and bring the image along",
            "把路径改用正斜杠，并把图片一起带过来",
        ),
        "found": Text(
            "write the path with slashes: {place}",
            "把路径改用正斜杠：{place}",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every path that is broken by its separators."""
        for ref, facts in looked(talk, ctx, "backslash"):
            yield blame(ref, facts, "found" if facts.place else "")
