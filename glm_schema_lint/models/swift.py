"""The dialect ``swift``: messages with media beside them, as ms-swift writes them. Others read it too."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, Tag

from .base import Model, described, key
from .parts import Content


def kind(value: Any) -> str | None:
    """Which of the forms a media column takes, by its JSON type alone."""
    if isinstance(value, str):
        return "one"
    return "list" if isinstance(value, list) else "object" if isinstance(value, dict) else None


Media = Annotated[
    Annotated[str, Tag("one")] | Annotated[dict[str, Any], Tag("object")] | Annotated[list[Any], Tag("list")],
    Discriminator(kind),
]
"""A path, an object with ``path`` or ``bytes``, or a list of them."""


class SwiftMessage(Model):
    """One turn of a conversation."""

    model_config = ConfigDict(json_schema_extra=described("对话中的一轮。"))

    role: str = key(
        "Who speaks: `system`, `user`, `assistant`, `tool_call`, `tool_response` or `tool`.",
        "说话者：`system`、`user`、`assistant`、`tool_call`、`tool_response` 或 `tool`。",
        read_by=["glm-4", "glm-4v", "ms-swift", "llama-factory", "trl"],
    )
    content: Content = key(
        "What is said; `<image>`, `<video>`, `<audio>` mark the media. ms-swift and TRL take a list of parts too.",
        "这一轮的文本；`<image>`、`<video>`、`<audio>` 标出媒体的位置。ms-swift 和 TRL 也接受片段列表。",
        read_by=["glm-4", "glm-4v", "ms-swift", "llama-factory", "trl"],
    )
    loss: bool | None = key(
        "False leaves the turn out of the loss.", "为 false 时该轮不计入损失。", None, read_by=["ms-swift"]
    )
    loss_scale: float | None = key(
        "Weight of the turn in the loss.", "该轮在损失中的权重。", None, read_by=["ms-swift"]
    )


class SwiftRecord(Model):
    """A conversation with its media in lists beside the messages."""

    model_config = ConfigDict(json_schema_extra=described("一条对话，媒体以列表形式写在 messages 旁边。"))

    messages: list[SwiftMessage] = key(
        "The turns, in order.",
        "按顺序排列的各轮对话。",
        read_by=["glm-4", "glm-4v", "ms-swift", "llama-factory", "trl"],
    )
    images: Media | None = key(
        "Images in the order of their placeholders: paths, URLs, data URIs, or objects with `path` or `bytes`.",
        "按占位符顺序排列的图片：路径、URL、data URI，或含 `path` / `bytes` 的对象。",
        None,
        read_by=["ms-swift", "llama-factory", "trl"],
    )
    videos: Media | None = key("Videos, likewise.", "视频，写法同上。", None, read_by=["ms-swift", "llama-factory"])
    audios: Media | None = key(
        "Audio clips, likewise.", "音频，写法同上。", None, read_by=["ms-swift", "llama-factory"]
    )
    tools: list[Any] | str | None = key(
        "Tools on offer, as a list or its JSON text.",
        "可用的工具：列表，或其 JSON 文本。",
        None,
        read_by=["ms-swift", "llama-factory", "trl"],
    )
    objects: dict[str, Any] | None = key(
        "Boxes: `ref` names, `bbox` in pixels or thousandths, `bbox_type`, `image_id`.",
        "目标框：`ref` 名称，`bbox` 坐标（像素或千分比），`bbox_type`，`image_id`。",
        None,
        read_by=["ms-swift"],
    )
