"""A second look at text that a strict parser refuses: what is wrong, where, and what it was meant to say."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import orjson

from ..location import pointer
from ..record import Problem, Record
from .text_gbk import as_gbk
from .text_repair import ESCAPE, PYTHON, WHITE, repair

REPAIR_LIMIT: Final = 8 << 20
"""Longer text is named as broken, not mended."""


class Mended(NamedTuple):
    """The values that a piece of text holds, as far as they can be told, and what is wrong with it."""

    values: list[Any]
    problems: list[Problem]


def mend(raw: bytes, index: int, line: int | None, *, array: bool = False) -> Mended:
    """Values and problems of ``raw``, which orjson refused.

    ``array`` says that it is an item of a JSON array: another parser loads those, see the cases ``...-in-array``.
    """
    problems: list[Problem] = []
    text = ""

    def note(rule: str, case: str, at: int | None = None, reason: str = "", **more: Any) -> None:
        # ``at`` is a place in the text; what parses has none, and in an array it is addressed by its number
        where = line
        if at is not None:
            start = text.rfind("\n", 0, at) + 1
            where = None if line is None else line + text.count("\n", 0, at)
            more["found"] = more.get("found") or around(text, at)
            more["values"] = {"column": at - start + 1, "reason": reason, **more.get("values", {})}
        elif array:
            where = None
        problems.append(Problem(rule, case, index, where, **more))

    text = _decode(raw, array, note)
    if text.startswith("\ufeff"):
        note("byte-order-mark", "middle")
        text = text[1:]
    text = _without_nul(text, note)
    if not text.strip(WHITE):
        return Mended([], problems)
    try:
        return Mended([orjson.loads(text)], problems)
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        if "depth limit" in str(error):
            note("record-too-deep", "")
            return Mended([], problems)
        position = getattr(error, "pos", 0)
        reason = getattr(error, "msg", str(error))
    values = _odd(text, array, note)
    if values is None:
        values = _several(text, note) if reason.startswith("unexpected content") else None
    if values is None and len(text) <= REPAIR_LIMIT:
        values = repair(text, array, note)
        values = None if values is None else [_clean(value) for value in values]
    if values is None:
        cut = reason.startswith(("unexpected end", "unclosed")) or position >= len(text.rstrip(WHITE)) - 1
        case = "cut" if cut and text.lstrip(WHITE)[:1] in ("{", "[") else _case(text, position)
        note("line-not-json", case, position, reason)
        values = []
    return Mended(values, problems)


def around(text: str, position: int) -> str:
    """The 40 characters around a position, on one line."""
    start = max(0, position - 20)
    return shown(text[start : position + 20].strip(WHITE))


def shown(text: str) -> str:
    """``text`` in quotes on one line, with what cannot be printed as escapes."""
    return (
        "'"
        + "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)[
            :78
        ]
        + "'"
    )


def _decode(raw: bytes, array: bool, note: Callable[..., None]) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        start, byte = error.start, raw[error.start]
    chinese = as_gbk(raw)
    case = ("gbk-in-array" if array else "gbk") if chinese is not None else "other"
    text = chinese if chinese is not None else raw.decode("utf-8", "replace")
    nearby = raw[max(0, start - 8) : start + 12]
    found = shown(nearby.decode("gb18030", "replace")) if chinese is not None else repr(nearby)[1:][:80]
    note("not-utf8", case, found=found, values={"byte": f"0x{byte:02x}", "column": start + 1})
    return text


def _without_nul(text: str, note: Callable[..., None]) -> str:
    if "\0" not in text:
        return text
    note("nonstandard-json", "nul", text.index("\0"), values={"count": text.count("\0")})
    return text.strip("\0" + WHITE).replace("\0", "\\u0000")


def _odd(text: str, array: bool, note: Callable[..., None]) -> list[Any] | None:
    """What Python's parser takes and the standard does not: NaN, Infinity, lone surrogates, 1e999."""
    constants: list[str] = []

    def constant(name: str) -> float:
        constants.append(name)
        return float(name.replace("Infinity", "inf"))

    try:
        value = json.loads(text, parse_constant=constant)
    except (ValueError, RecursionError):
        return None
    suffix = "-in-array" if array else ""
    if constants:
        at = find(value, lambda v: type(v) is float and not math.isfinite(v))
        note("nonstandard-json", f"nan{suffix}", pointer=at, found=constants[0])
    at = find(value, lambda v: type(v) is str and _lone(v))
    if at is not None:
        broken = _lone_escape(text)
        low = broken is not None and broken[2:4].lower() in ("dc", "dd", "de", "df")
        case = f"lone-low-surrogate{suffix}" if array and low else f"lone-surrogate{suffix}"
        note("nonstandard-json", case, pointer=at, found=broken)
    if not constants:
        at = find(value, lambda v: type(v) is float and math.isinf(v))
        if at is not None:
            note("nonstandard-json", f"number-too-big{suffix}", pointer=at)
    return [_clean(value)]


