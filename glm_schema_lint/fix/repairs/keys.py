"""Keys of records and of their messages: the empty value where some lack them, text where their types do not agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from ..alike import Place


class FillKeys:
    """keys-alike: texts that other files or messages have, empty."""

    name = "keys-alike"

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = tuple(places)

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The record with every key."""
        return [changed(value, self._places, lambda cell: "" if cell is None else cell)]


class AsText:
    """unread-as-text: a column or a key of messages that nobody reads, as JSON text; a text stays as it is."""

    name = "unread-as-text"

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = tuple(places)

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The record with text in these places."""
        return [changed(value, self._places, _text)]


def _text(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell
    return "" if cell is None else json.dumps(cell, ensure_ascii=False)


def changed(value: dict[str, Any], places: Iterable[Place], new: Callable[[Any], Any]) -> dict[str, Any]:
    """``value`` with ``new`` of what stands in each place, None where nothing does; the very object if all stay as they are."""
    made = value
    for above, key in places:
        if not above:
            made = _one(made, key, new)
            continue
        messages = made.get(above)
        if not isinstance(messages, list):
            continue
        items = [_one(item, key, new) if isinstance(item, dict) else item for item in messages]
        if any(item is not old for item, old in zip(items, messages, strict=True)):
            made = {**made, above: items}
    return made


def _one(item: dict[str, Any], key: str, new: Callable[[Any], Any]) -> dict[str, Any]:
    cell = item.get(key)
    made = new(cell)
    return item if made is cell else {**item, key: made}
