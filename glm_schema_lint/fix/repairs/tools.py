"""Tools: as one JSON string where the trainer takes it, a list on every system message where the script walks through one.

And their calls: arguments as an object where the trainer walks through one.
"""

from __future__ import annotations

import json
from typing import Any

from ...finding import Effect
from ...record import MISSING
from ...rules.tool._calls import good, load
from ...views import shape_of
from ..alike import Alike
from ..seat import Seat
from ..values import replaced


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


class ListedTools:
    """tools-as-text, of all lists of a load: whole strings, in which no gap between tools can be filled with null."""

    name = "tools-as-text"

    def __init__(self, seat: Seat, wanted: bool) -> None:
        self._key = seat.reads.tools if wanted and seat.reads is not None and seat.target.tools.text else ""
        whole = seat.target.tools.text_only and shape_of(seat.target, seat.split) in ("sharegpt", "alpaca")
        self._none = "" if whole and not seat.minds("tools-unreadable", "empty") else "[]"

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The record with its tools as text."""
        tools = value.get(self._key) if self._key else None
        if not isinstance(tools, list):
            return [value]
        return [{**value, self._key: json.dumps(tools, ensure_ascii=False) if tools else self._none}]


class ArgumentObjects:
    """arguments-as-object: what a call in ``tool_calls`` is given as JSON text, as the object itself.

    Only where training stops at the text and the calls are the trainer's own form of them, and not in columnar files:
    there a column has one type, and an object would lose the keys that the first one lacks.
    """

    name = "arguments-as-object"

    def __init__(self, seat: Seat) -> None:
        said = seat.target.judge("arguments-form-wrong", "string", seat.split.kind, seat.versions, seat.settings)
        stops = bool(said) and said[0].effect is Effect.CRASH and "tool_calls" in seat.target.tools.calls
        text = all(file.format in ("lines", "array") for file in seat.split.files)
        self._seat, self._minds = seat, stops and text

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The record with the arguments of its calls as objects; those whose text is none stay."""
        talk = self._seat.viewer(value) if self._minds else None
        made = value
        for call in good(talk, self._seat.ctx) if talk is not None else ():
            if isinstance(call.arguments, str) and "/tool_calls/" in call.pointer:
                inner = load(call.arguments, self._seat.ctx)
                if isinstance(inner, dict):
                    made = replaced(made, call.pointer + "/arguments", inner)
        return [made]


class SystemTools:
    """tools-listed: an empty list on a system message whose tools are null, or that the loader would give a null.

    A record without tools is given its list on the first message, whoever speaks there: elsewhere than on a system message
    the script deletes the key, and the tokenizer skips an empty list.
    """

    name = "tools-listed"

    def __init__(self, seat: Seat, found: Alike | None) -> None:
        self._seat, self._kind = seat, seat.target.tools.on
        self._null = bool(self._kind) and seat.minds("system-tools-null")
        self._gaps = found is not None and found.gaps and seat.minds("nested-keys-differ", "system-tools")

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The record with a list of tools on every system message."""
        talk = self._seat.viewer(value) if self._null or self._gaps else None
        turns = [turn for turn in talk.turns if isinstance(turn.raw, dict)] if talk is not None else []
        bare = self._gaps and not any("tools" in turn.raw for turn in turns)
        made = value
        for number, turn in enumerate(turns):
            system = turn.kind == self._kind
            null = self._null and system and turn.raw.get("tools", MISSING) is None
            if null or (self._gaps and system and "tools" not in turn.raw) or (bare and number == 0):
                made = replaced(made, turn.pointer + "/tools", [])
        return [made]
