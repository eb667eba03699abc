"""Calls that an answer writes as plain text, as data for GLM-4 do: known by the result that follows."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any, Final

from ...show import quote
from ...wording import Text
from .talk import Call, Lose, Said

_NAMED: Final = re.compile(r"\s*([\w.-]{1,256})[ \t]*\n\s*(\{.*\})\s*", re.DOTALL)
"""A name on a line of its own and the arguments: how GLM-4 writes a call (its chat_template)."""


def heard(turns: list[Said], lose: Lose) -> None:
    """Turn answers that a result follows into calls: ``{"name": ..., "arguments": ...}``, or a name above its arguments.

    An answer that is neither stays text, and ``lose`` hears of it: no result can be bound to it elsewhere.
    """
    for turn, after in pairwise(turns):
        if turn.kind != "assistant" or turn.calls or after.kind != "result":
            continue
        call = None if turn.pictures else _call(turn.text, lose)
        if call is None:
            lose(
                Text(
                    "calls that cannot be read, left as text before their result",
                    "无法读出的函数调用，在其返回之前原样保留为文本",
                )
            )
        else:
            turn.parts, turn.calls = [], [call]


def _call(text: str, lose: Lose) -> Call | None:
    if named := _NAMED.fullmatch(text):
        arguments = _object(named[2])
        return None if arguments is None else Call(named[1], arguments)
    value = _object(text)
    if value is None or not isinstance(value.get("name"), str) or not value["name"]:
        return None
    arguments = value.get("arguments")
    arguments = _object(arguments) if isinstance(arguments, str) else arguments
    if not isinstance(arguments, dict):
        return None
    for key in value.keys() - {"name", "arguments"}:
        lose(Text(f"key {quote(key)} of a call", f"函数调用的键 {quote(key)}"))
    return Call(value["name"], arguments)


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
