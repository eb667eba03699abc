"""What image rules share: the images of a record with what is known of them, and how one is blamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...finding import Hit
from ...record import Conversation, ImageRef
from .._base import Context
from .._show import quote


def opened(talk: Conversation, ctx: Context) -> list[ImageRef]:
    """The images that the target opens. One that stands where it never looks is the business of other rules."""
    where = ctx.target.image.where
    if where == "first-message":
        return on_messages(talk)
    return [ref for ref in talk.images if ref.turn is None] if where == "list" else talk.images


def looked(talk: Conversation, ctx: Context, *problems: str) -> Iterator[tuple[ImageRef, Any]]:
    """Images of the record with their facts: those with one of ``problems``, or all if none is named."""
    if ctx.images is None:
        return
    for ref in opened(talk, ctx):
        facts = ctx.images.look(ref.source, ctx)
        if not problems or facts.problem in problems:
            yield ref, facts


def written(source: Any) -> Any:
    """The path or URL in ``source`` as the record writes it."""
    if isinstance(source, dict):
        return next((source[key] for key in ("path", "url") if isinstance(source.get(key), str)), source)
    return source


def blame(ref: ImageRef, facts: Any, case: str = "", expected: str | None = None) -> Hit:
    """A hit at one image. Its path goes along, so that paths under one folder can be told of together."""
    name = written(ref.source)
    width, height = facts.size or (0, 0)
    values: dict[str, object] = {
        "place": facts.place or "", "what": facts.detail, "width": width, "height": height,
        "pixels": f"{width * height / 1e6:.1f}", "mode": facts.mode or "", "turn": facts.orientation or 1,
    }  # fmt: skip
    if facts.kind == "path":
        values["path"] = name
    return Hit(ref.pointer, case, quote(name), expected, values)


def on_messages(talk: Conversation) -> list[ImageRef]:
    """Images that a message names with a key of its own, beside its content."""
    return [ref for turn in talk.turns for ref in turn.images if not ref.pointer.startswith(f"{turn.content_pointer}/")]
