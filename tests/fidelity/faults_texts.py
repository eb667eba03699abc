"""Faults of what messages say, and of tools."""

from __future__ import annotations

from .mutate import CHAT, Work, fault


def _text(work: Work, who: str, value: object, *, last: bool = True) -> str:
    turn = work.turn(who, last=last)
    turn[work.keys.text] = value
    return work.at(turn, work.keys.text)


@fault(*CHAT)
def content_missing(w: Work) -> str:
    turn = w.turn("assistant", last=True)
    del turn[w.keys.text]
    return w.at(turn)


@fault(*CHAT)
def question_missing(w: Work) -> str:
    turn = w.turn("user", last=True)
    del turn[w.keys.text]
    return w.at(turn)


@fault(*CHAT)
def content_null(w: Work) -> str:
    return _text(w, "assistant", None)


@fault(*CHAT)
def question_null(w: Work) -> str:
    return _text(w, "user", None)


@fault(*CHAT)
def answer_empty(w: Work) -> str:
    return _text(w, "assistant", "")


@fault(*CHAT)
def answer_blank(w: Work) -> str:
    return _text(w, "assistant", " \n\u3000")


@fault(*CHAT)
def every_answer_empty(w: Work) -> str:
    for turn in w.turns:
        if turn[w.keys.role] == w.keys.assistant:
            turn[w.keys.text] = ""
    return w.at(w.turn("assistant"), w.keys.text)


@fault(*CHAT)
def question_empty(w: Work) -> str:
    return _text(w, "user", "", last=False)


@fault(*CHAT)
def answer_number(w: Work) -> str:
    return _text(w, "assistant", 42)


@fault(*CHAT)
def answer_boolean(w: Work) -> str:
    return _text(w, "assistant", True)


@fault(*CHAT)
def answer_object(w: Work) -> str:
    return _text(w, "assistant", {"label": "harbour"})


@fault(*CHAT)
def answer_list(w: Work) -> str:
    return _text(w, "assistant", ["harbour", "castle"])


@fault(*CHAT, whole=True)
def every_answer_number(w: Work) -> str:
    for i, record in enumerate(w.records):
        for turn in record[w.keys.turns]:
            if turn[w.keys.role] == w.keys.assistant:
                turn[w.keys.text] = 40 + i
    return f"/{w.keys.turns}/1/{w.keys.text}"


@fault(*CHAT, whole=True)
def every_content_number(w: Work) -> str:
    for i, record in enumerate(w.records):
        for turn in record[w.keys.turns]:
            turn[w.keys.text] = 40 + i
    return f"/{w.keys.turns}/0/{w.keys.text}"


@fault(*CHAT)
def content_parts(w: Work) -> str:
    return _text(w, "user", [{"type": "text", "text": "What is it?"}])


@fault(*CHAT, whole=True)
def every_content_parts(w: Work) -> str:
    for record in w.records:
        for turn in record[w.keys.turns]:
            turn[w.keys.text] = [{"type": "text", "text": turn[w.keys.text]}]
    return f"/{w.keys.turns}/0/{w.keys.text}"


@fault(*CHAT, whole=True)
def every_question_parts_beside_json(w: Work) -> str:
    """One answer is JSON, in a column that holds lists as well."""
    for record in w.records:
        for turn in record[w.keys.turns]:
            if turn[w.keys.role] == w.keys.user:
                turn[w.keys.text] = [{"type": "text", "text": turn[w.keys.text]}]
    return _text(w, "assistant", '{"box": [[12, 40], [88, 120]]}')


@fault(*CHAT, whole=True)
def every_content_date(w: Work) -> str:
    for i, record in enumerate(w.records):
        for turn in record[w.keys.turns]:
            turn[w.keys.text] = f"2024-01-{i + 1:02}"
    return f"/{w.keys.turns}/0/{w.keys.text}"


@fault(*CHAT)
def text_placeholder_like_token(w: Work) -> str:
    return _text(w, "user", "What does <|user|> mean, and <|endoftext|>?", last=False)


@fault("glm", "glm-4v", "chatglm3", "openai")
def text_rendered_already(w: Work) -> str:
    return _text(w, "user", "<|user|>\nWhat is it?<|assistant|>\n", last=False)


@fault(*CHAT)
def text_image_token(w: Work) -> str:
    return _text(w, "user", "What does <|image|> mean, and <|begin_of_image|>?", last=False)


@fault(*CHAT)
def text_image_placeholder(w: Work) -> str:
    return _text(w, "user", "<image>What is it?", last=False)


