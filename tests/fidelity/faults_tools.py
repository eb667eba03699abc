"""Faults of tools and calls, as ShareGPT records hold them: JSON text, beside the messages and in them."""

from __future__ import annotations

import json
from typing import Any

from .clean import FUNCTION
from .mutate import Work, fault

CALL = {"name": "look_up", "arguments": {"city": "Oslo"}}
INNER: dict[str, Any] = FUNCTION["function"]


def _tools(work: Work, value: Any) -> str:
    work.record["tools"] = value if isinstance(value, str) else json.dumps(value)
    return "/tools"


def _call(work: Work, value: Any) -> str:
    work.turns[1]["value"] = value if isinstance(value, str) else json.dumps(value)
    return work.at(1, "value")


@fault("sharegpt", variant="tools")
def tools_blank(w: Work) -> str:
    return _tools(w, " ")


@fault("sharegpt", variant="tools")
def tools_one_object(w: Work) -> str:
    return _tools(w, INNER)


@fault("sharegpt", variant="tools")
def tools_number(w: Work) -> str:
    return _tools(w, "3")


@fault("sharegpt", variant="tools")
def tools_of_names(w: Work) -> str:
    return _tools(w, ["look_up"])


@fault("sharegpt", variant="tools", whole=True)
def every_tools_list(w: Work) -> str:
    for record in w.records:
        record["tools"] = [FUNCTION]
    w.elsewhere["tools"] = [FUNCTION]
    return "/tools"


@fault("sharegpt", variant="tools")
def tool_without_name(w: Work) -> str:
    return _tools(w, [{key: value for key, value in INNER.items() if key != "name"}])


@fault("sharegpt", variant="tools")
def tool_function_without_name(w: Work) -> str:
    return _tools(w, [{"type": "function", "function": {k: v for k, v in INNER.items() if k != "name"}}])


@fault("sharegpt", variant="tools")
def tool_without_type(w: Work) -> str:
    return _tools(w, [{"function": INNER}])


@fault("sharegpt", variant="tools")
def tool_of_unknown_type(w: Work) -> str:
    return _tools(w, [{"type": "tool", "function": INNER}])


@fault("sharegpt", variant="tools")
def tool_built_in(w: Work) -> str:
    return _tools(w, [{"type": "simple_browser"}])


@fault("sharegpt", variant="tools")
def tool_function_a_name(w: Work) -> str:
    return _tools(w, [{"type": "function", "function": "look_up"}])


@fault("sharegpt", variant="tools")
def tool_without_function(w: Work) -> str:
    return _tools(w, [{"type": "function"}])


@fault("sharegpt", variant="tools")
def tool_property_null(w: Work) -> str:
    parameters = {**INNER["parameters"], "properties": {**INNER["parameters"]["properties"], "day": None}}
    return _tools(w, [{"type": "function", "function": {**INNER, "parameters": parameters}}])


@fault("sharegpt", variant="tools")
def call_without_name(w: Work) -> str:
    return _call(w, {"arguments": {"city": "Oslo"}})


@fault("sharegpt", variant="tools")
def call_without_arguments(w: Work) -> str:
    return _call(w, {"name": "look_up"})


@fault("sharegpt", variant="tools")
def call_of_no_calls(w: Work) -> str:
    return _call(w, "[]")


@fault("sharegpt", variant="tools")
def call_a_name(w: Work) -> str:
    return _call(w, '"look_up"')


@fault("sharegpt", variant="tools")
def call_in_list(w: Work) -> str:
    return _call(w, [CALL])


@fault("sharegpt", variant="tools")
def calls_in_one_turn(w: Work) -> str:
    return _call(w, [CALL, {**CALL, "arguments": {"city": "Rome"}}])


@fault("sharegpt", variant="tools")
def call_behind_thought(w: Work) -> str:
    return _call(w, "<think>The city is known.</think>" + json.dumps(CALL))


@fault("sharegpt", variant="tools")
def call_arguments_text(w: Work) -> str:
    return _call(w, {"name": "look_up", "arguments": '{"city": "Oslo"}'})


@fault("sharegpt", variant="tools")
def call_arguments_no_json(w: Work) -> str:
    return _call(w, {"name": "look_up", "arguments": "{city: Oslo"})


@fault("sharegpt", variant="tools")
def call_arguments_null(w: Work) -> str:
    return _call(w, {"name": "look_up", "arguments": None})


@fault("sharegpt", variant="tools")
def call_arguments_list(w: Work) -> str:
    return _call(w, {"name": "look_up", "arguments": ["Oslo"]})


@fault("sharegpt", variant="tools")
def starts_with_observation(w: Work) -> str:
    w.turns[0]["from"] = "observation"
    return w.at(0)
