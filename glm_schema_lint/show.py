"""How a value is quoted in a finding: one line, at most 80 characters, control and bidi characters as escapes."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

LIMIT: Final = 80


def safe(text: str) -> str:
    """``text`` with control, format and surrogate characters shown as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c
        if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
        else c.encode("unicode_escape", "surrogatepass").decode("ascii")
        for c in text
    )


def cut(text: str, limit: int = LIMIT) -> str:
    """``text`` cut to ``limit`` characters, with an ellipsis where something is left out."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def quote(value: Any, limit: int = LIMIT) -> str:
    """A value as a finding shows it: strings quoted, bytes by length, everything cut to ``limit`` characters."""
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, str):
        return (
            cut("'" + safe(value[: limit * 2]) + "'", limit)
            if len(value) <= limit * 2
            else cut("'" + safe(value[: limit * 2]), limit)
        )
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return cut(repr(value), limit)
    if isinstance(value, list):
        return f"<list of {len(value)}>" if len(value) != 0 else "[]"
    if isinstance(value, dict):
        return cut(
            "{" + ", ".join(quote(key) for key in list(value)[:8]) + ("…" if len(value) > 8 else "") + "}", limit
        )
    return cut(safe(str(value)[: limit * 2]), limit)


def sketch(value: dict[Any, Any], limit: int = LIMIT) -> str:
    """The keys of a record and, where a list of objects stands, theirs: ``{conversation: [{input, output}]}``."""

    def keys(item: dict[Any, Any]) -> str:
        return ", ".join(cut(safe(str(key)), 30) for key in list(item)[:8]) + (", …" if len(item) > 8 else "")

    named = []
    for key, item in list(value.items())[:8]:
        inside = item[0] if isinstance(item, list) and item and isinstance(item[0], dict) else None
        named.append(cut(safe(str(key)), 30) + (f": [{{{keys(inside)}}}]" if inside else ""))
    return cut("{" + ", ".join(named) + (", …" if len(value) > 8 else "") + "}", limit)
