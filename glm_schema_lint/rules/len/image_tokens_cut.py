"""LEN006 image-tokens-cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import LENGTH, Context, ConversationRule, Need
from ._measure import most, over


class ImageTokensCut(ConversationRule):
    """A record whose images alone, or with the text before them, are longer than a row may be."""

    name: ClassVar[str] = "image-tokens-cut"
    code: ClassVar[str] = "LEN006"
    title: ClassVar[Text] = Text(
        "the length limit cuts through the tokens of an image",
        "长度上限截断了图片的 token",
    )
    messages: ClassVar = {
        "": Text(
            "the tokens of the last image end behind at least {tokens}, and a row holds {limit}",
            "最后一张图片的 token 至少到第 {tokens} 个才结束，而一行的上限是 {limit}",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "raise the limit, scale the images down, or take fewer of them: an image needs one token per 28 x 28 pixels",
            "调高上限，缩小图片，或减少图片数量：每 28 × 28 像素需要一个 token",
        ),
    }
    outline: ClassVar[bool] = False
    needs: ClassVar[frozenset[Need]] = LENGTH

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The last image, where its tokens surely end behind the limit."""
        found = over(talk, ctx)
        if found is not None and found.defect == self.name:
            values = {"tokens": f"{found.tokens:,}", "limit": most(found.limit, ctx)}
            yield Hit(found.pointer, values=values)
