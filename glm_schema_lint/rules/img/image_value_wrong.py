"""IMG028 image-value-wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote
from ._look import opened

JSON = (str, bool, int, float, list, dict, bytes)


def kind(value: object) -> str:
    """The JSON name of a value's type."""
    if isinstance(value, bool | bytes):
        return "bytes" if isinstance(value, bytes) else "boolean"
    return "number" if isinstance(value, int | float) else "object" if isinstance(value, dict) else "string"


class ImageValueWrong(ConversationRule):
    """An image that is no path at all: null, a number, a list, an object."""

    name: ClassVar[str] = "image-value-wrong"
    code: ClassVar[str] = "IMG028"
    title: ClassVar[Text] = Text(
        "an image is given as something that no trainer can open",
        "图片的值不是训练程序能打开的东西",
    )
    messages: ClassVar = {
        "": Text(
            "a {type} stands where the path of an image is read",
            "这里应是图片路径，实际却是 {type}",
        ),
        "list": Text(
            "a list stands where the path of one image is read",
            "这里应是一张图片的路径，实际却是列表",
        ),
        "null": Text(
            "null stands where the path of an image is read",
            "这里应是图片路径，实际却是 null",
        ),
        "blank": Text(
            "an empty text stands where the path of an image is read",
            "这里应是图片路径，实际却是空文本",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write the path as a string",
            "把路径写成字符串",
        ),
        "list": Text(
            "write one path as a string; a target that takes several images reads them elsewhere",
            "只写一个路径字符串；能接受多张图片的训练程序从别的键读取",
        ),
        "null": Text(
            "remove the entry, and its placeholder with it",
            "删除这一项以及对应的占位符",
        ),
    }
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every image whose JSON type is wrong for the target."""
        for ref in opened(talk, ctx):
            source = ref.source
            if not (source is None or isinstance(source, JSON)) or (isinstance(source, str) and source.strip()):
                continue
            accepted = "bytes" in ctx.target.image.accepts
            if accepted and (isinstance(source, bytes) or (isinstance(source, dict) and "bytes" in source)):
                continue
            case = "list" if isinstance(source, list) else "null" if source is None else ""
            case = "blank" if isinstance(source, str) else case
            yield Hit(ref.pointer, case, quote(source), "string", {"type": kind(source)})
