"""Undoes the mistakes people make in JSON, so that a broken record is still looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

WHITE: Final = " \t\r\n"
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|//.*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)
ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.?))", re.DOTALL)
PYTHON: Final = re.compile(r"[:\[,]\s*(?:None|True|False)\b|^\s*\{\s*'")
_LEADING_ZERO: Final = re.compile(r"[:\[,]\s*-?0\d")
_CONTROL: Final = re.compile(r"[\x01-\x08\x0a-\x1f\t]")


def repair(text: str, array: bool, note: Callable[..., None]) -> list[Any] | None:
    """The value of ``text`` once all mistakes are undone, each told to ``note``; None if it still says nothing."""
    notes: list[tuple[str, str, int]] = []
    stripped = text.strip(WHITE)
    if stripped.startswith(("//", "#", "/*")):
        note("line-not-json", "comment", text.index(stripped[0]))
        return []
    escaped = _double(text, notes)
    if _CONTROL.search(escaped.strip(WHITE)):
        inside = _first_control(escaped)
        if inside is not None and not array:
            notes.append(("line-not-json", "control-character", inside))
    plain = _unpad(escaped, notes, array)
    try:
        value = json.loads(plain, strict=False)
    except RecursionError:
        return None
    except ValueError:
        literal = _python(text)
        if literal is not None:
            note("line-not-json", "python-literal", 0)
            return [literal]
        return None
    for rule, case, position in notes:
        note(rule, case, position)
    return [value]


def _double(text: str, notes: list[tuple[str, str, int]]) -> str:
    first: list[int] = []

    def fix(match: re.Match[str]) -> str:
        if match[1] is not None or (match[2] and match[2] in '"\\/bfnrt'):
            return match[0]
        first.append(match.start())
        return "\\" + match[0]

    fixed = ESCAPE.sub(fix, text)
    if first:
        notes.append(("invalid-escape", "", first[0]))
    return fixed


def _first_control(text: str) -> int | None:
    for match in _TOKEN.finditer(text):
        if match[0][0] == '"' and (inner := _CONTROL.search(match[0])):
            return match.start() + inner.start()
    return None


def _unpad(text: str, notes: list[tuple[str, str, int]], array: bool) -> str:
    """Drop comments and commas before a closing bracket, and zeros before a number."""

    def drop(match: re.Match[str]) -> str:
        kind = match[0][0]
        if kind == '"':
            return match[0]
        if kind == "/":
            notes.append(("line-not-json", "comment", match.start()))
        elif not array:  # the parser for arrays takes this comma
            notes.append(("line-not-json", "trailing-comma", match.start()))
        return ""

    plain = _TOKEN.sub(drop, text)
    plain = _TOKEN.sub(drop, plain) if "," in plain else plain
    body = plain.rstrip(WHITE)
    if body.endswith(","):
        notes.append(("line-not-json", "trailing-comma", len(body) - 1))
        plain = body[:-1]
    if array and _LEADING_ZERO.search(plain):  # and it takes 012 for 12
        plain = _LEADING_ZERO.sub(lambda m: m[0].rstrip("0123456789") + m[0][-1], plain)
    return plain


def _python(text: str) -> Any:
    """A Python literal that stands where JSON should: ``{'role': None}``."""
    if not PYTHON.search(text) or len(text) > 1 << 20:
        return None
    import ast

    try:
        value = ast.literal_eval(re.sub(r"\bnull\b", "None", text.strip()))
        return json.loads(json.dumps(value))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
