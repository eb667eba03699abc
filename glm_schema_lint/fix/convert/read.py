"""Records of every dialect to talks."""

from __future__ import annotations

import json
from typing import Any, Final

from ... import models
from ...record import Split
from ...rules.conv.role_unknown import ALIASES
from ...show import quote
from ...wording import Text
from .spoken import heard
from .talk import Call, CannotCarryError, Kind, Lose, Picture, Said, Talk, spread

_KINDS: Final[dict[str, str]] = {"observation": "result", "result": "result", "tool": "result", "function": "call"}
_OWN: Final = frozenset(("role", "from", "content", "value", "image", "tool_calls", "tools", "metadata"))
_MEDIA: Final = ("image", "image_url", "url", "path")


class Reader:
    """Reads the records of one split: by the stanza that maps them, else by the words of their dialect."""

    def __init__(self, split: Split, lose: Lose) -> None:
        self._split, self._lose = split, lose
        mapping = split.mapping
        self._reads = mapping.reads if mapping is not None else None
        self._roles = {w: k for k, words in mapping.roles.items() for w in words} if mapping is not None else {}
        self._alpaca = mapping is not None and mapping.formatting == "alpaca"

    def __call__(self, value: dict[str, Any]) -> Talk:
        """The talk in ``value``; CannotCarryError where there is none."""
        dialect = "alpaca" if self._alpaca else models.detect(value)
        if self._reads is None and dialect is None:
            raise CannotCarryError("required-key-missing", Text("records of no known format", "格式未知的记录"))
        if dialect == "tokenized":
            raise CannotCarryError("dialect-mixed", Text("tokenized rows", "已分词的行"))
        if {"chosen", "rejected"} & value.keys():
            raise CannotCarryError(
                "field-type-wrong", Text("preference data (chosen, rejected)", "偏好数据（chosen、rejected）")
            )
        if dialect == "alpaca":
            return self._flat(value)
        reads = self._reads
        sharegpt = dialect == "sharegpt"
        key = reads.messages if reads is not None and reads.messages else "conversations" if sharegpt else "messages"
        key = key if key in value else "messages" if "messages" in value else key
        messages = value.get(key)
        if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
            raise CannotCarryError(
                "field-type-wrong", Text(f"{key} that is no list of messages", f"不是消息列表的 {key}")
            )
        images_key, images = self._images(value)
        talk = Talk()
        left = list(images)
        for message in messages:
            left = self._turn(message, talk, left)
        heard(talk.turns, self._lose)
        self._surplus(talk, left)
        used = {key, images_key, *self._system(value, talk), *self._tools(value, talk)}
        _plain(talk)
        talk.beside = {name: item for name, item in value.items() if name not in used}
        return talk

    def _images(self, value: dict[str, Any]) -> tuple[str, list[Any]]:
        name = self._reads.images if self._reads is not None and self._reads.images else "images"
        if value.get(name) is None and value.get("image") is not None:
            name = "image"
        held = value.get(name)
        return name, held if isinstance(held, list) else [] if held is None or held == "" else [held]

    def _system(self, value: dict[str, Any], talk: Talk) -> list[str]:
        name = self._reads.system if self._reads is not None else "system"
        text = value.get(name) if name else None
        if isinstance(text, str) and text and not any(turn.kind == "system" for turn in talk.turns):
            talk.turns.insert(0, Said("system", [text]))
            return [name]
        return [name] if name and not text else []

    def _tools(self, value: dict[str, Any], talk: Talk) -> list[str]:
        name = self._reads.tools if self._reads is not None else "tools"
        if not name or value.get(name) is None:
            return [name]
        tools = value[name]
        if isinstance(tools, str):
            try:
                tools = json.loads(tools) if tools.strip() else []
            except (ValueError, RecursionError):
                raise CannotCarryError(
                    "tools-unreadable", Text("tools that are no JSON", "不是 JSON 的 tools")
                ) from None
        if not isinstance(tools, list):
            raise CannotCarryError("tools-unreadable", Text("tools that are no list", "不是列表的 tools"))
        talk.tools = [*(talk.tools or []), *tools] or None
        return [name]

    def _turn(self, message: dict[str, Any], talk: Talk, left: list[Any]) -> list[Any]:
        """Add one message; the images that are left for those behind it."""
        role = next((message[k] for k in self._named("role", "from") if message.get(k) is not None), None)
        content = next((message[k] for k in self._named("content", "value") if message.get(k) is not None), None)
        kind = self._kind(role)
        parts: list[str | Picture] = [Picture(message["image"])] if message.get("image") else []
        if isinstance(content, str):
            more, left = spread(content, left)
        elif isinstance(content, list):
            more, left = self._parts(content, left)
        elif content is None:
            more = []
        else:
            raise CannotCarryError(
                "field-type-wrong", Text("content that is neither text nor parts", "既不是文本也不是分段列表的 content")
            )
        parts += more
        if message.get("tools"):
            talk.tools = [*(talk.tools or []), *message["tools"]] if isinstance(message["tools"], list) else talk.tools
        if kind == "call":
            talk.turns.append(Said("assistant", [], _calls("".join(p for p in parts if isinstance(p, str)))))
        elif kind == "assistant" and message.get("metadata"):
            text = "".join(part for part in parts if isinstance(part, str))
            talk.turns.append(Said("assistant", [], [Call(str(message["metadata"]), _json(text))]))
        else:
            made = message.get("tool_calls") or []
            if not isinstance(made, list):
                raise CannotCarryError("call-not-json", Text("tool_calls that are no list", "不是列表的 tool_calls"))
            calls = [_tool_call(call) for call in made]
            talk.turns.append(Said(kind, parts, calls))  # type: ignore[arg-type]  # all but "call" are kinds
        for name, item in message.items():
            if name not in _OWN and name not in self._named("role", "from", "content", "value") and item is not None:
                self._lose(Text(f"message key {quote(name)}", f"消息的键 {quote(name)}"))
        return left

    def _named(self, *keys: str) -> tuple[str, ...]:
        if self._reads is None:
            return keys
        own = {"role": self._reads.role, "content": self._reads.content}
        return tuple(name for key in keys if (name := own.get(key, key)))

    def _kind(self, role: Any) -> str:
        if isinstance(role, str):
            plain = role.strip().lower()
            known = self._roles.get(role) or (plain if plain in ("system", "user", "assistant") else ALIASES.get(plain))
            if known:
                return _KINDS.get(known, known)
        raise CannotCarryError("role-unknown", Text(f"messages of role {quote(role)}", f"角色为 {quote(role)} 的消息"))

    def _parts(self, content: list[Any], left: list[Any]) -> tuple[list[str | Picture], list[Any]]:
        parts: list[str | Picture] = []
        for part in content:
            kind = part.get("type") if isinstance(part, dict) else None
            if kind == "text" and isinstance(part.get("text"), str):
                parts.append(part["text"])
            elif kind in ("image", "image_url"):
                source = next((part[key] for key in _MEDIA if part.get(key)), None)
                source = source["url"] if isinstance(source, dict) and "url" in source else source
                if source is None and not left:
                    raise CannotCarryError(
                        "placeholder-count-mismatch", Text("image parts without an image", "没有对应图片的图片段")
                    )
                parts.append(Picture(source if source is not None else left[0]))
                left = left if source is not None else left[1:]
            else:
                raise CannotCarryError(
                    "field-type-wrong", Text(f"content parts of type {quote(kind)}", f"类型为 {quote(kind)} 的分段")
                )
        return parts, left

    def _surplus(self, talk: Talk, left: list[Any]) -> None:
        """Images without a placeholder stand before the first question, where the trainers that allow it put them."""
        first = next((turn for turn in talk.turns if turn.kind == "user"), None)
        if left and first is None:
            raise CannotCarryError(
                "placeholder-count-mismatch", Text("images and no user turn", "有图片却没有用户消息")
            )
        if left and first is not None:
            first.parts[:0] = [Picture(source) for source in left]

    def _flat(self, value: dict[str, Any]) -> Talk:
        reads = self._reads
        prompt = reads.prompt if reads is not None else "instruction"
        query = reads.query if reads is not None else "input"
        response = reads.response if reads is not None else "output"
        history = reads.history if reads is not None else "history"
        images_key, left = self._images(value)
        talk = Talk()
        rounds = value.get(history) if history else None
        said: list[tuple[Kind, Any]] = []
        for pair in rounds if isinstance(rounds, list) else []:
            if not (isinstance(pair, list) and len(pair) == 2):
                raise CannotCarryError(
                    "field-type-wrong", Text("history that is no list of pairs", "不是问答对列表的 history")
                )
            said += [("user", pair[0]), ("assistant", pair[1])]
        asked = [value[key] for key in (prompt, query) if key and value.get(key)]
        said += [("user", "\n".join(map(str, asked))), ("assistant", value.get(response))]
        for kind, text in said:
            if not isinstance(text, str):
                raise CannotCarryError("answer-not-string", Text("answers that are no text", "不是文本的回答"))
            parts, left = spread(text, left)
            talk.turns.append(Said(kind, parts))
        self._surplus(talk, left)
        used = {prompt, query, response, history, images_key, *self._system(value, talk), *self._tools(value, talk)}
        _plain(talk)
        talk.beside = {name: item for name, item in value.items() if name not in used}
        return talk


