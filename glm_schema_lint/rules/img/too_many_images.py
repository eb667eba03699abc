"""IMG018 too-many-images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._look import on_messages


class TooManyImages(ConversationRule):
    """More images in a conversation than the model takes."""

    name: ClassVar[str] = "too-many-images"
    code: ClassVar[str] = "IMG018"
    title: ClassVar[Text] = Text(
        "a conversation has more images than the model takes",
        "一个对话里的图片多于模型能接受的数量",
    )
    messages: ClassVar = {
        "": Text(
            "{count} images in this conversation, the model takes {most}",
            "这个对话里有 {count} 张图片，模型只接受 {most} 张",
        ),
        "none": Text(
            "{count} images in this conversation, and the template is one of a text model",
            "这个对话里有 {count} 张图片，而所用模板属于文本模型",
        ),
    }
    helps: ClassVar = {
        "none": Text("set the template of the vision model, or remove the images", "改用视觉模型的模板，或去掉图片"),
        "": Text(
            "keep {most}, or split the record into conversations of one image each",
            "只保留 {most} 张，或把记录拆成每个对话一张图片",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first image beyond what is taken."""
        image = ctx.target.image
        most = image.max_by_template.get(str(ctx.setting("template")), image.max)
        named = on_messages(talk) if image.where == "first-message" else talk.images
        if most is not None and len(named) > most:
            values = {"count": len(named), "most": most}
            yield Hit(named[most].pointer, "" if most else "none", str(len(named)), f"<= {most}", values)
