"""The part of a record that decides every cheap rule: with its shape, an outline seen clean once is clean for ever.

The outline holds role names, whether texts are blank, how many placeholders each has, and which image entries and
further keys of a message are empty. Rules with ``outline = True`` may look at nothing else; a test compares both paths
on generated records.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final, NamedTuple

import orjson
from xxhash import xxh3_64_intdigest

from ..record import Split

KEYS: Final = {
    "glm": ("messages", "role", "content"),
    "openai": ("messages", "role", "content"),
    "swift": ("messages", "role", "content"),
    "sharegpt": ("conversations", "from", "value"),
}
SPOKEN: Final = ("conversations", "role", "content")
"""Conversations as ChatGLM3 writes them; they count as sharegpt."""
PLACEHOLDER: Final = "<image>"
EMPTY: Final = ("[]", "{}")
"""An empty list or object written as text, as `tools` often are."""
NUMBERS: Final = ("id", "idx", "index", "uid", "uuid")
"""Keys that number a record: two records may differ in them and be the same."""
SEQUENCES_LIMIT: Final = 10_000
"""Sequences of roles remembered."""
ANSWERS: Final = ("output", "response", "answer", "completion")
"""Keys of flat records that hold the answer: the rest is the prompt."""
_MEDIA: Final = ("images", "image", "videos", "audios")
CALLERS: Final = frozenset(
    ("observation", "observations", "tool", "tool_call", "tool_response", "function", "function_call",
     "function_response", "function-call", "function-response")
)  # fmt: skip
"""Roles of calls and of what they return."""
CARRIERS: Final = frozenset(("tools", "tool_calls", "function_call", "tool_call_id", "metadata"))
"""Keys of a message that hold tools or calls."""
ASKERS: Final = ("user", "human", "system")
THOUGHTS: Final = frozenset(("reasoning_content", "reasoning", "thinking"))
THOUGHT: Final = "think>"
"""The end of both tags around a thought."""
MARKS: Final = ("|>", "op>")
"""The ends of the words a tokenizer may take for tokens of its own: ``<|user|>``, ``<sop>``."""
MARKED: Final = frozenset(("marks",))
NOTHING: Final[frozenset[str]] = frozenset()


class Outline(NamedTuple):
    """``key`` is None where no short outline can be given, so that every rule must look.

    A key that is a string (the roles) stands for messages of role and text and nothing beside them: it decides the
    shape as well. ``holds`` names what further rules look at (``Rule.needs``): images, tools, thoughts,
    marks, a rejected answer; ``reasoned`` stands beside thoughts where an answer holds them.
    """

    key: Hashable | None
    holds: frozenset[str]
    digest: int
    prompt: int
    size: int = 0
    """Characters of all its text."""


class Outliner:
    """Takes outlines of the records of one split."""

    def __init__(self, split: Split) -> None:
        reads = split.mapping.reads if split.mapping is not None else None
        self.turns: tuple[str, str, str] | None = KEYS.get(split.dialect or "")
        if reads is not None and reads.messages:
            usual = self.turns or KEYS["glm"]
            self.turns = (reads.messages, reads.role or usual[1], reads.content or usual[2])
        self.media = _MEDIA if reads is None or not reads.images else (*_MEDIA, reads.images)
        self.told = frozenset(("tools", "system", *self.media, *NUMBERS))
        self.tools = ("tools",) if reads is None or reads.tools in ("", "tools") else ("tools", reads.tools)
        self.callers = CALLERS | {
            word for kind, words in (split.mapping.roles if split.mapping is not None else {}).items()
            if kind in ("observation", "function") for word in words
        }  # fmt: skip
        self.hints = ("tool", "function", "observation", *(self.callers - CALLERS))
        """Words at least one of which stands in a record with tools or calls."""
        self.known: dict[str, frozenset[str]] = {}
        """Sequences of roles met, with what they tell of tools."""

    def __call__(self, value: Any) -> Outline:
        """The outline of one record."""
        if type(value) is not dict:
            return Outline(None, NOTHING, 0, 0)
        taken = None if self.turns is None else self._talk(value, *self.turns)
        if taken is None and self.turns == KEYS["sharegpt"]:
            taken = self._talk(value, *SPOKEN)
            if taken is not None and type(taken.key) is str:
                taken = taken._replace(key=f"{taken.key}\x1e")  # the same roles under other keys are another shape
        return self._plain(value) if taken is None else taken

    def _talk(self, value: dict[str, Any], messages_key: str, role_key: str, content_key: str) -> Outline | None:
        """The outline of messages whose roles and contents are strings; None for any other."""
        messages = value.get(messages_key)
        if type(messages) is not list:
            return None
        try:
            roles = [message[role_key] for message in messages]
            texts = [message[content_key] for message in messages]
            words = "\x1f".join(texts)
            names = "\x1f".join(roles)
        except (KeyError, TypeError):
            return None
        answer = (
            roles.index("assistant") if "assistant" in roles else roles.index("gpt") if "gpt" in roles else len(roles)
        )
        bare = sum(map(len, messages)) == 2 * len(messages)
        holds = self.known.get(names)
        if holds is None:
            holds = self._roles(names, roles)
        marked = ">" in words  # one byte is found faster than a word, and all marks end with it
        if marked and (MARKS[0] in words or MARKS[1] in words):
            holds = holds | MARKED
        if marked and THOUGHT in words:
            said = any(THOUGHT in text and role not in ASKERS for text, role in zip(texts, roles, strict=True))
            holds = holds | ({"thoughts", "reasoned"} if said else {"thoughts"})
        if bare and len(value) == 1 and not (marked and PLACEHOLDER in words) and all(map(str.strip, texts)):
            prompt = digest_of("\x1f".join(texts[:answer])) if answer else 0
            return Outline(names, holds, digest_of(words + names), prompt, len(words))
        key: list[Any] = [names]
        key.extend(0 if not text.strip() else 1 + text.count(PLACEHOLDER) for text in texts)
        extra, more = "", set()
        if not bare:
            for message in messages:
                if len(message) > 2:
                    extra += _text(message)
                    key.append(tuple(map(bool, message.values())))
                    if not CARRIERS.isdisjoint(message):
                        more.add("tools")
                    if not THOUGHTS.isdisjoint(message):
                        more.update(("thoughts", "reasoned") if any(map(message.get, THOUGHTS)) else ("thoughts",))
                if message.get("image") is not None:
                    more.add("images")
        if len(value) > 1:
            media = [value.get(name) for name in self.media]
            key.extend(tuple(map(bool, some)) if type(some) is list else bool(some) for some in media)
            if any(some is not None and some != [] for some in media):
                more.add("images")
                extra += _text(media)
            if any(value.get(name) is not None for name in self.tools):
                more.add("tools")
            if "rejected_response" in value:
                more.add("rejected")
        for name in ("tools", "system"):
            if other := value.get(name):
                extra += _text(other)
                marks = other.count(PLACEHOLDER) if type(other) is str else 0
                key.append((name, marks, other in EMPTY or (type(other) is str and other.isspace())))
        asked = digest_of("\x1f".join(texts[:answer]) + extra) if answer else 0
        for name, other in value.items():
            # What else a record holds (a rejected answer, a solution) tells it from its like; an id does not.
            if name != messages_key and name not in self.told and other is not None:
                extra += name + _text(other)
        return Outline(tuple(key), holds | more if more else holds, digest_of(words + names + extra), asked, len(words))

    def _roles(self, names: str, roles: list[str]) -> frozenset[str]:
        """What a sequence of roles tells of tools; remembered, for they are few."""
        if len(self.known) >= SEQUENCES_LIMIT:
            self.known.clear()
        self.known[names] = told = NOTHING if self.callers.isdisjoint(roles) else frozenset(("tools",))
        return told

    def _reasoned(self, value: dict[str, Any]) -> bool:
        """True if an answer of the record holds a thought."""
        said: list[Any] = [value.get(name) for name in (*ANSWERS, "history")]
        messages = value.get(self.turns[0]) if self.turns is not None else None
        for message in messages if isinstance(messages, list) else ():
            if isinstance(message, dict) and message.get(self.turns[1] if self.turns else "role") not in ASKERS:
                said.append(message)
                if any(map(message.get, THOUGHTS)):
                    return True
        return any(THOUGHT in _text(item) for item in said if item)

    def _plain(self, value: dict[str, Any]) -> Outline:
        """The outline of any other record: short where it holds no list or object."""
        key: list[Any] = []
        nested = False
        for item in value.values():
            if type(item) is str:
                blank = -2 if item else 0  # an empty input is left out of the question, a blank one is part of it
                key.append(
                    blank if not item or item.isspace() else -1 if item in EMPTY else 1 + item.count(PLACEHOLDER)
                )
            elif type(item) in (list, dict) and item:
                nested = True
        whole = {name: item for name, item in value.items() if name not in NUMBERS}
        asked = {name: item for name, item in whole.items() if name not in ANSWERS}
        written = _text(whole) if whole else ""
        digest = digest_of(written) if whole else 0
        prompt = digest if len(asked) == len(whole) else digest_of(_text(asked)) if asked else 0
        holds = set()
        if nested or any(value.get(name) is not None for name in self.media):
            holds.add("images")
        if any(word in written for word in self.hints) or (nested and "metadata" in written):
            holds.add("tools")
        if "rejected_response" in value:
            holds.add("rejected")
        if MARKS[0] in written or MARKS[1] in written:
            holds.add("marks")
        if THOUGHT in written or (nested and ("reasoning" in written or "thinking" in written)):
            holds.update(("thoughts", "reasoned") if self._reasoned(value) else ("thoughts",))
        return Outline(None if nested else tuple(key), frozenset(holds), digest, prompt, len(written))


def _text(value: Any) -> str:
    """A value in one spelling, whatever the order of its keys."""
    try:
        written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY, default=str)
    except TypeError:  # not JSON: lone surrogates, keys that are no strings
        return repr(value)
    return written.decode("utf-8", "replace")


def digest_of(text: str) -> int:
    """A digest of 64 bits, the same on every machine."""
    try:
        return xxh3_64_intdigest(text.encode())
    except UnicodeEncodeError:  # lone surrogates, in objects in memory
        return xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))
