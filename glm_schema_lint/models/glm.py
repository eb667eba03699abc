"""The dialect ``glm``: what finetune.py and finetune_vision.py of the GLM-4 repository read."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from .base import Model, described, key


class GlmMessage(Model):
    """One turn of a conversation."""

    model_config = ConfigDict(json_schema_extra=described("对话中的一轮。"))

    role: str = key(
        "Who speaks: `system`, `user`, `assistant` or `observation` for the GLM-4 scripts.",
        "说话者；GLM-4 脚本接受 `system`、`user`、`assistant`、`observation`。",
        read_by=["glm-4", "glm-4v", "llama-factory", "ms-swift", "trl"],
    )
    content: str = key(
        "What is said, as plain text.",
        "这一轮的纯文本。",
        read_by=["glm-4", "glm-4v", "llama-factory", "ms-swift", "trl"],
    )
    image: str | None = key(
        "Path of the image, only on the first message; relative paths start where training starts.",
        "图片路径，只能放在第一条消息上；相对路径以启动训练的目录为准。",
        None,
        read_by=["glm-4v"],
    )
    tools: list[dict[str, Any]] | None = key(
        "Tools on offer, only on the system message: `{type, function: {name, description, parameters}}` each.",
        "可用的工具，只能放在 system 消息上，每个形如 `{type, function: {name, description, parameters}}`。",
        None,
        read_by=["glm-4"],
    )
    metadata: Any = key(
        "Name of the tool an assistant turn calls.", "assistant 轮所调用工具的名字。", None, read_by=["glm-4", "glm-4v"]
    )


class GlmRecord(Model):
    """A conversation for the fine-tuning scripts of the GLM-4 repository."""

    model_config = ConfigDict(json_schema_extra=described("GLM-4 仓库微调脚本读取的一条对话。"))

    messages: list[GlmMessage] = key(
        "The turns, in order.",
        "按顺序排列的各轮对话。",
        read_by=["glm-4", "glm-4v", "llama-factory", "ms-swift", "trl"],
    )
