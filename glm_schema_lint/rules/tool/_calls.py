"""Tools and calls as the target reads them: what is well formed, and what keeps the rest from being read."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ...location import pointer
from ...record import MISSING, Conversation, Turn
from ...views import reads_of
from .._base import Context

UNREAD: Final = object()
"""Stands for a text that is no JSON."""
BUILT_IN: Final = ("python", "simple_browser", "cogview")
"""Types of tools that GLM-4 knows by name alone."""
_WRAPPED: Final = re.compile("<tool_call>(.*?)</tool_call>", re.DOTALL)
_THOUGHT: Final = re.compile("<think>\n(.*?)\n</think>\n\n", re.DOTALL)
GLUED: Final = re.compile("<think>.*?</think>", re.DOTALL)


class Call(NamedTuple):
    """One call: where it stands, the index of its turn, and what it names; MISSING for what is not there."""

    pointer: str
    turn: int
    name: Any
    arguments: Any
    size: int = 1
    """Calls of the same turn."""


class Slip(NamedTuple):
    """A call that cannot be read, and why."""

    pointer: str
    case: str
    found: Any


def load(text: str, ctx: Context) -> Any:
    """The value of a JSON text, or of a Python literal where the target takes one; UNREAD if it is neither."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if ctx.target.tools.literal and len(text) < 100_000:
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            pass
    return UNREAD


def body(text: str, ctx: Context) -> str:
    """The part of a call turn that must be JSON: tags and a thought before it are left out where the target does so."""
    if not ctx.target.tools.wrapped:
        return text
    if inner := _WRAPPED.search(text):
        return inner.group(1)
    thought = _THOUGHT.search(text)
    return text.replace(thought.group(0), "") if thought else text


def _forms(ctx: Context) -> list[str]:
    openai = getattr(ctx.split.mapping, "formatting", "") == "openai" and ctx.target.detect.config == "dataset_info"
    return [*ctx.target.tools.calls, *(["tool_calls"] if openai else [])]


def calls(talk: Conversation, ctx: Context) -> list[Call | Slip]:
    """Every call of the conversation, in order."""
    forms = _forms(ctx)
    found: list[Call | Slip] = []
    for at, turn in enumerate(talk.turns):
        listed = turn.raw.get("tool_calls") if isinstance(turn.raw, dict) and "tool_calls" in forms else None
        if turn.kind in ("assistant", "function") and isinstance(listed, list) and listed:
            found.extend(_listed(turn, at, listed))
        elif turn.kind == "function" and "turn" in forms and isinstance(turn.content, str):
            found.extend(_spoken(turn, at, ctx))
        elif turn.kind == "assistant" and "metadata" in forms and isinstance(turn.raw, dict):
            name = turn.raw.get("metadata")
            if isinstance(name, str) and name.strip() and isinstance(turn.content, str):
                value = load(turn.content, ctx)
                found.append(Call(turn.pointer + "/metadata", at, name.strip(), MISSING if value is UNREAD else value))
                continue
        if (
            turn.kind == "assistant"
            and "text" in forms
            and [one.kind for one in talk.turns[at + 1 : at + 2]] == ["observation"]
        ):
            found.extend(_written(turn, at))
    return found


def good(talk: Conversation, ctx: Context) -> Iterator[Call]:
    """The calls that can be read."""
    return (call for call in calls(talk, ctx) if isinstance(call, Call))


def _listed(turn: Turn, at: int, listed: list[Any]) -> Iterator[Call | Slip]:
    for index, entry in enumerate(listed):
        here = turn.pointer + pointer("tool_calls", index)
        function = entry.get("function") or entry if isinstance(entry, dict) else None
        if not isinstance(function, dict):
            yield Slip(here, "not-object", entry)
        elif function.get("name") is None:
            yield Slip(here, "keys", function)
        else:
            inside = "/function" if function is not entry else ""
            yield Call(here + inside, at, function["name"], function.get("arguments", MISSING), len(listed))


def _written(turn: Turn, at: int) -> Iterator[Call]:
    """A call in the text of an answer: JSON with name and arguments, or the name on a line above the arguments.

    Both are in use: the first is the example of the GLM-4 repository's finetune/README.md (line 166), the second is what the
    model itself writes. Text that is neither is no call, and no mistake.
    """
    name, _, rest = turn.text.strip().partition("\n")
    for text in (turn.text, rest):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if not isinstance(value, dict):
            continue
        if text is rest and name.isidentifier():
            yield Call(turn.content_pointer, at, name, value)
        elif text is turn.text and {"name", "arguments"} <= value.keys():
            yield Call(turn.content_pointer, at, value["name"], value["arguments"])


def _spoken(turn: Turn, at: int, ctx: Context) -> Iterator[Call | Slip]:
    value = load(body(turn.content, ctx), ctx)
    if value is UNREAD:
        loose = GLUED.sub("", turn.content, count=1)
        yield Slip(
            turn.content_pointer,
            "text" if loose == turn.content or load(loose, ctx) is UNREAD else "glued",
            turn.content,
        )
    elif isinstance(value, list) and not ctx.target.tools.listed:
        yield Slip(turn.content_pointer, "list", turn.content)
    elif value == []:
        yield Slip(turn.content_pointer, "empty", turn.content)
    else:
        entries = value if isinstance(value, list) else [value]
        for entry in entries:
            if not isinstance(entry, dict):
                yield Slip(turn.content_pointer, "not-object", entry)
                continue
            given = entry.get("arguments", MISSING)
            if ctx.target.tools.literal and given in (None, MISSING):
                given = entry.get("parameters", given)
            if "name" not in entry or given is MISSING:
                yield Slip(turn.content_pointer, "keys", entry)
            else:
                yield Call(turn.content_pointer, at, entry["name"], given, len(entries))


def given(talk: Conversation, ctx: Context) -> Iterator[tuple[str, Any]]:
    """Every ``tools`` the target reads, with its pointer; what is empty is left out."""
    reads = reads_of(ctx.target, ctx.split)
    if reads is not None and reads.tools and talk.value.get(reads.tools):
        yield pointer(reads.tools), talk.value[reads.tools]
    if ctx.target.tools.on:
        for turn in talk.of_kind(ctx.target.tools.on):
            if isinstance(turn.raw, dict) and turn.raw.get("tools"):
                yield turn.pointer + "/tools", turn.raw["tools"]


def tools(talk: Conversation, ctx: Context) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every tool on offer that is an object, with its pointer (that of the whole text where it stands in one)."""
    for at, value in given(talk, ctx):
        whole = isinstance(value, str)
        listed = load(value, ctx) if whole else value
        for index, tool in enumerate(listed if isinstance(listed, list) else [listed]):
            item = load(tool, ctx) if isinstance(tool, str) and ctx.target.tools.literal else tool
            if isinstance(item, dict):
                yield at if whole else at + pointer(index), item


def function_of(tool: dict[str, Any]) -> dict[str, Any]:
    """What a tool says of its function: the object under ``function``, else the flat tool itself."""
    inner = tool.get("function")
    return inner if isinstance(inner, dict) else tool


def name_of(tool: dict[str, Any]) -> Any:
    """The name a tool is called by; built-in ones are called by their type."""
    return function_of(tool).get("name") or (tool.get("type") if tool.get("type") in BUILT_IN else None)


def anywhere(talk: Conversation) -> bool:
    """True if the record holds tools somewhere, read or not."""
    return bool(talk.value.get("tools")) or any(isinstance(t.raw, dict) and t.raw.get("tools") for t in talk.turns)
