"""What stands under each path of the records of a split, gathered in one pass. Memory follows the paths, not the data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..chunks import KEYS_LIMIT
from ..location import Location, pointer
from ..record import Opaque, Record
from ..shapes import DEPTH_LIMIT
from ..show import quote, safe

PATHS_LIMIT: Final = 2_000
"""Paths of one split that are told apart; what is nested below the last of them is counted, not described."""
WORDS: Final = 12
"""A field with at most so many different short strings is shown with all of them."""
WORD: Final = 32
"""Characters of a short string."""
ITEMS: Final = 6
"""Items of a list that an example shows."""
JSON_TYPES: Final = {
    type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object",
}  # fmt: skip


class Node:
    """One path: how often it stands, what types it holds, how long and how large they are."""

    __slots__ = (
        "count", "example", "item", "items", "kids", "lengths", "objects", "range", "shown", "types", "wide", "words",
    )  # fmt: skip

    def __init__(self) -> None:
        self.count = 0
        """Objects that hold the key; null counts."""
        self.objects = 0
        """Objects that stand here: what the keys below it are counted against."""
        self.types: dict[str, int] = {}
        self.lengths: tuple[int, int, int, int] | None = None
        """Least and greatest length, their sum and number: characters of strings, items of arrays."""
        self.range: tuple[float, float] | None = None
        self.words: dict[str, int] | None = {}
        """Different short strings with their counts; None once they are too many or too long."""
        self.example: Location | None = None
        self.shown = ""
        self.kids: dict[str, Node] = {}
        self.wide = False
        """True once the keys were too many to be told apart: they are the one key ``*``."""
        self.item: Node | None = None
        """What the items of arrays are."""
        self.items = 0

    def absorb(self, other: Node) -> None:
        """Count what another path saw as well; where both have an example, this one's stays."""
        self.count += other.count
        self.objects += other.objects
        self.items += other.items
        for name, count in other.types.items():
            self.types[name] = self.types.get(name, 0) + count
        if other.lengths is not None:
            low, high, total, number = other.lengths
            mine = self.lengths or (low, high, 0, 0)
            self.lengths = min(mine[0], low), max(mine[1], high), mine[2] + total, mine[3] + number
        if other.range is not None:
            self.reach(*other.range)
        for word, count in (other.words or {}).items():
            self.say(word, count)
        if other.words is None:
            self.words = None
        if self.example is None:
            self.example, self.shown = other.example, other.shown
        for key, kid in other.kids.items():
            self.kids.setdefault("*" if self.wide else key, Node()).absorb(kid)
        if other.item is not None:
            self.item = self.item or Node()
            self.item.absorb(other.item)

    def reach(self, low: float, high: float) -> None:
        """Count numbers between ``low`` and ``high``."""
        self.range = (low, high) if self.range is None else (min(self.range[0], low), max(self.range[1], high))

    def say(self, word: str, count: int = 1) -> None:
        """Count a string."""
        words = self.words
        if words is None:
            return
        if word in words:
            words[word] += count
        elif len(words) < WORDS and len(word) <= WORD:
            words[word] = count
        else:
            self.words = None

    def measure(self, length: int) -> None:
        """Count a length."""
        low, high, total, number = self.lengths or (length, length, 0, 0)
        self.lengths = min(low, length), max(high, length), total + length, number + 1


