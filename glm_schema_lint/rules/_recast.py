"""Values that `datasets` turns into others on loading, by what the rest of their chunk and the first one hold.

Numbers in a column of text become text, text that is JSON in a column kept as Json becomes what it says (ran on datasets
3.6.0, 4.7.0, 4.8.4, 5.0.0 and 5.2.0).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any, Final, Literal, NamedTuple

import orjson

from ..location import pointer
from ..stats import ChunkStats, Path, PathStat
from ._loads import Load, Part, below, classes, folded, kinds

NUMBERS: Final = frozenset(("bool", "int", "float"))
_WHITE: Final = " \t\r\n"
_STARTS: Final = frozenset('{["-0123456789tfn')
"""How JSON begins."""


class Change(NamedTuple):
    """What becomes of values at ``path``: numbers become ``text``, text that is JSON becomes the ``value`` it stands for."""

    path: Path
    way: Literal["text", "value"]
    read: bool = False
    """True if the target reads ``path`` as text, so that a value in its place is not what was meant."""


def kept(load: Load) -> dict[Path, bool]:
    """The paths that releases which can do so keep as Json: the topmost that mix types or sets of keys in the first chunk.

    True for those that are seen before it is parsed, as they hold lists or objects; mixed scalars show in parsing alone.
    """
    found: dict[Path, bool] = {}
    if not load.text:
        return found
    data: ChunkStats = load.head.data
    kids: dict[Path, list[PathStat]] = {}
    for path, stat in data.paths.items():
        if path:
            kids.setdefault(path[:-1], []).append(stat)
    tops: set[Path] = set()
    for path in sorted(data.paths, key=len):
        if not path or below(path, tops):
            continue
        types = kinds(data.paths[path])
        mixed = len(classes(types)) > 1
        if mixed or (types == {"dict"} and (path not in kids or any(kid.absences for kid in kids[path]))):
            found[path] = not mixed or not types.isdisjoint(("dict", "list"))
            tops.add(path)
    return found


def rewritten(load: Load, part: Part, json: dict[Path, bool]) -> bool:
    """True if the lines of ``part`` are read by a lenient parser and written anew before Arrow sees them."""
    return any(early or part is not load.head for early in json.values())


def changes(load: Load, part: Part, json: Set[Path]) -> Iterator[Change]:
    """What loading changes in ``part``; ``json`` are the paths that are kept as Json.

    A chunk is cast to the first one as a whole, so numbers become text only where all of it holds one sort of them.
    """
    head = load.head.data
    for path, stat in part.data.paths.items():
        found = kinds(stat)
        if not found or not path or folded(path, head) or folded(path, part.data):
            continue
        if path in json:
            if "str" in found:
                yield Change(path, "value")
        elif below(path, json) or part is load.head or not found <= NUMBERS or len(classes(found)) > 1:
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


def misread(value: Any, made: Iterable[Change]) -> Iterator[tuple[Path, str, Any, Any]]:
    """Texts that are read as something else: path, pointer, the text, what it becomes. A number prints as it was."""
    for change in made:
        if change.read and change.way == "value":
            for at, text in _texts(value, change.path, ""):
                said = _said(text)
                if said is not text and not (type(said) in (int, float) and str(said) == text):
                    yield change.path, at, text, said


def _texts(value: Any, path: Path, at: str) -> Iterator[tuple[str, str]]:
    if not path:
        if isinstance(value, str):
            yield at, value
    elif path[0] == "[]":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _texts(item, path[1:], at + pointer(index))
    elif isinstance(value, dict) and path[0] in value:
        yield from _texts(value[path[0]], path[1:], at + pointer(path[0]))


def _text(value: Any) -> Any:
    """A number as Arrow writes it, but for the digits of very large ones."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value).removesuffix(".0")
    return value


def _said(value: Any) -> Any:
    if not isinstance(value, str) or value.lstrip(_WHITE)[:1] not in _STARTS:
        return value
    try:
        return orjson.loads(value)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return value
