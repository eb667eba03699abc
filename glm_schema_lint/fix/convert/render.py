"""Talks to records of the dialects that trainers read."""

from __future__ import annotations

import json
from typing import Any, Final

from ...show import quote
from ...wording import Text
from .talk import PLACEHOLDER, CannotCarryError, Lose, Said, Talk

_RESERVED: Final = frozenset(
    ("messages", "conversations", "images", "image", "tools", "system", "prompt", "completion", "text", "instruction", "input",
     "output", "history", "input_ids", "labels", "chosen", "rejected", "query", "response")
)  # fmt: skip
"""Keys that would make a trainer read a record otherwise: they do not go beside a conversation."""

_MEDIA: Final = frozenset(("videos", "audios", "video", "audio"))


def llama_factory(talk: Talk, lose: Lose) -> dict[str, Any]:
    """ShareGPT with a placeholder for every image, calls in turns of their own, tools as JSON text."""
    _unmarked(talk)
    words = {"system": "system", "user": "human", "assistant": "gpt", "result": "observation"}
    turns: list[dict[str, str]] = []
    for turn in talk.turns:
        if turn.calls:
            _no_text(turn)
            turns.append({"from": "function_call", "value": _call_text(turn)})
        else:
            turns.append({"from": words[turn.kind], "value": turn.marked()})
    record: dict[str, Any] = {"conversations": turns}
    if talk.tools:
        record["tools"] = json.dumps(talk.tools, ensure_ascii=False)
    if talk.pictures:
        record["images"] = [picture.source for picture in talk.pictures]
    return _with(record, talk, lose, media=True)


def ms_swift(talk: Talk, lose: Lose) -> dict[str, Any]:
    """Messages with a placeholder for every image, calls in turns of their own."""
    _unmarked(talk)
    words = {"system": "system", "user": "user", "assistant": "assistant", "result": "tool_response"}
    turns: list[dict[str, str]] = []
    for turn in talk.turns:
        if turn.text or turn.pictures or not turn.calls:
            turns.append({"role": words[turn.kind], "content": turn.marked()})
        for call in turn.calls:
            text = json.dumps({"name": call.name, "arguments": call.arguments}, ensure_ascii=False)
            turns.append({"role": "tool_call", "content": text})
    record: dict[str, Any] = {"messages": turns}
    if talk.tools:
        record["tools"] = json.dumps([_wrapped(tool) for tool in talk.tools], ensure_ascii=False)
    if talk.pictures:
        record["images"] = [picture.source for picture in talk.pictures]
    return _with(record, talk, lose, media=True)


def trl(talk: Talk, lose: Lose, parts: bool) -> dict[str, Any]:
    """Messages as OpenAI writes them; with ``parts`` all content is a list of parts, images among them."""
    words = {"system": "system", "user": "user", "assistant": "assistant", "result": "tool"}
    turns: list[dict[str, Any]] = []
    for turn in talk.turns:
        content: Any = turn.text
        if parts:
            content = [{"type": "text", "text": p} if isinstance(p, str) else {"type": "image"} for p in turn.parts]
            content = content or [{"type": "text", "text": ""}]
        message: dict[str, Any] = {"role": words[turn.kind], "content": content}
        if turn.calls:
            message["tool_calls"] = [
                {"type": "function", "function": {"name": c.name, "arguments": c.arguments}} for c in turn.calls
            ]
        turns.append(message)
    record: dict[str, Any] = {"messages": turns}
    if talk.tools:
        record["tools"] = [_wrapped(tool) for tool in talk.tools]
    if parts:
        record["images"] = [picture.source for picture in talk.pictures]
    return _with(record, talk, lose, media=False)


