"""Values and their JSON text: a place in a value exchanged without touching the rest, a record written as its neighbours are."""

from __future__ import annotations

import json
import re
from typing import Any, Final

_INNER: Final = re.compile(rb"\n([ \t]*)\S")
_LAST: Final = re.compile(rb"\n([ \t]*)[}\]]\s*\Z")


def replaced(value: Any, at: str, new: Any) -> Any:
    """``value`` with ``new`` at the JSON Pointer ``at``; everything on the way is copied, everything else shared."""
    if not at:
        return new
    head, _, rest = at[1:].partition("/")
    rest = f"/{rest}" if "/" in at[1:] else ""
    if isinstance(value, list):
        made = list(value)
        made[int(head)] = replaced(value[int(head)], rest, new)
        return made
    key = head.replace("~1", "/").replace("~0", "~")
    return {**value, key: replaced(value.get(key), rest, new)}


def dumped(value: Any, like: bytes | None, one_line: bool) -> bytes:
    """The JSON text of a record, spaced, escaped and indented as ``like``, the text it had before."""
    like = like or b""
    ascii_ = b"\\u" in like and like.isascii()
    if not one_line and (inner := _INNER.search(like)):
        last = _LAST.search(like)
        base = len(last[1]) if last else 0
        step: int | str = "\t" if b"\t" in inner[1] else max(1, len(inner[1]) - base)
        text = json.dumps(value, ensure_ascii=ascii_, indent=step)
        return _bytes(text.replace("\n", "\n" + (inner[1][:base].decode() if base else "")))
    tight = b'":' in like and b'": ' not in like
    return _bytes(json.dumps(value, ensure_ascii=ascii_, separators=(",", ":") if tight else (", ", ": ")))


def _bytes(text: str) -> bytes:
    if text.isascii():
        return text.encode("ascii")
    # half of a surrogate pair has no UTF-8, only an escape
    return "".join(c if not "\ud800" <= c <= "\udfff" else f"\\u{ord(c):04x}" for c in text).encode("utf-8")