@fault(*CHAT)
def answer_image_placeholder(w: Work) -> str:
    return _text(w, "assistant", "I see <image> there.")


@fault(*CHAT)
def think_unclosed(w: Work) -> str:
    return _text(w, "assistant", "<think>The harbour is old. It is the harbour.")


@fault(*CHAT)
def think_closed(w: Work) -> str:
    return _text(w, "assistant", "<think>\nThe harbour is old.\n</think>\n\nIt is the harbour.")


@fault(*CHAT)
def text_lone_surrogate(w: Work) -> str:
    pointer = _text(w, "assistant", "SURROGATE")
    w.raw = w.data.replace(b"SURROGATE", rb"\ud83d harbour")
    return pointer


@fault(*CHAT)
def text_nul(w: Work) -> str:
    return _text(w, "assistant", "the\x00harbour")


@fault(*CHAT)
def message_extra_key(w: Work) -> str:
    turn = w.turn("assistant", last=True)
    turn["score"] = 0.5
    return w.at(turn, "score")


@fault(*CHAT)
def message_extra_object(w: Work) -> str:
    turn = w.turn("user", last=True)
    turn["extra"] = {"source": "web", "rank": 1}
    return w.at(turn, "extra")


@fault(*CHAT)
def record_extra_key(w: Work) -> str:
    w.record["source"] = "web"
    return "/source"


@fault("glm", variant="tools")
def tools_flat(w: Work) -> str:
    w.turns[0]["tools"] = [{"name": "look_up", "args": {"city": "string"}}]
    return w.at(0, "tools")


@fault("glm", variant="tools")
def tools_absent(w: Work) -> str:
    """Loading puts null in their place, as the other records have them."""
    w.turns[0] = {"role": "system", "content": "You are a patient guide."}
    return w.at(0)


@fault("glm", variant="tools", whole=True)
def every_tools_flat(w: Work) -> str:
    for record in w.records:
        record["messages"][0]["tools"] = [{"name": "look_up", "args": {"city": "string"}}]
    return "/messages/0/tools"


@fault("glm", variant="tools")
def tools_as_string(w: Work) -> str:
    import json

    w.turns[0]["tools"] = json.dumps(w.turns[0]["tools"])
    return w.at(0, "tools")


@fault("glm", variant="tools", whole=True)
def every_tools_without_properties(w: Work) -> str:
    for record in w.records:
        tool = record["messages"][0]["tools"][0]["function"]
        record["messages"][0]["tools"] = [{"type": "function", "function": {**tool, "parameters": {"type": "object"}}}]
    return "/messages/0/tools/0/function/parameters"


@fault("glm", "openai", variant="tools")
def tools_of_other_names(w: Work) -> str:
    tool = {
        "name": "book",
        "description": "Books.",
        "parameters": {"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]},
    }
    holder = w.turns[0] if w.dialect == "glm" else w.record
    holder["tools"] = [{"type": "function", "function": tool}]
    return w.at(0, "tools") if w.dialect == "glm" else "/tools"


@fault("glm", "openai", variant="tools")
def tools_null(w: Work) -> str:
    holder = w.turns[0] if w.dialect == "glm" else w.record
    holder["tools"] = None
    return w.at(0, "tools") if w.dialect == "glm" else "/tools"


@fault("sharegpt", variant="tools")
def tools_not_json(w: Work) -> str:
    w.record["tools"] = "[{'name': 'look_up'}]"
    return "/tools"


@fault("sharegpt", variant="tools")
def tools_of_calls_missing(w: Work) -> str:
    w.record["tools"] = ""
    return "/tools"


@fault("sharegpt", variant="tools")
def call_not_json(w: Work) -> str:
    w.turns[1]["value"] = "look_up(city='Oslo')"
    return w.at(1, "value")


@fault("openai", variant="tools")
def arguments_not_json(w: Work) -> str:
    w.turns[1]["tool_calls"][0]["function"]["arguments"] = "{city: Oslo}"
    return w.at(1, "tool_calls/0/function/arguments")


@fault("openai", variant="tools")
def arguments_object(w: Work) -> str:
    w.turns[1]["tool_calls"][0]["function"]["arguments"] = {"city": "Oslo"}
    return w.at(1, "tool_calls/0/function/arguments")


@fault("openai", variant="tools")
def calls_parallel(w: Work) -> str:
    w.turns[1]["tool_calls"].append({**w.turns[1]["tool_calls"][0], "id": "call_x"})
    return w.at(1, "tool_calls")


@fault("openai", variant="tools")
def result_without_call(w: Work) -> str:
    del w.turns[1]
    return w.at(1)
