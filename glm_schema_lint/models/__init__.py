"""What a record may look like: Pydantic models per dialect, the one source of every schema.

Importing this package is cheap; Pydantic is imported when the first record is not known to be fine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..location import pointer
from ..record import Split

CLEAN_LIMIT: Final = 10_000
"""Shapes remembered as valid."""
FAMILY: Final = {"glm": "messages", "openai": "messages", "swift": "messages"}
"""Dialects that one reader can mix: they name their turns alike."""


@dataclass(frozen=True, slots=True)
class ModelError:
    """One disagreement of a record with its model. ``type`` is what ModelRule.owns holds.

    ``key-missing``, ``value-null`` and ``image-type`` have no ModelRule: what they mean depends on the target, so
    record rules ask for them. ``answer-type`` is an answer that is no text, ``type-wrong`` every other wrong type;
    ``case`` names the key.
    """

    type: str
    pointer: str
    case: str = ""
    found: str | None = None
    expected: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    key: str = ""
    """The key of Reads under which a target reads the place; empty if whoever reads the dialect reads it."""

    def concerns(self, reads: Any) -> bool:
        """True if a target with these ``reads`` (None: it does not read the dialect) ever looks at the place."""
        return reads is not None and (not self.key or bool(getattr(reads, self.key)))


def detect(value: Any) -> str | None:
    """The dialect of a record, decided by keys alone; None if it has the keys of none."""
    if not isinstance(value, dict):
        return None
    if "input_ids" in value:
        return "tokenized"
    if "instruction" in value and "output" in value:
        return "alpaca"
    if "conversations" in value:
        return "sharegpt"
    messages = value.get("messages")
    if not isinstance(messages, list):
        return "glm" if "messages" in value else None
    turns = [m for m in messages if isinstance(m, dict)]
    if any("from" in m and "value" in m for m in turns):
        return "sharegpt"
    if any(isinstance(m.get("content"), list) or "tool_calls" in m for m in turns):
        return "openai"
    beside = any(value.get(key) is not None for key in ("images", "videos", "audios", "objects"))
    return "swift" if beside or any("loss" in m for m in turns) else "glm"


def stranger(value: Any, split: Split) -> str | None:
    """The dialect of a record that belongs to another family than its split; None if it fits."""
    own, mapping = split.dialect or "", split.mapping
    if not own and mapping is None:
        return None
    other = detect(value)
    if other is None or FAMILY.get(other, other) == FAMILY.get(own, own):
        return None
    if mapping is not None and (mapping.reads.messages or mapping.reads.response) in value:
        return None  # the trainer's own config finds its way
    return other


def model_of(split: Split) -> str | None:
    """The name of the model that judges the records of a split: its own config's word first."""
    if split.mapping is not None:
        return str(getattr(split.mapping, "formatting", "sharegpt"))
    return split.dialect


def wrapped(value: Any) -> str | None:
    """The key under which a whole list of records stands where one record should; None if it is a record."""
    if not isinstance(value, dict) or detect(value) is not None:
        return None
    for name, rows in value.items():
        if isinstance(rows, list) and rows and all(detect(row) is not None for row in rows[:8]):
            return str(name)
    return None


def checker(split: Split) -> Callable[[Any, Any], list[ModelError]] | None:
    """A function from (record, shape) to the errors of the split's dialect model; None if there is none to ask.

    The models judge types only, so a shape found valid is valid for ever. Token columns are judged by TOK rules.
    """
    model = model_of(split)
    if model is None or split.dialect == "tokenized":
        return None
    clean: set[Any] = set()
    judge: Callable[[Any], list[ModelError]] | None = None
    names: tuple[str, str, str] | None = None
    if model in ("openai", "swift"):
        reads = split.mapping.reads if split.mapping is not None else None
        names = (reads.messages, reads.role, reads.content) if reads is not None else ("messages", "role", "content")

    def check(value: Any, shape: Any) -> list[ModelError]:
        nonlocal judge
        if shape in clean:
            return parts(value)
        if not isinstance(value, dict) or stranger(value, split) or wrapped(value):
            return []
        if judge is None:
            from .judge import judge_for

            judge = judge_for(split)
        errors = judge(value)
        if errors:
            return errors + [part for part in parts(value) if part.pointer not in {e.pointer for e in errors}]
        if shape is not None:
            if len(clean) >= CLEAN_LIMIT:
                clean.clear()
            clean.add(shape)
        return parts(value)

    def parts(value: Any) -> list[ModelError]:
        return _parts(value, *names) if names is not None else []

    return check


def _parts(value: Mapping[str, Any], messages: str, role: str, content: str) -> list[ModelError]:
    """Content in parts: right by these dialects, but many a trainer takes nothing but text."""
    found = []
    turns = value.get(messages)
    for index, turn in enumerate(turns if isinstance(turns, list) else ()):
        if isinstance(turn, dict) and isinstance(turn.get(content), list):
            from .judge import content_error

            found.append(content_error(turn[content], turn.get(role), pointer(messages, index, content)))
    return found
