"""PH006 image-token-in-text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import MARKS, Context, ConversationRule
from .._marks import image_tokens, template_turn

PIXELS: Final = "<|image|>"
"""The token that stands for one feature of an image."""


class ImageTokenInText(ConversationRule):
    """A message writes one of the model's own image tokens in place of the trainer's placeholder."""

    name: ClassVar[str] = "image-token-in-text"
    code: ClassVar[str] = "PH006"
    outline: ClassVar[bool] = False
    needs: ClassVar = MARKS
    title: ClassVar[Text] = Text(
        "a message contains one of the model's own image tokens", "消息文本里出现了模型自己的图片 token"
    )
    messages: ClassVar = {
        "counted": Text(
            "the text contains {token}: one image token more than the images have",
            "文本里有 {token}：图片 token 比图片应有的多",
        ),
        "text-only": Text(
            "the text contains {token}, and the record has no image",
            "文本里有 {token}，但这条记录没有图片",
        ),
        "edge": Text(
            "the text contains {token}, which belongs to the tokenizer",
            "文本里有 {token}，这是分词器自己用的字样",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write {mark} where the image belongs, and nothing of the model's own tokens",
            "请在图片所在的位置写 {mark}，不要写模型自己的 token",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Each message once. A record that went through a template has a rule of its own."""
        if template_turn(talk) is not None:
            return
        parts = ctx.target.image.placeholders == "parts"
        mark = '{"type": "image"}' if parts else ctx.target.image.placeholder or "<image>"
        for turn in talk.turns:
            found = image_tokens(turn) if ">" in turn.text else []
            if not found:
                continue
            counted = PIXELS in found
            case = ("counted" if talk.images else "text-only") if counted else "edge"
            token = PIXELS if counted else found[0]
            yield Hit(turn.content_pointer, case, " ".join(found[:5]), mark, {"token": token, "mark": mark})
