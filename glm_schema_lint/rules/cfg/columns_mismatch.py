"""CFG004: a key that the stanza makes the trainer read stands in no record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...config.mapping import COLUMNS, Mapping
from ...finding import Hit, Related
from ...location import Location
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule
from .._show import cut, quote
from ._place import place

LENIENT = ("system", "tools")
"""Columns that the openai converter reads with a default."""


class ColumnsMismatch(SplitRule):
    """Every column and tag is read from every record, so one that no record has ends the run."""

    name = "columns-mismatch"
    code = "CFG004"
    title = Text("columns or tags that name no key of the records", "columns 或 tags 指向记录中不存在的键")
    messages: ClassVar = {
        "absent": Text(
            "{what} of '{name}' is '{key}', which no record has", "'{name}' 的 {what} 是 '{key}'，没有任何记录有这个键"
        ),
        "unset": Text(
            "'{name}' lists {block} without {what}, so it is None",
            "'{name}' 列出了 {block}，却没有 {what}，它的值就是 None",
        ),
        "empty": Text(
            "'{name}' lists columns without prompt, query and response, so nothing is read",
            "'{name}' 列出了 columns，却没有 prompt、query 和 response，什么也不会读取",
        ),
        "formatting": Text(
            "'{name}' maps messages, but its formatting is alpaca, which reads none",
            "'{name}' 映射了 messages，但 formatting 是 alpaca，不会读取它",
        ),
    }
    helps: ClassVar = {
        "absent": Text(
            "name a key that the records have; a block that is left out has the defaults",
            "改成记录中存在的键；不写整个块时使用默认值",
        ),
        "unset": Text(
            "add {what} to {block}: a block that is there sets all it does not list to None",
            "在 {block} 中加上 {what}：只要写了这个块，没有列出的项都会变成 None",
        ),
        "empty": Text(
            "map prompt, query and response, or leave columns out", "映射 prompt、query 和 response，或者去掉 columns"
        ),
        "formatting": Text('add "formatting": "sharegpt"', '加上 "formatting": "sharegpt"'),
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """Ask for every key whether any record of the split has it."""
        mapping: Mapping | None = ctx.split.mapping if ctx.target.detect.config == "dataset_info" else None
        columns = list(stats.columns())
        if mapping is None or not stats.records or not columns or "*" in columns:
            return
        stanza = ctx.split.stanza or ""

        def hit(case: str, block: str, what: str, key: str, seen: list[str], at: Location | None) -> Hit:
            keys = ", ".join(map(quote, seen))
            related = () if at is None else (Related(at, Text(f"has {cut(keys)}", f"有 {cut(keys)}")),)
            return Hit(
                case=case,
                found=quote(key) if case == "absent" else None,
                expected=cut(keys),
                location=place(ctx, stanza, block, what),
                count=stats.records,
                related=related,
                values={"name": stanza, "block": block, "what": what, "key": key},
            )

        first = stats.record_location(0) if len(stats.records_at) else None
        takes, alpaca = mapping.takes, mapping.formatting == "alpaca"
        if alpaca and mapping.sft and not any(takes[c] for c in ("prompt", "query", "response")):
            mapped = takes["messages"] in columns
            yield hit(
                "formatting" if mapped else "empty", "columns", "messages" if mapped else "prompt", "", columns, first
            )
            return
        for column in COLUMNS:
            key = takes[column]
            if not self._read(column, mapping):
                continue
            if key and key not in columns:
                yield hit("absent", "columns", column, key, columns, first)
            elif column == "messages" and not key:
                yield hit("unset", "columns", column, "", columns, first)
        messages = takes["messages"] or ""
        turns = stats.path(messages, "[]")
        if alpaca or "dict" not in turns.types:
            return
        inside = list(
            dict.fromkeys(
                p[2] for _, c in stats.ordered() for p in c.paths if len(p) == 3 and p[:2] == (messages, "[]")
            )
        )
        at = stats.location(turns.types["dict"][1])
        for tag in ("role_tag", "content_tag"):
            key = takes[tag]
            if not key:
                yield hit("unset", "tags", tag, "", inside, at)
            elif key not in inside and "*" not in inside:
                yield hit("absent", "tags", tag, key, inside, at)

    @staticmethod
    def _read(column: str, mapping: Mapping) -> bool:
        """True if the converter of this formatting looks ``column`` up in every record, with no default."""
        if column in ("prompt", "query", "history"):
            return mapping.formatting == "alpaca"
        if column == "response":
            return mapping.formatting == "alpaca" and mapping.purpose not in ("ranking", "kto")
        if column == "messages":
            return mapping.formatting != "alpaca"
        if column in ("chosen", "rejected"):
            return mapping.purpose == "ranking"
        return not (mapping.formatting == "openai" and column in LENIENT)
