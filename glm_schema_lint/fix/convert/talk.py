"""A conversation as it is between two dialects: turns of text and images in order, calls, tools, and all else beside them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ...wording import Text

Kind = Literal["system", "user", "assistant", "result"]
Lose = Callable[[Text], None]
PLACEHOLDER: Final = "<image>"


class CannotCarryError(Exception):
    """A record that the other dialect has no form for; ``rule`` names what would be wrong with it there."""

    def __init__(self, rule: str, what: Text) -> None:
        super().__init__(what.en)
        self.rule, self.what = rule, what


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in the midst of text: a path, URL, bytes, or whatever the record names it by."""

    source: Any


@dataclass(frozen=True, slots=True)
class Call:
    """A function call. ``arguments`` is JSON, or the text of it where that cannot be read."""

    name: str
    arguments: Any

    @property
    def text(self) -> str:
        """The arguments as JSON text."""
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments, ensure_ascii=False)


@dataclass(slots=True)
class Said:
    """One turn."""

    kind: Kind
    parts: list[str | Picture] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text without its images."""
        return "".join(part for part in self.parts if isinstance(part, str))

    @property
    def pictures(self) -> list[Picture]:
        """The images of the turn in order."""
        return [part for part in self.parts if isinstance(part, Picture)]

    def marked(self) -> str:
        """The text with ``<image>`` where an image stands."""
        return "".join(part if isinstance(part, str) else PLACEHOLDER for part in self.parts)


@dataclass(slots=True)
class Talk:
    """One record. ``tools`` is a list of tools or None; ``beside`` holds the keys that are no part of the conversation."""

    turns: list[Said] = field(default_factory=list)
    tools: list[Any] | None = None
    beside: dict[str, Any] = field(default_factory=dict)

    @property
    def pictures(self) -> list[Picture]:
        """All images in order."""
        return [picture for turn in self.turns for picture in turn.pictures]


def spread(text: str, images: list[Any]) -> tuple[list[str | Picture], list[Any]]:
    """``text`` cut at its placeholders, as many as there are images, and the images that are left."""
    pieces = text.split(PLACEHOLDER, len(images)) if images else [text]
    parts: list[str | Picture] = []
    left = list(images)
    for number, piece in enumerate(pieces):
        if number:
            parts.append(Picture(left.pop(0)))
        if piece:
            parts.append(piece)
    return parts, left
