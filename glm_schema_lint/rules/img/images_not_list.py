"""IMG024 images-not-list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote


class ImagesNotList(ConversationRule):
    """`images` holds a bare path where a list is wanted."""

    name: ClassVar[str] = "images-not-list"
    code: ClassVar[str] = "IMG024"
    title: ClassVar[Text] = Text(
        "`images` is not a list",
        "`images` 不是列表",
    )
    messages: ClassVar = {
        "": Text(
            "`images` is not a list: its characters or keys are taken for the images",
            "`images` 不是列表：它的每个字符或键会被当成一张图片",
        ),
    }
    helps: ClassVar = {
        "": Text(
            'write a list, of one path too: ["a.jpg"]',
            '即使只有一张图片也要写成列表：["a.jpg"]',
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The value beside the messages, if it is neither a list nor absent."""
        value = talk.images_value
        if ctx.target.image.list_is == "list" and isinstance(value, str | dict | int | float) and value:
            yield Hit(talk.images_pointer or "", "", quote(value), "list")
