"""Faults of messages that ShareGPT and ms-swift records share: keys beside the text, control tokens, thoughts."""

from __future__ import annotations

from .mutate import Work, fault

BOTH = ("sharegpt", "swift")


def _say(work: Work, who: str, text: str, *, last: bool = True) -> str:
    turn = work.turn(who, last=last)
    turn[work.keys.text] = text
    return work.at(turn, work.keys.text)


def _with(work: Work, who: str, key: str, value: object) -> str:
    turn = work.turn(who, last=True)
    turn[key] = value
    return work.at(turn, key)


@fault(*BOTH)
def answer_blank_before_another(w: Work) -> str:
    return _say(w, "assistant", "", last=False)


@fault(*BOTH)
def question_blank_later(w: Work) -> str:
    return _say(w, "user", "\n ")


@fault(*BOTH)
def message_with_image(w: Work) -> str:
    return _with(w, "user", "image", "images/0.png")


@fault(*BOTH)
def message_with_thought(w: Work) -> str:
    return _with(w, "assistant", "reasoning_content", "The harbour is old.")


@fault(*BOTH)
def message_with_tools(w: Work) -> str:
    return _with(w, "user", "tools", [{"name": "look_up"}])


@fault(*BOTH)
def text_rendered(w: Work) -> str:
    return _say(w, "user", "<|user|>\nWhat is it?<|assistant|>", last=False)


@fault(*BOTH)
def text_image_edge(w: Work) -> str:
    return _say(w, "user", "What does <|begin_of_image|> mean?", last=False)


@fault(*BOTH)
def record_of_alpaca(w: Work) -> None:
    w.records[w.index] = {"instruction": "What is it?", "input": "", "output": "The harbour."}


@fault(*BOTH)
def think_unopened(w: Work) -> str:
    return _say(w, "assistant", "The harbour is old.</think>It is the harbour.")


@fault(*BOTH)
def think_nested(w: Work) -> str:
    return _say(w, "assistant", "<think>The <think>harbour</think> is old.</think>It is the harbour.")


@fault("alpaca", variant="history")
def history_three(w: Work) -> str:
    w.record["history"] = [["Where?", "Here.", "There."]]
    return "/history/0"


@fault("alpaca", variant="history", whole=True)
def every_history_three(w: Work) -> str:
    for record in w.records:
        record["history"] = [["Where?", "Here.", "There."]]
    return "/history/0"


@fault("alpaca", variant="history", whole=True)
def every_history_text(w: Work) -> str:
    for record in w.records:
        record["history"] = "Where? Here."
    return "/history"


@fault("alpaca", whole=True)
def every_instruction_number(w: Work) -> str:
    for i, record in enumerate(w.records):
        record["instruction"] = i
    return "/instruction"


@fault("alpaca", variant="history", whole=True)
def every_system_number(w: Work) -> str:
    for i, record in enumerate(w.records):
        record["system"] = i + 1
    return "/system"


@fault(*BOTH, whole=True)
def every_role_number(w: Work) -> str:
    for record in w.records:
        for number, turn in enumerate(record[w.keys.turns]):
            turn[w.keys.role] = number
    return f"/{w.keys.turns}/0/{w.keys.role}"


@fault(*BOTH, whole=True)
def every_messages_text(w: Work) -> str:
    for record in w.records:
        record[w.keys.turns] = record[w.keys.turns][0][w.keys.text]
    return f"/{w.keys.turns}"


@fault(*BOTH, whole=True)
def every_messages_number(w: Work) -> str:
    for i, record in enumerate(w.records):
        record[w.keys.turns] = i + 1
    return f"/{w.keys.turns}"


@fault(*BOTH, whole=True)
def every_answer_list(w: Work) -> str:
    for record in w.records:
        record[w.keys.turns] = [
            {**turn, w.keys.text: [turn[w.keys.text]]} if turn[w.keys.role] == w.keys.assistant else turn
            for turn in record[w.keys.turns]
        ]
    return f"/{w.keys.turns}/1/{w.keys.text}"


@fault(*BOTH, whole=True)
def every_message_a_text(w: Work) -> str:
    for record in w.records:
        record[w.keys.turns] = [turn[w.keys.text] for turn in record[w.keys.turns]]
    return f"/{w.keys.turns}/0"
