"""How a stanza of dataset_info.json maps columns and roles: DatasetAttr of LLaMA-Factory, field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from ..targets import Reads

Purpose = Literal["sft", "ranking", "kto", "pretrain"]

COLUMNS: Final[dict[str, str | None]] = {
    "prompt": "instruction", "query": "input", "response": "output", "history": None, "messages": "conversations",
    "system": None, "tools": None, "images": None, "videos": None, "audios": None, "chosen": None, "rejected": None,
    "kto_tag": None,
}  # fmt: skip
"""Columns with the defaults they have where a stanza writes no ``columns`` (parser.py DatasetAttr)."""
TAGS: Final[dict[str, str | None]] = {
    "role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt",
    "observation_tag": "observation", "function_tag": "function_call", "system_tag": "system",
}  # fmt: skip
FORMATTINGS: Final = ("alpaca", "sharegpt", "openai")
MEDIA: Final = ("images", "videos", "audios")
KINDS: Final = {
    "user_tag": "user", "assistant_tag": "assistant", "observation_tag": "observation", "function_tag": "function",
    "system_tag": "system",
}  # fmt: skip
"""Tags that name a role, with the kind of turn each stands for. The order is that of the converter's tag_mapping."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """What one stanza makes of its records.

    ``columns`` and ``tags`` are the blocks as written, None where there is none; ``takes`` is what the trainer has for
    every column and tag after reading them: a block that is there sets all it does not list to None.
    """

    reads: Reads
    roles: dict[str, list[str]]
    formatting: str
    columns: dict[str, Any] | None
    tags: dict[str, Any] | None
    takes: dict[str, str | None]
    purpose: Purpose
    lost: frozenset[str] = frozenset()
    """Columns and tags read from every record that none of the first records has; ``seen`` fills it."""
    words: tuple[tuple[str, int], ...] = ()
    """Role words of the first records, each with the number of records that use it, most used first; also ``seen``."""

    @property
    def sft(self) -> bool:
        """True if the records are conversations for supervised fine-tuning; others are not judged as such."""
        return self.purpose == "sft"

    def seen(self, values: Iterable[Any]) -> Mapping:
        """The mapping once the first records are known: what all of them lack is its fault, not that of a record."""
        records = [value for value in values if isinstance(value, dict)]
        if not records:
            return self
        keys = {key for value in records for key in value}
        listed = [value.get(self.reads.messages) for value in records]
        turns = [turn for turns in listed if isinstance(turns, list) for turn in turns if isinstance(turn, dict)]
        alpaca = self.formatting == "alpaca"
        wanted = ("prompt", "query", "response") if alpaca else ("messages",)
        lost = {name for name in wanted if (self.takes[name] or "") not in keys and (self.takes[name] or not alpaca)}
        if alpaca and not any(self.takes[name] for name in wanted):
            lost.add("formatting")
        if turns and not alpaca:
            inside = {key for turn in turns for key in turn}
            lost.update(tag for tag in ("role_tag", "content_tag") if (self.takes[tag] or "") not in inside)
        words: Counter[str] = Counter()
        for one in listed:
            held = (
                [turn.get(self.reads.role) for turn in one if isinstance(turn, dict)] if isinstance(one, list) else []
            )
            words.update(list(dict.fromkeys(word for word in held if isinstance(word, str))))
        return replace(self, lost=frozenset(lost), words=tuple(words.most_common()))


def read_mapping(stanza: dict[str, Any]) -> Mapping:
    """The mapping of a stanza whose blocks are objects."""
    columns, tags = stanza.get("columns"), stanza.get("tags")
    takes = {**COLUMNS, **TAGS}
    if columns is not None:
        takes.update({name: _name(columns.get(name)) for name in COLUMNS})
    if tags is not None:
        takes.update({name: _name(tags.get(name)) for name in TAGS})
    formatting = stanza.get("formatting", "alpaca")
    if formatting not in FORMATTINGS:  # a finding of its own; the records are read as they look
        formatting = "sharegpt" if tags or (columns or {}).get("messages") else "alpaca"
    alpaca = formatting == "alpaca"

    def key(name: str, wanted: bool = True) -> str:
        return (takes[name] or "") if wanted else ""

    reads = Reads(
        messages=key("messages", not alpaca), role=key("role_tag"), content=key("content_tag"), images=key("images"),
        tools=key("tools"), prompt=key("prompt", alpaca), query=key("query", alpaca), response=key("response", alpaca),
        history=key("history", alpaca), system=key("system"),
    )  # fmt: skip
    roles = {kind: [word] if (word := takes[tag]) else [] for tag, kind in KINDS.items()}
    return Mapping(reads, roles, formatting, columns, tags, takes, _purpose(stanza, formatting, columns))


def _name(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _purpose(stanza: dict[str, Any], formatting: str, columns: dict[str, Any] | None) -> Purpose:
    if stanza.get("ranking"):
        return "ranking"
    if columns and columns.get("kto_tag"):
        return "kto"
    if formatting == "alpaca" and columns is not None:
        listed = {name for name in COLUMNS if columns.get(name)}
        if listed - set(MEDIA) == {"prompt"}:
            return "pretrain"
    return "sft"
