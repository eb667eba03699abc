"""The shape of a value: its keys and JSON types, interned so that equal shapes are one object. Imports nouns only."""

from __future__ import annotations

from typing import Any, Final

from .record import Opaque

INTERN_LIMIT: Final = 50_000
"""Interned shapes held at once; files whose every record differs must not grow memory."""
SEQUENCE_LIMIT: Final = 64
"""Lists up to this length are interned item by item, so equal shapes mean equal messages; longer never are."""
DEPTH_LIMIT: Final = 63
"""Deeper records are reported, not walked."""


class TooDeepError(ValueError):
    """A record nested deeper than DEPTH_LIMIT."""


class Shape:
    """Keys and JSON types of a value, interned by the Shaper that made it: equal shapes are one object.

    ``type`` is ``null bool int float str list dict`` or the Arrow type of a cell that was not read. ``items`` of a
    list are its distinct item shapes with the index of the first of each. ``written`` is True if a string or a decimal
    stands anywhere in it: what a cast may turn into a whole number.
    """

    __slots__ = ("depth", "items", "keys", "kids", "scalar", "type", "written")

    def __init__(
        self,
        type_: str,
        keys: tuple[str, ...] = (),
        kids: tuple[Shape, ...] = (),
        items: tuple[tuple[Shape, int], ...] = (),
    ) -> None:
        self.type, self.keys, self.kids, self.items = type_, keys, kids, items
        self.scalar = not kids and not items and type_ not in ("dict", "list")
        depth, written = 0, type_ == "str" or type_ == "float"
        for one in (*kids, *(item for item, _ in items)):
            depth, written = max(depth, one.depth), written or one.written
        self.depth: int = 1 + depth
        self.written: bool = written

    def child(self, key: str) -> Shape | None:
        """The shape under ``key``, None if absent."""
        return self.kids[self.keys.index(key)] if key in self.keys else None


class Shaper:
    """Turns values into shapes. One per scan; ``keys`` counts the object keys walked since it was last set to 0."""

    def __init__(self) -> None:
        self.keys = 0
        self._scalars = {
            kind: Shape(name)
            for kind, name in ((type(None), "null"), (bool, "bool"), (int, "int"), (float, "float"), (str, "str"))
        }
        self._flat: dict[tuple[Any, ...], Shape] = {}
        self._deep: dict[tuple[Any, ...], Shape] = {}
        self._other: dict[str, Shape] = {}

    def __call__(self, value: Any, depth: int = DEPTH_LIMIT) -> Shape:
        """The shape of ``value``; raises TooDeepError below ``depth`` levels."""
        kind = type(value)
        if kind is dict:
            if not depth:
                raise TooDeepError
            self.keys += len(value)
            keys = tuple(value)
            shape = self._flat.get((keys, tuple(map(type, value.values()))))
            return self._dict(value, keys, depth) if shape is None else shape
        scalar = self._scalars.get(kind)
        if scalar is not None:
            return scalar
        if kind is list:
            return self._list(value, depth)
        return self._foreign(value)

    def _dict(self, value: dict[str, Any], keys: tuple[str, ...], depth: int) -> Shape:
        kids = tuple([self(item, depth - 1) for item in value.values()])
        shape = self._deep.get((keys, kids))
        if shape is None:
            self._make_room()
            shape = self._deep[keys, kids] = Shape("dict", keys, kids)
            types = tuple(map(type, value.values()))
            if all(t in self._scalars for t in types):
                self._flat[keys, types] = shape
        return shape

    def _list(self, value: list[Any], depth: int) -> Shape:
        if not depth:
            raise TooDeepError
        if len(value) > 8 and len(types := set(map(type, value))) == 1 and (one := self._scalars.get(types.pop())):
            sequence: tuple[Shape, ...] = (one,)
        else:
            flat, found = self._flat, []
            for item in value:
                # Messages are flat objects of few shapes: looked up here, one call less for each.
                if type(item) is dict and depth > 1:
                    keys = tuple(item)
                    shape = flat.get((keys, tuple(map(type, item.values()))))
                    self.keys += len(keys)
                    found.append(self._dict(item, keys, depth - 1) if shape is None else shape)
                else:
                    found.append(self(item, depth - 1))
            sequence = tuple(found)
        if len(sequence) <= SEQUENCE_LIMIT:
            known = self._deep.get(("[]", sequence))
            if known is not None:
                return known
        firsts: dict[Shape, int] = {}
        for index, one_item in enumerate(sequence):
            firsts.setdefault(one_item, index)
        made = Shape("list", items=tuple(firsts.items()))
        if len(sequence) <= SEQUENCE_LIMIT:
            self._make_room()
            self._deep["[]", sequence] = made
        return made

    def _foreign(self, value: Any) -> Shape:
        if isinstance(value, Opaque):
            name = "null" if value.length is None else value.type
            if name not in self._other:
                self._other[name] = Shape(name)
            return self._other[name]
        if hasattr(value, "dtype"):
            one = self._scalars[{"b": bool, "f": float}.get(value.dtype.kind, int)]
            sequence = (one,) if len(value) else ()
            items = tuple((item, 0) for item in sequence)
            return self._deep.setdefault(("[]", sequence), Shape("list", items=items))
        name = "bytes" if isinstance(value, bytes) else type(value).__name__
        return self._other.setdefault(name, Shape(name))

    def _make_room(self) -> None:
        if len(self._deep) >= INTERN_LIMIT:
            self.forget()

    def forget(self) -> None:
        """Drop interned shapes, so that memory stays flat on files whose every record differs."""
        self._flat.clear()
        self._deep.clear()
