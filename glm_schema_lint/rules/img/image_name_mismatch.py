"""IMG004 image-name-mismatch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked


class ImageNameMismatch(ConversationRule):
    """A path that differs from the real one in case or in its Unicode form."""

    name: ClassVar[str] = "image-name-mismatch"
    code: ClassVar[str] = "IMG004"
    title: ClassVar[Text] = Text(
        "an image path differs from the file's name in case or Unicode form",
        "图片路径与文件名的大小写或 Unicode 形式不一致",
    )
    messages: ClassVar = {
        "case": Text(
            "the file is called {place}: upper and lower case differ",
            "文件的实际名称是 {place}：大小写不同",
        ),
        "unicode": Text(
            "the file is called {place}: it looks the same, but accents have another Unicode form (NFC or NFD)",
            "文件的实际名称是 {place}：看起来相同，但带符号的字母以另一种 Unicode 形式（NFC 或 NFD）存储",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write the path as the file is called; macOS and Windows hide the difference, Linux does not",
            "按文件的实际名称书写路径；macOS 和 Windows 会掩盖这种差别，Linux 不会",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every path that a forgiving file system would have found."""
        for ref, facts in looked(talk, ctx, "name-differs"):
            yield blame(ref, facts, facts.detail)
