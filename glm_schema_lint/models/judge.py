"""The slow path: one record through its dialect's model, every Pydantic error turned into a ModelError."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any, Final

from pydantic import ValidationError

from ..location import pointer
from ..record import Split
from ..show import quote
from . import ModelError, model_of
from .alpaca import AlpacaRecord
from .base import Model
from .glm import GlmRecord
from .openai import OpenaiRecord
from .sharegpt import SharegptRecord
from .swift import SwiftRecord
from .tokenized import EvalRow, TrainRow

MODELS: Final[dict[str, type[Model]]] = {
    "glm": GlmRecord, "openai": OpenaiRecord, "sharegpt": SharegptRecord, "swift": SwiftRecord, "alpaca": AlpacaRecord,
    "tokenized-train": TrainRow, "tokenized-eval": EvalRow,
}  # fmt: skip
TURNS: Final = {"sharegpt": ("conversations", "from", "value")}
TURN: Final = ("messages", "role", "content")
ALPACA: Final = {"instruction": "prompt", "input": "query", "output": "response", "history": "history"}
BESIDE: Final = {"system": "system", "tools": "tools", "images": "images"}
"""Keys of the models that a target's own config may rename, with the field of Reads that holds the new name."""

ANSWERERS: Final = ("assistant", "gpt", "bot")
TOOLERS: Final = (
    "tool", "tool_call", "tool_response", "function_call", "function_response", "function", "observation",
    "observations",
)  # fmt: skip
CASES: Final = {
    "system": ("system", "string", "system"), "tools": ("tools", "array or string", "tools"),
    "images": ("image", "array", "images"), "videos": ("media", "array", "images"),
    "audios": ("media", "array", "images"),
    "objects": ("objects", "object", ""), "history": ("history", "array of [string, string]", "history"),
    "instruction": ("prompt", "string", ""), "input": ("prompt", "string", ""),
}  # fmt: skip
"""Per key beside the messages: the case, what is expected, and which key of Reads says that a target looks there."""
MESSAGE_CASES: Final = {
    "image": ("image", "string", "message_image"), "tools": ("message-tools", "array of objects", ""),
    "loss": ("loss", "boolean", ""), "loss_scale": ("loss", "number", ""),
}  # fmt: skip
JSON_TYPES: Final = {
    type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object",
}  # fmt: skip
Path = tuple[str | int, ...]


def json_type(value: Any) -> str:
    """The JSON word for the type of a value."""
    return JSON_TYPES.get(type(value), type(value).__name__)


def real_path(loc: Iterable[str | int], value: Any, missing: bool = False) -> Path:
    """The keys and indices in ``loc`` without the union tags Pydantic mixes in: what the value itself does not have.

    ``missing`` says that the last of ``loc`` is a key that is not there.
    """
    path: list[str | int] = []
    parts = list(loc)
    for at, part in enumerate(parts):
        inside = part in value if isinstance(value, dict) else isinstance(value, list) and isinstance(part, int)
        if inside:
            value = value[part]
            path.append(part)
        elif missing and at == len(parts) - 1:
            path.append(part)
    return tuple(path)


class Names:
    """The names a split's own config gives to the keys of the model, and back."""

    def __init__(self, split: Split) -> None:
        name = model_of(split) or "glm"
        self.alpaca = name == "alpaca"
        self.turns = TURNS.get(name, TURN)
        self.actual: dict[str, str] = {}
        reads = split.mapping.reads if split.mapping is not None else None
        self.mapped = reads is not None
        if reads is not None:
            wanted = {**BESIDE, **(ALPACA if self.alpaca else {})}
            self.actual = {name: getattr(reads, field) for name, field in wanted.items()}
            if not self.alpaca:
                self.actual |= dict(zip(self.turns, (reads.messages, reads.role, reads.content), strict=True))

    def to_model(self, value: dict[str, Any]) -> dict[str, Any]:
        """The record with the keys the model knows."""
        if self.mapped:
            top = _rename(value, {n: a for n, a in self.actual.items() if n not in self.turns[1:]})
            if self.alpaca:
                for name, absent in (("instruction", None), ("output", "")):
                    if not self.actual[name]:
                        top[name] = absent
                return top
        elif self.turns == TURN:
            return value
        else:
            top = value if self.turns[0] in value else _rename(value, {self.turns[0]: "messages"})
        messages = top.get(self.turns[0])
        if isinstance(messages, list):
            top = {**top, self.turns[0]: [self._turn(m) if isinstance(m, dict) else m for m in messages]}
        return top

    def _turn(self, message: dict[str, Any]) -> dict[str, Any]:
        return _rename(message, {name: self._key(message, at) for at, name in enumerate(self.turns) if at})

    def _key(self, message: dict[str, Any], at: int) -> str:
        name = self.turns[at]
        if self.mapped:
            return self.actual[name]
        return name if name in message or TURN[at] not in message else TURN[at]

    def to_record(self, path: Path, value: dict[str, Any]) -> Path:
        """A path of the model as the record has it."""
        if not path:
            return path
        head = path[0]
        if self.mapped:
            first = self.actual.get(str(head), head)
        else:
            first = TURN[0] if head == self.turns[0] and head not in value and TURN[0] in value else head
        if self.alpaca or head != self.turns[0] or len(path) < 3 or path[2] not in self.turns[1:]:
            return (first, *path[1:])
        message = value[str(first)][path[1]]
        return (first, path[1], self._key(message, self.turns.index(str(path[2]))), *path[3:])


