"""From a raw record to the view of it that rules read, in the words of one target."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .collect import is_whole, looks_like_number
from .location import pointer
from .record import MISSING, Conversation, ImageRef, Split, Turn
from .targets import Reads, Target
from .targets.behaviours import openai_calls


def reads_of(target: Target, split: Split) -> Reads | None:
    """Which keys the target reads in this split: its own config's word first; None if it reads no such dialect."""
    if split.mapping is not None and target.detect.config == "dataset_info":
        mapped: Reads = split.mapping.reads
        return mapped if split.mapping.sft else None
    return target.reads.get(split.dialect or "")


def roles_of(target: Target, split: Split) -> dict[str, list[str]]:
    """Kinds of turns with the spellings the target takes for each."""
    if split.mapping is not None and target.detect.config == "dataset_info":
        mapped: dict[str, list[str]] = split.mapping.roles
        return mapped
    return target.turns.roles


def pick(value: dict[str, Any], name: str, others: list[str]) -> str:
    """The key a target takes: ``name``, or the first of ``others`` that is there when ``name`` is not."""
    return name if not others or name in value else next((other for other in others if other in value), name)


def shape_of(target: Target, split: Split) -> str | None:
    """The shape the target takes the records for: what dataset_info.json says of them, else their dialect."""
    if split.mapping is not None and target.detect.config == "dataset_info":
        return str(split.mapping.formatting)
    return split.dialect


def as_cast(value: dict[str, Any]) -> dict[str, Any]:
    """A tokenized row as `datasets` casts it to columns of whole numbers: 5.0 and "5" become 5 (ran: 3.6.0, 5.2.0).

    A list with anything that cannot be cast stays as it is: loading fails there, and field-type-drifts says so.
    """
    return {key: _whole_numbers(cell) if type(cell) is list else cell for key, cell in value.items()}


def whole(cell: list[Any]) -> bool:
    """True for a list of whole numbers, however written, some of them as decimals or strings; nulls may stand between."""
    kinds = set(map(type, cell)) - {type(None)}
    if str in kinds and kinds <= {int, str}:
        return all(looks_like_number(one) for one in cell if type(one) is str)
    return float in kinds and kinds <= {int, float} and all(is_whole(one) for one in cell if type(one) is float)


def _whole_numbers(cell: list[Any]) -> list[Any]:
    return [None if one is None else int(one) for one in cell] if whole(cell) else cell


class Viewer:
    """Builds conversations for one target and split. Made once per scan."""

    def __init__(self, target: Target, split: Split) -> None:
        self.target, self.split = target, split
        self.reads = reads_of(target, split)
        self._kinds = {word: kind for kind, words in roles_of(target, split).items() for word in words}
        self._placeholder = target.image.placeholder
        self._counted = set(target.image.placeholder_roles)
        self._shape = shape_of(target, split)

    def __call__(self, value: Any) -> Conversation | None:
        """The conversation in ``value``; None if the target finds none there (a type or key is wrong: a model's business)."""
        if self.reads is None or not isinstance(value, dict):
            return None
        if self._shape == "alpaca":
            return self._alpaca(value, self.reads)
        above = pick(value, self.reads.messages, self.reads.messages_or)
        messages = value.get(above)
        if not isinstance(messages, list):
            return None
        talk = Conversation(value, self.split.dialect or "", [], [], messages_pointer=pointer(above))
        for index, message in enumerate(messages):
            if isinstance(message, dict):
                talk.turns.append(self._turn(message, index, self.reads, above))
        if self.target.detect.config == "dataset_info" and self.split.mapping is None and openai_calls(talk):
            for turn in talk.turns:  # a stanza for such records says observation_tag: tool
                turn.kind = turn.kind or ("observation" if turn.role == "tool" else None)
        return self._finish(talk, self.reads)

    def kind(self, role: Any) -> str | None:
        """What the target takes a role for."""
        return self._kinds.get(role) if isinstance(role, str) else None

    def _turn(self, message: dict[str, Any], index: int, reads: Reads, above: str) -> Turn:
        base = pointer(above, index)
        role_key, content_key = pick(message, reads.role, reads.role_or), pick(message, reads.content, reads.content_or)
        role, content = message.get(role_key, MISSING), message.get(content_key, MISSING)
        turn = Turn(
            role, self.kind(role), content, base, base + pointer(content_key), base + pointer(role_key), raw=message
        )
        if reads.message_image and message.get(reads.message_image):
            turn.images.append(ImageRef(message[reads.message_image], base + pointer(reads.message_image), index))
        if isinstance(content, list):
            turn.images.extend(part_images(content, turn.content_pointer, index, self.target.image.part_types))
        return turn

    def _alpaca(self, value: dict[str, Any], reads: Reads) -> Conversation:
        talk = Conversation(value, "alpaca", [], [])
        rounds = value.get(reads.history) if reads.history else None
        for index, pair in enumerate(rounds if isinstance(rounds, list) else ()):
            if isinstance(pair, list) and len(pair) == 2:
                for side, kind in enumerate(("user", "assistant")):
                    at = pointer(reads.history, index, side)
                    talk.turns.append(Turn(kind, kind, pair[side], at, at, at))
        if reads.system and value.get(reads.system):
            at = pointer(reads.system)
            talk.turns.insert(0, Turn("system", "system", value[reads.system], at, at, at))
        asked = [
            text for key in (reads.prompt, reads.query) if key and isinstance(text := value.get(key), str) and text
        ]
        at = pointer(reads.prompt)
        prompt = "\n".join(asked) if asked else value.get(reads.prompt, MISSING)
        talk.turns.append(Turn("user", "user", prompt, at, at, at))
        at = pointer(reads.response)
        talk.turns.append(Turn("assistant", "assistant", value.get(reads.response, MISSING), at, at, at))
        return self._finish(talk, reads)

    def _finish(self, talk: Conversation, reads: Reads) -> Conversation:
        if reads.images and reads.images in talk.value:
            listed = talk.value[reads.images]
            talk.images_pointer, talk.images_value = pointer(reads.images), listed
            if isinstance(listed, list):
                talk.images.extend(ImageRef(item, pointer(reads.images, i)) for i, item in enumerate(listed))
            elif listed is not None:
                talk.images.append(ImageRef(listed, talk.images_pointer))
        elif single := next((name for name in reads.images_or if talk.value.get(name) is not None), None):
            item = talk.value[single]
            talk.images_pointer, talk.images_value = pointer(single), item if isinstance(item, list) else [item]
            for index, one in enumerate(talk.images_value):
                at = pointer(single, index) if isinstance(item, list) else talk.images_pointer
                talk.images.append(ImageRef(one, at))
        for turn in talk.turns:
            talk.images.extend(turn.images)
            if self._placeholder:
                turn.placeholders = turn.text.count(self._placeholder)
                if turn.kind in self._counted:
                    talk.placeholders += turn.placeholders
        return talk


def part_images(parts: list[Any], at: str, turn: int, types: Collection[str]) -> list[ImageRef]:
    """Images named by content parts: ``{"type": "image", "image": …}`` and ``{"type": "image_url", …}``."""
    found = []
    for index, part in enumerate(parts):
        if not isinstance(part, dict):
            continue
        for key in ("image", "image_url", "url", "path"):
            if part.get("type") in types and part.get(key):
                source, where = part[key], at + pointer(index, key)
                if isinstance(source, dict) and "url" in source:
                    source, where = source["url"], where + pointer("url")
                found.append(ImageRef(source, where, turn))
                break
    return found
