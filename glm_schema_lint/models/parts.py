"""Message content in parts, and tool calls, as the OpenAI API writes them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, Tag

from .base import Model, described, key


class Part(Model):
    """One part of a message: a text, an image, a video or an audio clip."""

    model_config = ConfigDict(json_schema_extra=described("消息的一个片段：文本、图片、视频或音频。"))

    type: str = key(
        "What the part is: `text`, `image`, `image_url`, `video`, `audio` ...",
        "片段的种类：`text`、`image`、`image_url`、`video`、`audio` 等。",
        read_by=["trl", "ms-swift"],
    )
    text: str | None = key("The text of a `text` part.", "`text` 片段的文本。", None, read_by=["trl", "ms-swift"])
    image: Any = key(
        "Path, URL, data URI or object with `path` or `bytes` of an `image` part. Left out, the next of `images`.",
        "`image` 片段的路径、URL、data URI，或含 `path` / `bytes` 的对象；省略时取 `images` 的下一项。",
        None,
        read_by=["trl", "ms-swift"],
    )
    image_url: Any = key(
        "URL of an `image_url` part, or an object with `url`.",
        "`image_url` 片段的 URL，或含 `url` 的对象。",
        None,
        read_by=["ms-swift"],
    )


class Function(Model):
    """The function that a tool call calls."""

    model_config = ConfigDict(json_schema_extra=described("工具调用所调用的函数。"))

    name: str = key("Name of the function.", "函数名。", read_by=["llama-factory", "ms-swift", "trl"])
    arguments: Any = key(
        "Arguments: an object, or its JSON text.",
        "参数：对象，或其 JSON 文本。",
        None,
        read_by=["llama-factory", "ms-swift", "trl"],
    )


class ToolCall(Model):
    """One tool call of an assistant turn."""

    model_config = ConfigDict(json_schema_extra=described("助手的一次工具调用。"))

    id: str | None = key("Ties the call to its result.", "把调用和结果对应起来。", None, read_by=["trl"])
    type: str | None = key("`function`.", "固定为 `function`。", None, read_by=["trl"])
    function: Function | None = key(
        "What is called. ms-swift also takes its keys beside `id`.",
        "调用的函数；ms-swift 也接受把它的键直接写在 `id` 旁边。",
        None,
        read_by=["llama-factory", "ms-swift", "trl"],
    )


def kind(value: Any) -> str | None:
    """Which of the forms of content a value is, by its JSON type alone."""
    return "text" if isinstance(value, str) else "parts" if isinstance(value, list) else None


Content = Annotated[Annotated[str, Tag("text")] | Annotated[list[Part], Tag("parts")], Discriminator(kind)]
"""A text, or a list of parts."""
