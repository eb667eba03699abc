"""The dialect ``sharegpt``: turns of ``from`` and ``value``."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from .base import Model, described, key
from .swift import Media

READERS = ["llama-factory", "ms-swift", "trl"]


class SharegptTurn(Model):
    """One turn of a conversation."""

    model_config = ConfigDict(json_schema_extra=described("对话中的一轮。"))

    from_: str = key(
        "Who speaks: `human`, `gpt`, `system`, `observation` or `function_call`, unless tags rename them.",
        "说话者：`human`、`gpt`、`system`、`observation`、`function_call`，可由 tags 改名。",
        alias="from",
        read_by=READERS,
    )
    value: str = key(
        "What is said. `<image>` stands where an image belongs.",
        "这一轮的文本；`<image>` 标出图片的位置。",
        read_by=READERS,
    )


class SharegptRecord(Model):
    """A ShareGPT conversation."""

    model_config = ConfigDict(json_schema_extra=described("一条 ShareGPT 格式的对话。"))

    conversations: list[SharegptTurn] = key(
        "The turns, in order.", "按顺序排列的各轮对话。", read_by=["chatglm3", *READERS]
    )
    system: str | None = key("System prompt.", "系统提示词。", None, read_by=["llama-factory", "ms-swift"])
    tools: list[Any] | str | None = key(
        "Tools on offer, as JSON text (LLaMA-Factory) or a list.",
        "可用的工具：JSON 文本（LLaMA-Factory）或列表。",
        None,
        read_by=["llama-factory", "ms-swift"],
    )
    images: Media | None = key(
        "Images in the order of their placeholders.",
        "按占位符顺序排列的图片。",
        None,
        read_by=["llama-factory", "ms-swift"],
    )
    videos: Media | None = key("Videos, likewise.", "视频，写法同上。", None, read_by=["llama-factory", "ms-swift"])
    audios: Media | None = key(
        "Audio clips, likewise.", "音频，写法同上。", None, read_by=["llama-factory", "ms-swift"]
    )
