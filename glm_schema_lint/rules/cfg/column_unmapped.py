"""CFG012: a filled key of the records that the stanza leaves unread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from ...config.blame import mapping_in_force
from ...config.mapping import COLUMNS, MEDIA, Mapping
from ...finding import Hit
from ...location import pointer
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote
from ._place import place

ALPACA = {"prompt": "instruction", "query": "input", "response": "output", "history": "history"}
COMMON = {"system": "system", "tools": "tools", **{name: name for name in MEDIA}}
CASES = {"response": "response", **dict.fromkeys(MEDIA, "media")}


class ColumnUnmapped(ConversationRule):
    """Only keys with the usual names are judged: what other keys mean nobody can know."""

    name = "column-unmapped"
    code = "CFG012"
    title = Text("filled key that columns leaves out", "有内容却没有写进 columns 的键")
    messages: ClassVar = {
        "": Text(
            "records have '{key}', but '{name}' maps no {column}: it is not read",
            "记录有 '{key}'，但 '{name}' 没有映射 {column}：不会被读取",
        ),
        "typo": Text(
            "'{typo}' is no column of dataset_info.json: records have '{key}', and it is not read",
            "'{typo}' 不是 dataset_info.json 的列名：记录有 '{key}'，却不会被读取",
        ),
    }
    helps: ClassVar = {
        "": Text(
            'add "{column}": "{key}" to columns, beside all other columns (what is not listed becomes None)',
            '在 columns 中加上 "{column}": "{key}"，并列出记录用到的其他列（没有列出的会变成 None）',
        ),
    }

    def message(self, case: str) -> Text:
        """A misspelt column has its own sentence."""
        return self.messages["typo" if case.endswith("-typo") else ""]

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """One hit per record and key."""
        mapping = mapping_in_force(ctx.split, ctx.target)
        if mapping is None:
            return
        taken, stanza = {mapping.takes[column] for column in COLUMNS}, ctx.split.stanza or ""
        usual = {**ALPACA, **COMMON} if mapping.formatting == "alpaca" else COMMON
        if mapping.formatting == "alpaca" and not any(mapping.takes[c] for c in ("prompt", "query", "response")):
            return
        for column, key in usual.items():
            value = talk.value.get(key)
            if value and not mapping.takes[column] and key not in taken and _filled(value):
                typo = _typo(mapping, key)
                case = CASES.get(column, "text")
                if case == "media" and talk.placeholders:
                    case = "media-placeholder"
                yield Hit(
                    pointer(key), f"{case}-typo" if typo else case, quote(value),
                    location=place(ctx, stanza, "columns", typo or column),
                    values={"name": stanza, "key": key, "column": column, "typo": typo},
                )  # fmt: skip


def _filled(value: Any) -> bool:
    """A blank text, an empty tool list written as text, or a list of nothing says nothing."""
    if isinstance(value, str):
        return bool(value.strip()) and value not in ("[]", "{}")
    return any(value) if isinstance(value, list) else True


def _typo(mapping: Mapping, key: str) -> str:
    """A listed column the trainer does not know, meant for ``key``."""
    return next(
        (str(name) for name, said in (mapping.columns or {}).items() if said == key and name not in COLUMNS), ""
    )
