"""Why placeholders and images of a record do not agree: one cause, and so one rule, per record."""

from __future__ import annotations

from typing import NamedTuple

from ...location import pointer
from ...record import Conversation, Turn
from ...targets.behaviours import ANSWERS, empty_slots, listed
from ...views import reads_of
from .._base import Context

KEYS = ("images", "image")


class Cause(NamedTuple):
    """``rule`` owns the disagreement; ``turn`` is where to look first, None for the record as a whole."""

    rule: str
    case: str
    images: int
    marks: int
    turn: Turn | None = None
    at: str = ""
    """Where else to look first: a system prompt beside the messages."""


def cause(talk: Conversation, ctx: Context) -> Cause | None:
    """The cause, or None if all agree, or if a role or a text is wrong so that nothing can be counted."""
    policy = ctx.target.image.placeholders
    if any(turn.kind is None for turn in talk.turns) or ctx.target.image.placeholder is None:
        return None
    if any(not image.source for image in talk.images):
        return None  # an empty entry is no image to count, and has a rule of its own
    if talk.images_pointer is None and ctx.split.mapping is not None and any(talk.value.get(key) for key in KEYS):
        return None  # the stanza does not map the key the images stand under, which has a rule of its own
    if policy in ("none", "parts"):
        return (_slots(talk) if policy == "parts" else None) or _literal(talk)
    if policy == "prepended":
        if any(not isinstance(turn.content, str | list) for turn in talk.turns):
            return None
        parts = sum(_image_parts(turn) for turn in talk.turns)
        return _fronted(talk, parts) or _compare(talk, len(talk.images), talk.placeholders + parts, ordered=True)
    if any(not isinstance(turn.content, str) for turn in talk.turns):
        return None
    if getattr(ctx.split.mapping, "purpose", "sft") != "sft":
        return None  # answers stand in further columns, and their placeholders count too
    return _unseen(talk, ctx) or _compare(talk, len(listed(talk)), talk.placeholders)


def _fronted(talk: Conversation, parts: int) -> Cause | None:
    """A placeholder in a leading system turn is the first there is, and takes the first image."""
    leader = next((turn for turn in talk.turns if turn.kind == "system" and turn.placeholders), None)
    images = len(talk.images)
    if leader is None or not images:
        return None
    marks = talk.placeholders + parts
    if marks - leader.placeholders == images:
        return Cause("placeholder-in-system", "takes-image", images, marks, leader, leader.content_pointer)
    return (
        Cause("placeholder-in-system", "holds-image", images, marks, leader, leader.content_pointer)
        if marks == images
        else None
    )


def _unseen(talk: Conversation, ctx: Context) -> Cause | None:
    """A placeholder in the system prompt, where it is neither counted nor replaced (mm_plugin.py:189-216)."""
    images, mark = len(listed(talk)), ctx.target.image.placeholder or ""
    leader = next((turn for turn in talk.turns if turn.kind == "system" and turn.placeholders), None)
    written, at = (leader.placeholders, leader.content_pointer) if leader else (0, "")
    reads = reads_of(ctx.target, ctx.split)
    if leader is None and reads is not None and reads.system:  # a system prompt beside the messages
        beside = talk.value.get(reads.system)
        written, at = beside.count(mark) if isinstance(beside, str) else 0, pointer(reads.system)
    if not images or not written:
        return None
    if talk.placeholders == images:
        return Cause("placeholder-in-system", "literal", images, talk.placeholders, leader, at)
    if talk.placeholders + written == images:
        return Cause("placeholder-in-system", "", images, talk.placeholders, leader, at)
    return None


def _compare(talk: Conversation, images: int, marks: int, ordered: bool = False) -> Cause | None:
    if images == marks:
        return None
    marked = [turn for turn in talk.turns if turn.placeholders and turn.kind != "system"]
    answers = [turn for turn in marked if turn.kind in ANSWERS]
    in_answers = sum(turn.placeholders for turn in answers)
    first = marked[0] if marked else None
    if marks == 0:
        return Cause("placeholder-missing", "one" if images == 1 else "several", images, marks)
    if answers and marks - in_answers == images:
        case = "no-images" if talk.images_pointer is not None else "text-only"
        if images:
            case = "takes-image" if ordered and _reaches(talk, answers[0], images) else ""
        return Cause("placeholder-in-answer", case, images, marks, answers[0])
    if images == 0:
        case = "no-images" if talk.images_pointer is not None else "text-only"
        return Cause("placeholder-count-mismatch", case, images, marks, first)
    if len(marked) > 1 and not answers and all(turn.placeholders == images for turn in marked):
        return Cause("placeholder-repeated", "", images, marks, marked[1])
    return Cause("placeholder-count-mismatch", "more" if marks > images else "fewer", images, marks, first)


def _reaches(talk: Conversation, answer: Turn, images: int) -> bool:
    """True if fewer than ``images`` placeholders stand before ``answer``, so that its own takes an image."""
    before = 0
    for turn in talk.turns:
        if turn is answer:
            break
        before += turn.placeholders
    return before < images


def _slots(talk: Conversation) -> Cause | None:
    """TRL fills slots, not text: unfilled image parts, or the place before the first user text."""
    images, slots = len(listed(talk)), empty_slots(talk)
    if images == slots:
        return None
    if slots == 0:
        return Cause("placeholder-missing", "one" if images == 1 else "several", images, slots)
    case = "no-images" if images == 0 else "more" if slots > images else "fewer"
    return Cause("placeholder-count-mismatch", case, images, slots)


def _literal(talk: Conversation) -> Cause | None:
    """The target has no text placeholders: one beside a real image is left in the prompt as plain text."""
    marked = [turn for turn in talk.turns if turn.placeholders]
    if not talk.images or not marked:
        return None
    return Cause("placeholder-count-mismatch", "literal", len(talk.images), talk.placeholders, marked[0])


def _image_parts(turn: Turn) -> int:
    """Content parts that ms-swift turns into a placeholder (template_inputs.py:149-176)."""
    if not isinstance(turn.content, list):
        return 0
    return sum(isinstance(part, dict) and part.get("type") in ("image", "image_url") for part in turn.content)