def _rename(value: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    changed = {name: actual for name, actual in names.items() if name != actual}
    renamed = {key: item for key, item in value.items() if key not in changed}
    renamed.update((name, value[actual]) for name, actual in changed.items() if actual in value)
    return renamed


def judge_for(split: Split) -> Callable[[Any], list[ModelError]]:
    """A function from a record to its disagreements with the model of the split's dialect."""
    model, names = MODELS[model_of(split) or "glm"], Names(split)

    def judge(value: Any) -> list[ModelError]:
        try:
            model.model_validate(renamed := names.to_model(value))
        except ValidationError as error:
            found: dict[str, ModelError] = {}
            for detail in error.errors(include_url=False, include_context=False, include_input=False):
                missing = detail["type"] == "missing"
                one = _explain(real_path(detail["loc"], renamed, missing), missing, renamed, names, value)
                found.setdefault(one.pointer, one)
            return list(found.values())
        return []

    return judge


def _get(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def _explain(path: Path, missing: bool, renamed: dict[str, Any], names: Names, value: dict[str, Any]) -> ModelError:
    """What an error at ``path`` of the renamed record means, said in the words of the record itself."""
    messages, role, content = names.turns
    in_message = not names.alpaca and len(path) > 2 and path[0] == messages
    inside = in_message and path[2] == content and len(path) > 3
    if inside and (missing or isinstance(_get(renamed, path[:4]), dict)):
        case = "part-key" if missing or _get(renamed, path) is None else "part"
        return _wrong(path, renamed, names, value, case, "string")
    if inside:
        path = path[:3]
    at = pointer(*names.to_record(path, value))
    if missing:
        return ModelError("key-missing", at, str(path[-1]))
    item = _get(renamed, path)
    if item is None and not (
        path[:1] == (messages,) and len(path) == 2
    ):  # a message is none of them: nobody reads null
        return ModelError("value-null", at, str(path[-1]))
    if in_message:
        if path[2] == content:
            return content_error(item, renamed[messages][path[1]].get(role), at)
        if path[2] == role:
            return _wrong(path, renamed, names, value, "role", "string")
        case, expected, key = MESSAGE_CASES.get(str(path[2]), ("", "", ""))
        return _wrong(path, renamed, names, value, case, expected, key) if case else ModelError("type-harmless", at)
    if not names.alpaca and path[:1] == (messages,):
        text = ("messages-text" if _literal(item) else "messages-words") if isinstance(item, str) else "messages"
        case, expected = ("message", "object") if len(path) == 2 else (text, "array")
        return _wrong(path, renamed, names, value, case, expected)
    if names.alpaca and path == ("output",):
        return content_error(item, "assistant", at, case="response")
    if path[:1] == ("history",) and len(path) == 2 and isinstance(item, list):
        case = "history-short" if len(item) < 2 else "history-long"
        return _wrong(path, renamed, names, value, case, "array of two strings", "history")
    if path[:1] == ("history",) and len(path) > 1:
        return _wrong(path, renamed, names, value, "history-turn", "string" if len(path) > 2 else "array", "history")
    if path == ("history",) and isinstance(item, str) and not _literal(item):
        return _wrong(path, renamed, names, value, "history-words", "array of [string, string]", "history")
    return _wrong(path, renamed, names, value, *CASES.get(str(path[0]), ("other", "another type", "")))


def _literal(text: str) -> bool:
    """Whether a text is a Python literal, as ``ast.literal_eval`` takes it: most JSON is one, not that with null or true in it."""
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return True


def _wrong(
    path: Path, renamed: dict[str, Any], names: Names, value: dict[str, Any], case: str, expected: str, key: str = ""
) -> ModelError:
    try:
        item, found = _get(renamed, path), None
    except KeyError:
        item, found = None, "missing"
    at = names.to_record(path, value)
    what = next((part for part in reversed(at) if isinstance(part, str)), "")
    shown = {"what": what, "type": found or json_type(item), "wanted": expected}
    kind = "image-type" if case == "image" else "type-wrong"
    return ModelError(kind, pointer(*at), case, found or quote(item), expected, shown, key)


def content_error(item: Any, role: Any, at: str, case: str = "content") -> ModelError:
    """What content that is no text is taken for: parts, ids, an answer, or just a wrong type."""
    shown = {"what": at.rpartition("/")[2], "type": json_type(item), "wanted": "string"}
    if case == "content" and isinstance(item, list) and all(isinstance(part, dict) for part in item):
        return ModelError("type-wrong", at, "content-parts", quote(item), "string", shown)
    if case == "content" and isinstance(item, list) and item and isinstance(item[0], int):
        return ModelError("type-wrong", at, "token-ids", quote(item), "string", shown)
    if role in ANSWERERS:
        case += "-list" if isinstance(item, list) else ""
        return ModelError("answer-type", at, case, quote(item), "string", shown)
    return ModelError("type-wrong", at, "tool-content" if role in TOOLERS else case, quote(item), "string", shown)
