"""The dialect ``openai``: messages whose content may come in parts, with tool calls."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from .base import Model, described, key
from .parts import Content, ToolCall


class OpenaiMessage(Model):
    """One turn; an assistant turn that only calls tools needs no content."""

    model_config = ConfigDict(json_schema_extra=described("对话中的一轮；只调用工具的 assistant 轮可以没有 content。"))

    role: str = key(
        "Who speaks: `system`, `user`, `assistant` or `tool`.",
        "说话者：`system`、`user`、`assistant` 或 `tool`。",
        read_by=["trl", "ms-swift", "llama-factory", "glm-4", "glm-4v"],
    )
    content: Content | None = key(
        "A text, or a list of parts. The GLM-4 scripts take text only.",
        "文本，或片段的列表；GLM-4 脚本只接受文本。",
        None,
        read_by=["trl", "ms-swift", "llama-factory", "glm-4", "glm-4v"],
    )
    name: str | None = key(
        "Name of the tool a `tool` turn answers for.", "`tool` 轮对应的工具名。", None, read_by=["trl"]
    )
    tool_calls: list[ToolCall] | None = key(
        "Calls an assistant turn makes.",
        "assistant 轮发出的工具调用。",
        None,
        read_by=["trl", "ms-swift", "llama-factory"],
    )
    tool_call_id: str | None = key("The call a `tool` turn answers.", "`tool` 轮所回答的调用。", None, read_by=["trl"])


class OpenaiRecord(Model):
    """A conversation as the OpenAI API writes it."""

    model_config = ConfigDict(json_schema_extra=described("OpenAI API 格式的一条对话。"))

    messages: list[OpenaiMessage] = key(
        "The turns, in order.",
        "按顺序排列的各轮对话。",
        read_by=["trl", "ms-swift", "llama-factory", "glm-4", "glm-4v"],
    )
    tools: list[Any] | str | None = key(
        "Tools on offer, as a list or its JSON text.",
        "可用的工具：列表，或其 JSON 文本。",
        None,
        read_by=["trl", "ms-swift", "llama-factory"],
    )
    images: list[Any] | None = key(
        "Images for the image parts that name none, in order.",
        "按顺序填入未写明图片的 image 片段。",
        None,
        read_by=["trl", "ms-swift", "llama-factory"],
    )
