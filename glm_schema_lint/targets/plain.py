"""What a target makes of records of no dialect of ours: ``plain_by`` in its file names one of these."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

QUERY: Final = ("query", "prompt", "input", "instruction", "question", "problem")
RESPONSE: Final = (
    "response", "answer", "output", "targets", "target", "answer_key", "answers", "solution", "text", "completion",
    "content",
)  # fmt: skip
"""Names of columns that ms-swift takes for the prompt and for the answer (preprocessor/core.py:381-389)."""
SYSTEM: Final = ("system", "system_prompt")
_OTHERS: Final = frozenset((*SYSTEM, "history", "conversation", "dialogue", "chosen", "rejected"))
FORWARD: Final = ("attention_mask", "position_ids", "labels", "label", "label_ids", "inputs_embeds", "pixel_values")
"""What forward of the GLM models takes beside ``input_ids`` (transformers 4.57.1 trainer.py:982-1001)."""
_TURNS: Final = (("user", "human"), ("assistant", "gpt", "bot"))

SIDES: Final = frozenset(("prompt", "completion"))
PAIRED: Final = ("pair", "auto-preprocessor")
"""The ways below that train from a prompt and its completion as they stand."""

Verdict = str | None
"""None if the target trains from the record, else a case of required-key-missing."""


def known_column(name: str) -> bool:
    """True if some trainer takes a column of that name for a text to train on."""
    return name.lower() in QUERY or name.lower() in RESPONSE or name.lower() in _OTHERS


def columns(value: Mapping[str, Any], sets: Sequence[Sequence[str]]) -> Verdict:
    """Any of the sets of keys must be there."""
    return None if any(all(value.get(key) is not None for key in keys) for keys in sets) else "format"


def pair(value: Mapping[str, Any], sets: Sequence[Sequence[str]]) -> Verdict:
    """TRL: prompt and completion, both text or both messages (sft_trainer.py:1290-1345); with images as columns."""
    if not SIDES.issubset(value) or {"image", "images"} & value.keys():
        return columns(value, sets)
    sides = [value["prompt"], value["completion"]]
    if any(side is None for side in sides):
        return "pair-null"
    if all(isinstance(side, str) for side in sides):
        return None if sides[1].strip() else "pair-blank"
    if {type(side) for side in sides} == {str, list}:
        return "pair-mixed"
    talks = [
        isinstance(side, list) and any(isinstance(turn, dict) and "role" in turn for turn in side) for side in sides
    ]
    if all(talks):
        return None
    return "pair-empty" if talks[0] and sides[1] == [] else "pair-type"


def model_columns(value: Mapping[str, Any], _sets: Sequence[Sequence[str]]) -> Verdict:
    """The Trainer of transformers takes out what forward does not take (trainer.py:1003-1037); without ids no batch is padded."""
    return "no-ids" if any(key in value for key in FORWARD) else "format"


def auto_preprocessor(value: Mapping[str, Any], _sets: Sequence[Sequence[str]]) -> Verdict:
    """ms-swift: a conversation, or one column each for prompt and answer (preprocessor/core.py:225-242, 686)."""
    if "conversation" in value:
        return _turns(value["conversation"])
    asked, answered = named(value, QUERY), named(value, RESPONSE)
    if answered and all(value[key] is None for key in answered) and asked:
        return "answer-null"
    if not answered or all(value[key] is None for key in answered):
        return "no-answer" if asked or named(value, SYSTEM) else "format"
    both = {"instruction", "input"} <= value.keys()
    if "response" not in value and len(answered) > 1 and not (both and "output" in value):
        return "aliases"
    if not both and "query" not in value and len(asked) > 1:
        return "prompt-aliases"
    joined = both and bool(value["instruction"]) and bool(value["input"])  # by an f-string (core.py:429-434)
    loose = [value[key] for key in asked if not isinstance(value[key], str | None)]
    if any(not isinstance(value[key], str | list | None) for key in answered) or (loose and not joined):
        return "column-type"
    if any(isinstance(one, dict | list) for one in loose):
        return "python-text"
    history = value.get("history")
    return "history" if isinstance(history, list) and any(not isinstance(pair, list) for pair in history) else None


def stanza(value: Mapping[str, Any], _sets: Sequence[Sequence[str]]) -> Verdict:
    """LLaMA-Factory: the columns of alpaca, ``input`` among them, or any other once dataset_info.json names them."""
    if {"instruction", "input", "output"} <= value.keys():
        return None
    if {"chosen", "rejected"} <= value.keys() or isinstance(value.get("text"), str):
        return "stanza"
    sides = [[key for key in named(value, names) if isinstance(value[key], str)] for names in (QUERY, RESPONSE)]
    return "stanza" if all(sides) else "format"


def named(value: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """The keys of a record that are among ``names``, whatever their case."""
    return [key for key in value if key.lower() in names]


def columns_for(value: Mapping[str, Any]) -> str:
    """The ``columns`` of a stanza that would read the record, as JSON."""
    asked, answered = named(value, QUERY), named(value, RESPONSE)
    if {"chosen", "rejected"} <= value.keys():
        taken = {"prompt": (asked or ["…"])[0], "chosen": "chosen", "rejected": "rejected"}
        return f'"ranking": true, "columns": {json.dumps(taken, ensure_ascii=False)}'
    if asked and answered:
        return f'"columns": {json.dumps({"prompt": asked[0], "response": answered[0]}, ensure_ascii=False)}'
    return f'"columns": {json.dumps({"prompt": (answered or asked or ["…"])[0]}, ensure_ascii=False)}'


PLAIN: Final[dict[str, Callable[[Mapping[str, Any], Sequence[Sequence[str]]], Verdict]]] = {
    "columns": columns,
    "pair": pair,
    "model-columns": model_columns,
    "auto-preprocessor": auto_preprocessor,
    "stanza": stanza,
}


def _turns(talk: Any) -> Verdict:
    """Turns of role and text, or pairs of human and assistant (preprocessor/core.py:486-512)."""
    if isinstance(talk, str):
        return None  # text is parsed first: not looked into
    if not isinstance(talk, list) or not talk or not all(isinstance(turn, dict) for turn in talk):
        return "format"
    if "role" in talk[0] or "from" in talk[0] or "content" in talk[0] or "value" in talk[0]:
        good = all(("role" in turn or "from" in turn) and ("content" in turn or "value" in turn) for turn in talk)
        return None if good else "turn-keys"
    return None if all(all(any(name in turn for name in side) for side in _TURNS) for turn in talk) else "turns"
