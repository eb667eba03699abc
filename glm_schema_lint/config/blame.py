"""Whose fault an unknown role is: the record's, or that of the tags in dataset_info.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..record import MISSING, Conversation, Split, Turn
from ..targets import Target
from .mapping import Mapping

ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "system_tag": ("system",),
    "user_tag": ("human", "user"),
    "assistant_tag": ("gpt", "assistant", "bot", "model"),
    "observation_tag": ("observation", "tool", "tool_response", "function_response"),
    "function_tag": ("function_call", "tool_call", "function"),
}
"""Role names people write, by the tag that would make the trainer know them."""


class WrongTag(NamedTuple):
    """A turn whose role the stanza does not know though one of its tags is meant for it."""

    turn: Turn
    tag: str
    case: str
    """``unset`` if the tag is left out of a listed block, ``other`` if it names a word this record never uses."""


def mapping_in_force(split: Split, target: Target) -> Mapping | None:
    """The stanza's mapping if the target reads dataset_info.json and takes the split for SFT conversations."""
    mapping: Mapping | None = split.mapping if target.detect.config == "dataset_info" else None
    return mapping if mapping is not None and mapping.sft else None


def stanza_explains(split: Split, target: Target) -> bool:
    """True if no record of the split can be read as a conversation, by the stanza's doing: FIELD rules stay silent.

    Either the stanza says that they are none (preference data, pretraining text), or it names keys they do not have.
    """
    mapping: Mapping | None = split.mapping if target.detect.config == "dataset_info" else None
    return mapping is not None and (not mapping.sft or bool(mapping.lost))


def wrong_tags(talk: Conversation, mapping: Mapping) -> Iterator[WrongTag]:
    """The first turn of each role that only a tag keeps the trainer from knowing."""
    if mapping.formatting == "alpaca":
        return
    words = {turn.role for turn in talk.turns if isinstance(turn.role, str)}
    seen: set[str] = set()
    for index, turn in enumerate(talk.turns):
        if turn.kind is not None or not isinstance(turn.role, str) or turn.role in seen:
            continue
        seen.add(turn.role)
        tag = next((tag for tag, names in ALIASES.items() if turn.role in names), None)
        if tag is None or (tag == "system_tag" and index > 0):
            continue
        if not mapping.takes[tag]:
            yield WrongTag(turn, tag, "unset")
        elif mapping.takes[tag] not in words:
            yield WrongTag(turn, tag, "other")


def config_explains(talk: Conversation, split: Split, target: Target) -> bool:
    """True if the stanza, not the record, makes roles unknown: a CFG rule speaks of it, CONV rules stay silent."""
    mapping = mapping_in_force(split, target)
    if mapping is None or mapping.formatting == "alpaca":
        return False
    if mapping.lost or (talk.turns and all(turn.role is MISSING for turn in talk.turns)):
        return True
    return next(wrong_tags(talk, mapping), None) is not None
