"""What length rules share: how many tokens a record surely has, where its answers and images surely stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ...record import Conversation, ImageRef, Turn
from ...targets.tokens import image_cost
from ...wording import Text
from .._base import Context
from ..cfg._place import own_config

PREFIX = 2
"""[gMASK] and <sop> stand before every row of the GLM-4 family."""


class Span(NamedTuple):
    """A turn and the tokens it stands at: ``start`` is the least index of its role token, ``end`` of what follows."""

    turn: Turn
    start: int
    end: int


class Measured(NamedTuple):
    """A record in tokens, never more than it really has. ``images`` is the least index behind its last image."""

    spans: list[Span]
    total: int
    images: int
    image_tokens: int


def measure(talk: Conversation, ctx: Context) -> Measured:
    """The record in tokens: one for each role, text as the counter says, images by the target's formula."""
    if ctx.memo is not None and ctx.memo[0] is talk:
        known: Measured = ctx.memo[1]
        return known
    queue = [ref for ref in talk.images if ref.turn is None]
    spans, at, behind, pictures = [], PREFIX, 0, 0
    first = next((turn for turn in talk.turns if turn.kind == "user"), talk.turns[0] if talk.turns else None)
    surplus = len(queue) - sum(turn.placeholders for turn in talk.turns)
    for turn in talk.turns:
        refs = list(turn.images)
        take = turn.placeholders + (max(surplus, 0) if turn is first else 0)
        refs, queue = refs + queue[:take], queue[take:]
        start, at = at, at + 1
        if cost := sum(_image(ref, ctx) for ref in refs):
            pictures, at = pictures + cost, at + cost
            behind = at
        at += _text(turn, ctx)
        spans.append(Span(turn, start, at))
    found = Measured(spans, at, behind, pictures)
    ctx.memo = talk, found
    return found


def _text(turn: Turn, ctx: Context) -> int:
    mark, text = ctx.target.image.placeholder, turn.text
    if ctx.counter is None or not text:
        return 0
    if not ctx.counter.exact and not ctx.target.length.vocabulary:
        return 0
    return ctx.counter(text.replace(mark, "") if mark else text)


def _image(ref: ImageRef, ctx: Context) -> int:
    """Tokens of one image against the limit; 0 where its size is not known or the processor refuses it."""
    formula = ctx.target.image.tokens
    if formula is None or ctx.images is None or ctx.images.level in ("none", "exists"):
        return 0
    facts: Any = ctx.images.look(ref.source, ctx)
    cost = image_cost(formula, facts.size, ctx.setting) if facts.size and min(facts.size) else None
    return 0 if cost is None else cost.counted


def most(limit: int, ctx: Context) -> str | Text:
    """The limit as a message gives it: where it comes from, if no config and no user names it."""
    config = own_config(ctx)
    for name in ctx.target.length.limit:
        if ctx.max_length is None and getattr(config, "unset", {}).get(name) == ctx.settings.get(name) == limit:
            return Text(
                f"{limit:,} ({config.source} does not set {name}: {limit:,} by default)",
                f"{limit:,}（{config.source} 没有写 {name}，取默认值）",
            )
    return f"{limit:,}"


class Over(NamedTuple):
    """A record that is surely too long: the defect it is reported by, where, and what it measures."""

    defect: str
    pointer: str
    tokens: int
    limit: int
    way: str


def over(talk: Conversation, ctx: Context) -> Over | None:
    """What a training row of this record runs into first; None if it may fit, or is no training row here."""
    length, limit = ctx.target.length, ctx.limit()
    if limit is None or (length.eval_input and ctx.split.kind != "train"):
        return None
    found, way = measure(talk, ctx), length.way(ctx.setting)
    if found.total <= limit or way == "none":
        return None
    last = found.spans[-1].turn.pointer if found.spans else talk.messages_pointer
    spared = length.keeps_images and way == "end"
    if way in ("end", "shared", "pieces") and found.images > limit and not spared:
        return Over("image-tokens-cut", talk.images[-1].pointer, found.images, limit, way)
    answers = list(learned(found, ctx))
    if way == "end":
        if not answers or answers[-1].end <= limit:
            return None  # what is lost was not trained anyway
        if answers[0].start + 1 >= limit:
            return Over("answer-beyond-limit", answers[0].turn.pointer, answers[0].start, limit, way)
    lost = next((span.turn.pointer for span in found.spans if span.end > limit), last)
    return Over("record-over-limit", "" if way in ("refused", "start") else lost, found.total, limit, way)


def learned(found: Measured, ctx: Context) -> Iterator[Span]:
    """The answers of a row that are trained: all, or the last where the target takes a record for one answer."""
    answers = [span for span in found.spans if span.turn.kind in ("assistant", "function")]
    yield from answers[-1:] if ctx.setting("combine") is True else answers
