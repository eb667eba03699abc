"""One record to another trainer's dialect, as a repair that stands in a chain."""

from __future__ import annotations

from typing import Any, Final

from ...record import Split
from .read import Reader
from .render import glm_4v, llama_factory, ms_swift, trl
from .talk import CannotCarryError, Lose

DIALECTS: Final = {"llama-factory": "sharegpt", "glm-4v": "glm", "ms-swift": "swift", "trl": "openai"}
"""Trainers that records can be written for, with the dialect they get."""


class Convert:
    """Reads a record of ``split`` and writes it for ``target``. ``parts`` as in ``render.trl``; ``lose`` hears what is left out."""

    name = "converted"

    def __init__(self, split: Split, target: str, lose: Lose, parts: bool = False) -> None:
        self._read, self._target, self._lose, self._parts = Reader(split, lose), target, lose, parts

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The record in its new form; raises CannotCarryError where there is none."""
        talk = self._read(value)
        if self._target == "trl":
            return [trl(talk, self._lose, self._parts)]
        return [
            {"llama-factory": llama_factory, "ms-swift": ms_swift, "glm-4v": glm_4v}[self._target](talk, self._lose)
        ]


def pictured(split: Split, value: Any) -> bool:
    """True if a record holds an image."""
    try:
        return isinstance(value, dict) and bool(Reader(split, lambda _: None)(value).pictures)
    except CannotCarryError:
        return False


def stanza(file: str, tools: bool, images: bool) -> dict[str, Any]:
    """The entry of dataset_info.json for a file that ``render.llama_factory`` wrote: every column and tag it needs."""
    columns = {"messages": "conversations"}
    columns |= ({"tools": "tools"} if tools else {}) | ({"images": "images"} if images else {})
    tags = {
        "role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt",
        "observation_tag": "observation", "function_tag": "function_call", "system_tag": "system",
    }  # fmt: skip
    return {"file_name": file, "formatting": "sharegpt", "columns": columns, "tags": tags}
