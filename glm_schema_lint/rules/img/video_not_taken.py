"""IMG022 video-not-taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from ...finding import Hit
from ...location import pointer
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote


class VideoNotTaken(ConversationRule):
    """A video where the trainer, or the model's template, takes none."""

    name: ClassVar[str] = "video-not-taken"
    code: ClassVar[str] = "IMG022"
    title: ClassVar[Text] = Text("a record has a video, and none is taken", "记录里有视频，而训练程序不接受视频")
    messages: ClassVar = {
        "": Text("a video, which is not taken here", "这里有视频，但不会被接受"),
        "part": Text(
            "a video among the parts of a message, which is not taken here", "消息的片段里有视频，但不会被接受"
        ),
        "with-images": Text("a video beside images, which is not taken here", "图片之外还有视频，但不会被接受"),
    }
    helps: ClassVar = {
        "": Text(
            "take a model and template with videos (GLM-4.5V: glm4_5v), give frames as images, or remove the record",
            "换用支持视频的模型和模板（GLM-4.5V：glm4_5v），把视频抽帧为图片，或删除这条记录",
        ),
    }
    outline: ClassVar[bool] = False

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The video of a record: a list beside the messages, or the first part of that type."""
        listed = talk.value.get("videos")
        if listed:
            yield Hit(pointer("videos"), "with-images" if talk.images else "", quote(first(listed)))
            return
        for turn in talk.turns:
            for index, part in enumerate(turn.content if isinstance(turn.content, list) else ()):
                if isinstance(part, dict) and part.get("type") in ("video", "video_url"):
                    yield Hit(turn.content_pointer + pointer(index), "part")
                    return


def first(listed: Any) -> Any:
    """The first of a list, or the value itself."""
    return listed[0] if isinstance(listed, list) else listed