def _plain(talk: Talk) -> None:
    """Images by the path a record names; CannotCarryError for those whose bytes stand in the record itself."""
    for turn in talk.turns:
        for number, part in enumerate(turn.parts):
            if isinstance(part, Picture) and not isinstance(part.source, str):
                source = part.source
                path = source.get("path") if isinstance(source, dict) and not source.get("bytes") else None
                if not isinstance(path, str):
                    raise CannotCarryError(
                        "image-value-wrong", Text("images whose bytes stand in the record", "字节直接写在记录里的图片")
                    )
                turn.parts[number] = Picture(path)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _calls(text: str) -> list[Call]:
    """The calls a turn of its own holds: one object or a list of them."""
    value = _json(text)
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(item, dict) and isinstance(item.get("name"), str) for item in listed):
        raise CannotCarryError("call-not-json", Text("calls that are no JSON", "不是 JSON 的函数调用"))
    return [Call(item["name"], item.get("arguments", {})) for item in listed]


def _tool_call(call: Any) -> Call:
    function = call.get("function", call) if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise CannotCarryError("call-not-json", Text("tool_calls without a name", "没有名称的 tool_calls"))
    arguments = function.get("arguments", {})
    return Call(function["name"], _json(arguments) if isinstance(arguments, str) else arguments)
