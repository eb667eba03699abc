"""IMG005 image-url."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import blame, looked, written


class ImageUrl(ConversationRule):
    """An image given as a URL or inline, where a path is wanted."""

    name: ClassVar[str] = "image-url"
    code: ClassVar[str] = "IMG005"
    title: ClassVar[Text] = Text(
        "an image is given as a URL or inline",
        "图片以 URL 或内嵌数据给出",
    )
    messages: ClassVar = {
        "": Text(
            "a URL, which this trainer takes for the name of a file",
            "这是一个 URL，而训练程序会把它当作文件名",
        ),
        "fetched": Text(
            "a URL, which is fetched again in every epoch",
            "这是一个 URL，每个 epoch 都会重新下载",
        ),
        "file": Text(
            "a file:// URL, which this trainer takes for the name of a file",
            "这是一个 file:// URL，而训练程序会把它当作文件名",
        ),
        "inline": Text(
            "image data inside the record, which this trainer takes for the name of a file",
            "图片数据内嵌在记录里，而训练程序会把它当作文件名",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "download the image and write its path",
            "把图片下载下来，改写成它的路径",
        ),
        "fetched": Text(
            "download the images once and write their paths: a dead link or a slow server shows only mid-run",
            "先一次性下载图片，再改写成路径：失效的链接或缓慢的服务器会在训练中途才暴露出来",
        ),
        "file": Text(
            "write the bare path, without file://",
            "去掉 file://，只写路径",
        ),
        "inline": Text(
            "save the image as a file and write its path",
            "把图片存成文件，改写成它的路径",
        ),
    }
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every image in a form that the target does not open, or only with a network."""
        accepts = ctx.target.image.accepts
        for ref, facts in looked(talk, ctx):
            if facts.kind == "url":
                web = str(written(ref.source)).lstrip().lower().startswith(("http://", "https://"))
                yield blame(ref, facts, "fetched" if web and "url" in accepts else "")
            elif facts.kind == "file-url":
                yield blame(ref, facts, "file")
            elif facts.kind in ("data-uri", "base64") and facts.kind not in accepts:
                yield blame(ref, facts, "inline")
