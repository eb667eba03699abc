"""Whose fault an unknown role is: the record's, or that of the tags in dataset_info.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..record import MISSING, Conversation, Split, Turn
from ..targets import Target
from .mapping import TAGS, Mapping

ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "system_tag": ("system",),
    "user_tag": ("human", "user"),
    "assistant_tag": ("gpt", "assistant", "bot", "model"),
    "observation_tag": ("observation", "tool", "tool_response", "function_response"),
    "function_tag": ("function_call", "tool_call", "function"),
}
"""Role names people write, by the tag that would make the trainer know them."""
RARE: Final = 10
"""A tag is at fault where at most one in so many of the first records uses its word: changing it hurts the others."""


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
        elif mapping.takes[tag] not in words and not _in_use(mapping, tag):
            yield WrongTag(turn, tag, "other")


def fitting_tags(mapping: Mapping, wrong: WrongTag) -> dict[str, str]:
    """The whole ``tags`` block that reads the records: a block that is there sets every tag it does not list to None.

    A tag that the first records contradict names the word most of them use; where none of them uses any, the tag of
    ``wrong`` names its own.
    """
    block = {tag: word for tag, word in mapping.takes.items() if tag in TAGS and word}
    for tag, names in ALIASES.items():
        used = [word for word, _ in mapping.words if word in names]
        if used and not _in_use(mapping, tag):
            block[tag] = used[0]
        elif tag == wrong.tag:
            block[tag] = str(wrong.turn.role)
    return {tag: block[tag] for tag in TAGS if tag in block}


def _in_use(mapping: Mapping, tag: str) -> bool:
    """True if enough of the first records use the word of the tag for another word to be a slip of its own record."""
    counts = dict(mapping.words)
    own = counts.get(mapping.takes[tag] or "", 0)
    other = max((counts.get(word, 0) for word in ALIASES[tag] if word != mapping.takes[tag]), default=0)
    return own * RARE > own + other


def config_explains(talk: Conversation, split: Split, target: Target) -> bool:
    """True if the stanza, not the record, makes roles unknown: a CFG rule speaks of it, CONV rules stay silent."""
    mapping = mapping_in_force(split, target)
    if mapping is None or mapping.formatting == "alpaca":
        return False
    if mapping.lost or (talk.turns and all(turn.role is MISSING for turn in talk.turns)):
        return True
    return next(wrong_tags(talk, mapping), None) is not None