class Tree:
    """The paths of one split. ``root`` is the record itself."""

    def __init__(self, split: str) -> None:
        self.root = Node()
        self.records = 0
        self.paths = 0
        self.left_out = False
        """True if there were more paths than PATHS_LIMIT."""
        self._split = split

    def add(self, record: Record, file: str | None) -> None:
        """Count one record of ``file``."""
        self.records += 1
        where = Location(file, record.index, record.line, "", split=self._split if file is None else None)
        self._grow(self.root, record.value, where, "", DEPTH_LIMIT)

    def _grow(self, node: Node, value: Any, where: Location, at: str, depth: int) -> None:
        kind = type(value)
        if kind is list or (hasattr(value, "dtype") and getattr(value, "ndim", 0) > 0):
            self._list(node, value, where, at, depth)
            return
        name = JSON_TYPES.get(kind) or _other(value)
        node.types[name] = node.types.get(name, 0) + 1
        if kind is dict:
            node.objects += 1
            if depth:
                self._keys(node, value, where, at, depth)
        elif kind is str:
            node.measure(len(value))
            node.say(value)
            if value:
                self._show(node, value, where, at)
        elif kind is int or kind is float:
            if value == value:  # not NaN: nothing is less or greater than that
                node.reach(value, value)
            self._show(node, value, where, at)
        elif kind is Opaque and value.length is not None:
            node.measure(value.length)
        elif value is not None and kind is not Opaque:
            self._show(node, value, where, at)

    def _keys(self, node: Node, value: dict[Any, Any], where: Location, at: str, depth: int) -> None:
        for key, item in value.items():
            name = "*" if node.wide else str(key)
            kid = node.kids.get(name)
            if kid is None:
                if self.paths >= PATHS_LIMIT:
                    self.left_out = True
                    continue
                if len(node.kids) >= KEYS_LIMIT:
                    self._widen(node)
                    name = "*"
                kid = node.kids.setdefault(name, Node())
                self.paths += 1
            kid.count += 1
            self._grow(kid, item, where, at + pointer(str(key)), depth - 1)

    def _widen(self, node: Node) -> None:
        """Too many different keys: they are data, not names of fields."""
        node.wide = True
        one = Node()
        for kid in node.kids.values():
            one.absorb(kid)
        self.paths -= len(node.kids) - 1
        node.kids = {"*": one}

    def _list(self, node: Node, value: Any, where: Location, at: str, depth: int) -> None:
        node.types["array"] = node.types.get("array", 0) + 1
        size = len(value)
        node.measure(size)
        node.items += size
        item = node.item = node.item or Node()
        if not depth or not size:
            return
        if hasattr(value, "dtype"):
            if value.dtype.kind in "iuf":
                name = "number" if value.dtype.kind == "f" else "integer"
                item.types[name] = item.types.get(name, 0) + int(value.size)
                item.reach(value.min().item(), value.max().item())
                self._show(node, value.reshape(-1)[:ITEMS].tolist(), where, at, int(value.size))
                return
            value = value.tolist()
        types = set(map(type, value))
        if types == {int} or types == {float}:  # a list of token ids is not walked one by one
            name = JSON_TYPES[types.pop()]
            item.types[name] = item.types.get(name, 0) + size
            known = value if name == "integer" else [number for number in value if number == number]
            if known:
                item.reach(min(known), max(known))
            self._show(node, value[:ITEMS], where, at, size)
            return
        for index, entry in enumerate(value):
            self._grow(item, entry, where, at + pointer(index), depth - 1)

    def _show(self, node: Node, value: Any, where: Location, at: str, size: int = 0) -> None:
        if node.example is not None:
            return
        node.example = Location(where.file, where.record, where.line, at, split=where.split)
        if isinstance(value, list):
            more = ", …" if size > len(value) else ""
            node.shown = "[" + ", ".join(quote(n, 24) for n in value) + more + "]"
        else:
            node.shown = quote(value, 72)

    def walk(self) -> Iterator[tuple[tuple[str, ...], Node, int]]:
        """Every key that stands somewhere: its path (items of arrays are ``[]``), what it holds, objects above it."""
        yield from _walk(self.root, ())


def _walk(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node, int]]:
    for key, kid in node.kids.items():
        here = (*path, key)
        yield here, kid, node.objects
        yield from _walk(kid, here)
    if node.item is not None:
        yield from _walk(node.item, (*path, "[]"))


def _other(value: Any) -> str:
    """The type of what JSON does not know: an Arrow type, bytes, an object in memory."""
    if isinstance(value, Opaque):
        return "null" if value.length is None else safe(value.type)
    return "bytes" if isinstance(value, bytes) else type(value).__name__