def _lone(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text) if not text.isascii() else False


def _lone_escape(text: str) -> str | None:
    high: str | None = None
    end = -1
    for match in ESCAPE.finditer(text):
        code = int(match[1], 16) if match[1] else 0
        if high is not None and not (0xDC00 <= code < 0xE000 and match.start() == end):
            return high
        if 0xDC00 <= code < 0xE000 and high is None:
            return match[0]
        high, end = (match[0], match.end()) if 0xD800 <= code < 0xDC00 else (None, -1)
    return high


def _clean(value: Any) -> Any:
    """The value without lone surrogates, which nothing downstream can encode."""
    if isinstance(value, str):
        return (
            value
            if value.isascii() or not _lone(value)
            else "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in value)
        )
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value


def find(value: Any, wanted: Callable[[Any], bool]) -> str | None:
    """Pointer to the first value (or key) that is ``wanted``, None if there is none."""
    stack: list[tuple[Any, str]] = [(value, "")]
    while stack:
        item, at = stack.pop()
        if wanted(item):
            return at
        if isinstance(item, dict):
            if any(wanted(key) for key in item):
                return at
            stack.extend((kid, at + pointer(_clean(key))) for key, kid in reversed(item.items()))
        elif isinstance(item, list):
            stack.extend((kid, f"{at}/{number}") for number, kid in reversed(list(enumerate(item))))
    return None


def _several(text: str, note: Callable[..., None]) -> list[Any] | None:
    """Several objects on one line: fine if only blanks stand between them, broken if commas or anything else do."""
    values: list[Any] = []
    decoder, at, bad = json.JSONDecoder(), 0, -1
    while at < len(text):
        if text[at] in WHITE:
            at += 1
        elif text[at] == "," and values:
            bad, at = (at if bad < 0 else bad), at + 1
        else:
            try:
                value, at = decoder.raw_decode(text, at)
            except (ValueError, RecursionError):
                return None
            values.append(_clean(value))
    if bad >= 0:
        note("line-not-json", "trailing-comma", bad)
    return values


def _case(text: str, position: int) -> str:
    return "python-literal" if PYTHON.search(text[max(0, position - 40) : position + 10]) else "other"


class _Pairs(dict[str, Any]):
    """An object that remembers which keys were written twice, and which of them with different values."""

    twice: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def _pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
    made = _Pairs(items)
    if len(made) != len(items):
        seen: set[str] = set()
        made.twice = tuple(key for key, _ in items if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        made.lost = tuple(dict.fromkeys(key for key, value in items if key in made.twice and value != made[key]))
    return made


def hidden_problems(record: Record) -> list[Problem]:
    """Keys written twice in one object: parsing keeps the last one and says nothing."""
    if record.raw is None:
        return []
    try:
        value = json.loads(record.raw.decode("utf-8"), object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        return []
    case = "duplicate-key" if record.line is not None else "duplicate-key-in-array"
    problems: list[Problem] = []
    stack: list[tuple[Any, str]] = [(value, "")]
    while stack:
        item, at = stack.pop()
        if isinstance(item, dict):
            for key in getattr(item, "lost" if record.line is None else "twice", ()):
                name = _clean(key)
                problems.append(
                    Problem(
                        "nonstandard-json",
                        case,
                        record.index,
                        record.line,
                        at + pointer(name),
                        found=shown(name),
                        values={"key": name[:40], "lost": key in getattr(item, "lost", ())},
                    )
                )
            stack.extend((kid, at + pointer(_clean(key))) for key, kid in reversed(item.items()))
        elif isinstance(item, list):
            stack.extend((kid, f"{at}/{number}") for number, kid in reversed(list(enumerate(item))))
    return problems