def glm_4v(talk: Talk, lose: Lose) -> dict[str, Any]:
    """Messages with the one image on the first: no system message, no tools, no calls (README of the script:206-212)."""
    if len(talk.pictures) > 1:
        raise CannotCarryError(
            "too-many-images",
            Text("records of several images: GLM-4V takes one", "含多张图片的记录：GLM-4V 只接受一张"),
        )
    if any(turn.calls or turn.kind == "result" for turn in talk.turns):
        raise CannotCarryError(
            "tools-not-read",
            Text("calls and what they return: GLM-4V takes no tools", "函数调用及其返回：GLM-4V 不支持工具"),
        )
    turns = talk.turns
    if turns and turns[0].kind == "system":
        if len(turns) < 2 or turns[1].kind != "user":
            raise CannotCarryError(
                "system-misplaced",
                Text("a system message that no user message follows", "后面没有用户消息的 system 消息"),
            )
        if turns[0].text:
            lose(
                Text(
                    "the line between system and user text: GLM-4V takes no system message",
                    "system 与用户文本之间的界线：GLM-4V 不接受 system 消息",
                )
            )
        lead = [turns[0].text, "\n\n"] if turns[0].text else []
        turns = [Said("user", [*lead, *turns[1].parts]), *turns[2:]]
    messages: list[dict[str, Any]] = []
    for number, turn in enumerate(turns):
        message: dict[str, Any] = {"role": turn.kind, "content": turn.text}
        if turn.pictures:
            if number:
                raise CannotCarryError(
                    "image-not-on-first-message", Text("images behind the first message", "不在第一条消息上的图片")
                )
            if talk.turns[turns[0] is not talk.turns[0]].parts[0] is not turn.pictures[0]:
                lose(
                    Text(
                        "the place of an image within its text: GLM-4V puts it first",
                        "图片在文本中的位置：GLM-4V 总把它放在最前",
                    )
                )
            source = turn.pictures[0].source
            if source.startswith(("http://", "https://", "data:")):
                raise CannotCarryError("image-url", Text("images that are no files", "不是文件的图片"))
            message["image"] = source
        messages.append(message)
    if talk.tools:
        lose(Text("tools: GLM-4V takes none", "tools：GLM-4V 不支持"))
    return _with({"messages": messages}, talk, lose, media=False)


def _with(record: dict[str, Any], talk: Talk, lose: Lose, media: bool) -> dict[str, Any]:
    """The record with all that stood beside the conversation, except what would be read as something else."""
    for name, item in talk.beside.items():
        if item is None and name in _RESERVED | _MEDIA:
            continue
        item = item.tolist() if hasattr(item, "tolist") else item
        if not _json(item) or name in _RESERVED or (name in _MEDIA and not media):
            lose(Text(f"key {quote(name)}", f"键 {quote(name)}"))
        else:
            record[name] = item
    return record


def _unmarked(talk: Talk) -> None:
    """CannotCarryError where text says ``<image>`` itself: there it would stand for an image."""
    if any(PLACEHOLDER in turn.text for turn in talk.turns):
        raise CannotCarryError(
            "placeholder-count-mismatch",
            Text("texts that say <image> where no image is", "文本里写着 <image> 而那里没有图片"),
        )


def _json(item: Any) -> bool:
    try:
        json.dumps(item)
    except (TypeError, ValueError):
        return False
    return True


def _call_text(turn: Said) -> str:
    listed = [{"name": call.name, "arguments": call.arguments} for call in turn.calls]
    return json.dumps(listed[0] if len(listed) == 1 else listed, ensure_ascii=False)


def _no_text(turn: Said) -> None:
    if turn.text.strip() or turn.pictures:
        raise CannotCarryError(
            "thought-glued-to-call",
            Text("answers that speak and call a tool in one turn", "同一轮里既说话又调用工具的回答"),
        )


def _wrapped(tool: Any) -> Any:
    """A flat tool in the form of the OpenAI API."""
    if isinstance(tool, dict) and "function" not in tool and isinstance(tool.get("name"), str):
        return {"type": "function", "function": tool}
    return tool
