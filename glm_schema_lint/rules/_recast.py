"""Values that `datasets` turns into others on loading, by what the rest of their chunk and the first one hold.

Numbers in a column of text become text, text that is JSON in a column kept as Json becomes what it says (ran on datasets
3.6.0, 4.7.0, 4.8.4, 5.0.0 and 5.2.0).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple

import orjson

from ..stats import Path
from ._loads import Load, Part, classes, folded, kinds, loose

NUMBERS: Final = frozenset(("bool", "int", "float"))


class Change(NamedTuple):
    """What becomes of values at ``path``: numbers become ``text``, text that is JSON becomes the ``value`` it stands for."""

    path: Path
    way: Literal["text", "value"]


def changes(load: Load, part: Part, *, keeps: bool) -> Iterator[Change]:
    """What loading changes in ``part``; ``keeps`` says that a column of mixed types or keys is kept as Json.

    A chunk is cast to the first one as a whole, so numbers become text only where all of it holds one sort of them.
    """
    head = load.head.data
    for path, stat in part.data.paths.items():
        found = kinds(stat)
        if not found or not path or folded(path, head) or folded(path, part.data):
            continue
        if keeps and load.text and loose(head, path):
            if "str" in found and not loose(head, path[:-1]):
                yield Change(path, "value")
        elif part is load.head or not found <= NUMBERS or len(classes(found)) > 1:
            continue
        elif kinds(head.paths.get(path)) == {"str"}:
            yield Change(path, "text")


def recast(value: Any, made: tuple[Change, ...]) -> Any:
    """``value`` as it is loaded; the same object if nothing in it changes."""
    for change in made:
        value = _at(value, change.path, change.way)
    return value


def _at(value: Any, path: Path, way: str) -> Any:
    if not path:
        return _text(value) if way == "text" else _said(value)
    if path[0] == "[]":
        if not isinstance(value, list):
            return value
        items = [_at(item, path[1:], way) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if not isinstance(value, dict) or path[0] not in value:
        return value
    old = value[path[0]]
    new = _at(old, path[1:], way)
    return value if new is old else {**value, path[0]: new}


def _text(value: Any) -> Any:
    """A number as Arrow writes it, but for the digits of very large ones."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value).removesuffix(".0")
    return value


def _said(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return value
