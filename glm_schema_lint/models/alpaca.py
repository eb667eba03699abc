"""The dialect ``alpaca``: an instruction and its answer."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from .base import Model, described, key
from .swift import Media

READERS = ["llama-factory", "ms-swift"]


class AlpacaRecord(Model):
    """A task with its answer, and rounds before it."""

    model_config = ConfigDict(json_schema_extra=described("一个任务及其回答，可带历史轮次。"))

    instruction: str | None = key("What is asked.", "指令。", read_by=READERS)
    input: str | None = key(
        "Further input; it is put below the instruction.", "补充输入，接在指令之后。", None, read_by=READERS
    )
    output: str = key("The answer to learn.", "要学习的回答。", read_by=READERS)
    history: list[Annotated[list[str | None], Field(min_length=2, max_length=2)]] | None = key(
        "Earlier rounds: `[question, answer]` each, oldest first.",
        "更早的轮次，每轮为 `[问, 答]`，先旧后新。",
        None,
        read_by=READERS,
        shape="(rounds, 2)",
    )
    system: str | None = key("System prompt.", "系统提示词。", None, read_by=READERS)
    tools: list[Any] | str | None = key(
        "Tools on offer, as JSON text or a list.", "可用的工具：JSON 文本或列表。", None, read_by=READERS
    )
    images: Media | None = key(
        "Images in the order of their placeholders.", "按占位符顺序排列的图片。", None, read_by=READERS
    )
