"""Splits as a report names them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..record import Split
from ..stats import SplitStats
from ..wording import Text
from .account import Account


@dataclass(slots=True)
class SplitSummary:
    """A split as the report names it."""

    name: str
    kind: str
    dialect: str | None
    files: list[str]
    records: int
    columns: list[str]
    mapping: Text | None = None
    """How a stanza of dataset_info.json reads the records, in a few words."""
    accounts: dict[str, Account] = field(default_factory=dict)
    """What becomes of its records under each target that it is judged by."""
    unread: int = 0
    """Lines and rows that give no record; the accounts count them beside the records."""


def summaries_of(stats: list[SplitStats]) -> list[SplitSummary]:
    """One for each split."""
    return [
        SplitSummary(
            s.split.name,
            s.split.kind,
            s.split.dialect,
            [f.rel for f in s.split.files if f.rel is not None],
            s.records,
            list(s.columns()),
            _stanza_words(s.split),
        )
        for s in stats
    ]


def _stanza_words(split: Split) -> Text | None:
    """``sharegpt, columns listed, tags listed``: what decides how LLaMA-Factory reads the records."""
    mapping = split.mapping
    if mapping is None:
        return None
    listed = [
        (mapping.columns, Text("columns listed", "列出了 columns")),
        (mapping.tags, Text("tags listed", "列出了 tags")),
    ]
    said = [text for block, text in listed if block is not None]
    en = ", ".join([mapping.formatting, *(text.en for text in said)])
    return Text(en, "，".join([mapping.formatting, *(text.zh for text in said)]))
