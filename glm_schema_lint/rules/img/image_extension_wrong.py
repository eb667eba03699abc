"""IMG011 image-extension-wrong."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked

ENDINGS: Final = {
    ".jpg": "jpeg", ".jpeg": "jpeg", ".jpe": "jpeg", ".jfif": "jpeg", ".mpo": "jpeg", ".png": "png", ".apng": "png",
    ".gif": "gif", ".webp": "webp", ".bmp": "bmp", ".tif": "tiff", ".tiff": "tiff",
}  # fmt: skip


class ImageExtensionWrong(ConversationRule):
    """An image whose name says another format than its bytes."""

    name: ClassVar[str] = "image-extension-wrong"
    code: ClassVar[str] = "IMG011"
    title: ClassVar[Text] = Text("an image is of another format than its name says", "图片的实际格式与扩展名不符")
    messages: ClassVar = {
        "": Text("this file is a {what} by its content", "从内容看，这个文件是 {what}"),
    }
    helps: ClassVar = {
        "": Text(
            "rename it if tools beside the trainer read these files by their name",
            "如果训练程序以外的工具按扩展名读取，请改名",
        ),
    }
    needs_images: ClassVar[bool] = True
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every image file whose ending and signature disagree."""
        for ref, facts in looked(talk, ctx):
            if facts.problem is None and facts.kind == "path" and facts.path and facts.format in ENDINGS.values():
                said = ENDINGS.get(posixpath.splitext(facts.path.lower())[1])
                if said is not None and said != facts.format:
                    hit = blame(ref, facts)
                    hit.values = {**hit.values, "what": facts.format.upper()}
                    yield hit
