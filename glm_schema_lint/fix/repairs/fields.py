"""Keys and tokens: tools as JSON text, labels beside output_ids, keys that only some records have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ...views import shape_of
from ..labels import unify_label_fields
from ..seat import Seat


class ToolsText:
    """tools-as-text: a list of tools as the JSON string that the trainer takes; no tools as ``[]``."""

    name = "tools-as-text"

    def __init__(self, seat: Seat) -> None:
        self._key = seat.reads.tools if seat.reads is not None else ""
        whole = seat.target.tools.text_only and shape_of(seat.target, seat.split) in ("sharegpt", "alpaca")
        self._list = bool(self._key) and whole and seat.minds("tools-unreadable", "list")
        self._blank = bool(self._key) and (
            seat.minds("tools-unreadable", "empty"),
            seat.minds("tools-unreadable", "blank"),
        )

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The record with its tools as text."""
        tools = value.get(self._key)
        if self._list and isinstance(tools, list) and tools:
            return [{**value, self._key: json.dumps(tools, ensure_ascii=False)}]
        if self._blank and isinstance(tools, str) and not tools.strip() and self._blank[bool(tools)]:
            return [{**value, self._key: "[]"}]
        return [value]


class EvalLabels:
    """labels-added: one ignored label for every input id of a row that has ``output_ids`` and no ``labels``.

    Only where evaluation reads ``output_ids`` as the reference. Where it reads the labels, the loss over ignored ones alone
    is NaN, and the fault would be hidden.
    """

    name = "labels-added"

    def __init__(self, seat: Seat, wanted: bool) -> None:
        self._index = seat.target.tokenized.ignore_index
        self._wanted = wanted and seat.split.kind != "train" and "output_ids" in seat.target.tokenized.eval

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The row with its labels."""
        if not self._wanted or value.get("output_ids") is None or value.get("labels") is not None:
            return [value]
        try:
            return [unify_label_fields(value, ignore_index=self._index)]
        except ValueError:  # no input ids: a finding of its own
            return [value]


class FillKeys:
    """keys-alike: keys that other files or later records have, with an empty value of their type."""

    name = "keys-alike"

    def __init__(self, fill: Mapping[str, Any]) -> None:
        self._fill = dict(fill)

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The record with every key."""
        lacking = {key: empty for key, empty in self._fill.items() if value.get(key) is None}
        return [{**value, **lacking}] if lacking else [value]


class FillColumns:
    """keys-alike, in columnar files: columns that other files have, without a value."""

    name = "keys-alike"

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The row with every column."""
        lacking = dict.fromkeys(name for name in self._names if name not in value)
        return [{**value, **lacking}] if lacking else [value]
