"""Clean records: what each dialect looks like where nothing is wrong, in a few forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

CITIES = ("Oslo", "Rome", "Lima", "Quito", "Delhi", "Seoul", "Tunis", "Paris", "北京", "上海", "Bern", "Cairo")


def _ask(i: int, turn: int = 0) -> str:
    return f"What is sight {turn + 1} of {CITIES[i % len(CITIES)]}, number {i}?"


def _tell(i: int, turn: int = 0) -> str:
    return f"Sight {turn + 1} of {CITIES[i % len(CITIES)]} is the old harbour, row {i}.\n它很值得一看。"


def _chat(
    i: int, rounds: int = 1, names: tuple[str, ...] = ("role", "content", "user", "assistant"), system: bool = False
) -> list[dict[str, Any]]:
    role, text, user, assistant = names
    turns = [{role: "system", text: "You are a patient guide."}] if system else []
    for turn in range(rounds):
        turns += [{role: user, text: _ask(i, turn)}, {role: assistant, text: _tell(i, turn)}]
    return turns


SHAREGPT = ("from", "value", "human", "gpt")
FUNCTION = {
    "type": "function",
    "function": {
        "name": "look_up",
        "description": "Finds a sight.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def _glm_tools(i: int) -> dict[str, Any]:
    city = CITIES[i % len(CITIES)]
    return {"messages": [
        {"role": "system", "content": "", "tools": [FUNCTION]},
        {"role": "user", "content": _ask(i)},
        {"role": "assistant", "content": f'look_up\n{{"city": "{city}"}}'},
        {"role": "observation", "content": f'{{"sight": "harbour {i}"}}'},
        {"role": "assistant", "content": _tell(i)},
    ]}  # fmt: skip


def _openai_tools(i: int) -> dict[str, Any]:
    call = {
        "id": f"call_{i}",
        "type": "function",
        "function": {"name": "look_up", "arguments": f'{{"city": "{CITIES[i % len(CITIES)]}"}}'},
    }
    return {"messages": [
        {"role": "user", "content": _ask(i)},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": f'{{"sight": "harbour {i}"}}', "tool_call_id": f"call_{i}"},
        {"role": "assistant", "content": _tell(i)},
    ], "tools": [FUNCTION]}  # fmt: skip


def _sharegpt_tools(i: int) -> dict[str, Any]:
    import json

    return {"conversations": [
        {"from": "human", "value": _ask(i)},
        {"from": "function_call", "value": f'{{"name": "look_up", "arguments": {{"city": "{CITIES[i % len(CITIES)]}"}}}}'},
        {"from": "observation", "value": f'{{"sight": "harbour {i}"}}'},
        {"from": "gpt", "value": _tell(i)},
    ], "tools": json.dumps([FUNCTION["function"]])}  # fmt: skip


def _glm_4v(i: int, rounds: int = 1) -> dict[str, Any]:
    turns = _chat(i, rounds)
    turns[0]["image"] = f"images/{i % 4}.png"
    return {"messages": turns}


def _with_images(
    i: int, key: str, names: tuple[str, ...] = ("role", "content", "user", "assistant"), count: int = 1
) -> dict[str, Any]:
    turns = _chat(i, 1, names)
    turns[0][names[1]] = "<image>" * count + turns[0][names[1]]
    return {key: turns, "images": [f"images/{(i + k) % 4}.png" for k in range(count)]}


def _parts(i: int) -> dict[str, Any]:
    turns = _chat(i)
    turns[0]["content"] = [{"type": "image", "text": ""}, {"type": "text", "text": turns[0]["content"]}]
    turns[1]["content"] = [{"type": "text", "text": turns[1]["content"]}]
    return {"messages": turns, "images": [f"images/{i % 4}.png"]}


def _tokens(i: int) -> dict[str, Any]:
    ask = [198, *range(1000 + 7 * i, 1006 + 7 * i + i % 3)]
    answer = [198, *range(5000 + 3 * i, 5004 + 3 * i + i % 2), 151336]
    ids = [151331, 151333, 151336, *ask, 151337, *answer]
    return {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": [-100] * (len(ids) - len(answer)) + answer}


def _alpaca(i: int, **more: Any) -> dict[str, Any]:
    return {"instruction": _ask(i), "input": "", "output": _tell(i), **more}


CLEAN: dict[str, dict[str, Callable[[int], dict[str, Any]]]] = {
    "glm": {
        "plain": lambda i: {"messages": _chat(i, 2)},
        "single": lambda i: {"messages": _chat(i)},
        "system": lambda i: {"messages": _chat(i, 2, system=True)},
        "tools": _glm_tools,
        "uneven": lambda i: {"messages": _chat(i, 1 + i % 3, system=i % 2 == 0)},
    },
    "glm-4v": {
        "plain": lambda i: _glm_4v(i, 2),
        "single": lambda i: _glm_4v(i),
        "uneven": lambda i: _glm_4v(i, 1 + i % 3),
    },
    "chatglm3": {
        "plain": lambda i: {"conversations": _chat(i, 2)},
        "single": lambda i: {"conversations": _chat(i)},
        "system": lambda i: {"conversations": _chat(i, 2, system=True)},
        "observation": lambda i: {
            "conversations": [*_chat(i), {"role": "observation", "content": "open"}, *_chat(i)[1:]]
        },
        "uneven": lambda i: {"conversations": _chat(i, 1 + i % 3, system=i % 2 == 0)},
    },
    "sharegpt": {
        "plain": lambda i: {"conversations": _chat(i, 2, SHAREGPT)},
        "system": lambda i: {"conversations": _chat(i, 2, SHAREGPT), "system": "You are a patient guide."},
        "images": lambda i: _with_images(i, "conversations", SHAREGPT),
        "two-images": lambda i: _with_images(i, "conversations", SHAREGPT, 2),
        "tools": _sharegpt_tools,
    },
    "openai": {
        "plain": lambda i: {"messages": _chat(i, 2)},
        "system": lambda i: {"messages": _chat(i, 2, system=True)},
        "tools": _openai_tools,
        "images": _parts,
    },
    "swift": {
        "plain": lambda i: {"messages": _chat(i, 2)},
        "system": lambda i: {"messages": _chat(i, 2, system=True)},
        "images": lambda i: _with_images(i, "messages"),
        "two-images": lambda i: _with_images(i, "messages", count=2),
    },
    "alpaca": {
        "plain": _alpaca,
        "input": lambda i: {**_alpaca(i), "input": f"Row {i}."},
        "history": lambda i: _alpaca(i, system="You are a patient guide.", history=[[_ask(i, 1), _tell(i, 1)]]),
    },
    "tokenized": {
        "plain": _tokens,
        "no-mask": lambda i: {key: value for key, value in _tokens(i).items() if key != "attention_mask"},
        "even": lambda i: _tokens(6 * (i % 5)),
    },
}


def records_of(dialect: str, variant: str, count: int) -> list[dict[str, Any]]:
    """``count`` clean records."""
    return [CLEAN[dialect][variant](i) for i in range(count)]
