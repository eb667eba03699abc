"""Tools and thoughts as each trainer reads them: one fault is said once, good data say nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from glm_schema_lint import lint
from glm_schema_lint.rules.think._tags import rest, slip
from glm_schema_lint.rules.tool._schema import breach, flaw

TOOL: dict[str, Any] = {
    "name": "weather", "description": "Weather of a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}  # fmt: skip
WRAPPED = {"type": "function", "function": TOOL}
CALL = {"name": "weather", "arguments": {"city": "Oslo"}}


def sharegpt(call: str = json.dumps(CALL), tools: Any = json.dumps([TOOL])) -> dict[str, Any]:
    """A good record for LLaMA-Factory."""
    turns = [("human", "Oslo?"), ("function_call", call), ("observation", "clear"), ("gpt", "Clear.")]
    return {"conversations": [{"from": role, "value": text} for role, text in turns], "tools": tools}


def swift(call: str = json.dumps(CALL), tools: Any = json.dumps([TOOL])) -> dict[str, Any]:
    """A good record for ms-swift."""
    turns = [("user", "Oslo?"), ("tool_call", call), ("tool_response", "clear"), ("assistant", "Clear.")]
    return {"messages": [{"role": role, "content": text} for role, text in turns], "tools": tools}


def openai(arguments: Any = None, tools: Any = None) -> dict[str, Any]:
    """A good record for TRL."""
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": arguments or {"city": "Oslo"}}}
    return {
        "messages": [
            {"role": "user", "content": "Oslo?"},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "clear"},
            {"role": "assistant", "content": "Clear."},
        ],
        "tools": [WRAPPED] if tools is None else tools,
    }


def glm(tools: Any, content: str = "") -> dict[str, Any]:
    """A good record for finetune.py, with the tools given."""
    return {
        "messages": [
            {"role": "system", "metadata": "", "content": content, "tools": tools},
            {"role": "user", "metadata": "", "content": "Oslo?"},
            {"role": "assistant", "metadata": "weather", "content": '{"city": "Oslo"}'},
            {"role": "observation", "metadata": "", "content": "clear"},
            {"role": "assistant", "metadata": "", "content": "Clear."},
        ]
    }


def judged(folder: Path, rows: list[dict[str, Any]], target: str, **settings: Any) -> set[tuple[str, str]]:
    """(rule, case) of everything a check finds."""
    name = "calls.json" if target == "llama-factory" else "train.jsonl"
    if target == "llama-factory":
        columns = {"messages": "conversations", "tools": "tools"}
        info = {"calls": {"file_name": name, "formatting": "sharegpt", "columns": columns}}
        (folder / "dataset_info.json").write_text(json.dumps(info), "utf-8")
        (folder / name).write_text(json.dumps(rows), "utf-8")
    else:
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    report = lint(folder, target=target, settings=settings).to_dict()
    return {(group["rule"], group["case"] or "") for group in report["groups"]}


@pytest.mark.parametrize(
    ("target", "row"),
    [
        ("llama-factory", sharegpt()),
        ("llama-factory", sharegpt(tools=json.dumps([WRAPPED]))),
        ("ms-swift", swift()),
        ("ms-swift", swift(tools=[WRAPPED])),
        ("ms-swift", openai('{"city": "Oslo"}')),
        ("trl", openai()),
        ("trl", openai(tools=json.dumps([TOOL]))),
        ("glm-4", glm([WRAPPED])),
    ],
)
def test_good_tool_data_say_nothing(target: str, row: dict[str, Any], tmp_path: Path) -> None:
    """Every form that a trainer takes is taken."""
    assert judged(tmp_path, [row], target) == set()


@pytest.mark.parametrize(
    ("target", "row", "settings", "fault"),
    [
        ("llama-factory", sharegpt("weather()"), {}, ("call-not-json", "text")),
        ("llama-factory", sharegpt(json.dumps([CALL, CALL])), {"template": "glm4"}, ("parallel-calls", "")),
        ("llama-factory", sharegpt(tools=" "), {}, ("tools-unreadable", "blank")),
        ("llama-factory", sharegpt(tools=[TOOL]), {}, ("tools-unreadable", "list")),
        ("llama-factory", sharegpt(tools=""), {}, ("call-without-tools", "")),
        (
            "llama-factory",
            sharegpt('<think>x</think>{"name": "weather", "arguments": {"city": "Oslo"}}'),
            {},
            ("thought-glued-to-call", ""),
        ),
        ("ms-swift", swift(json.dumps([CALL])), {}, ("call-not-json", "list")),
        ("ms-swift", swift(tools="none"), {}, ("tools-unreadable", "text")),
        ("trl", openai('{"city": "Oslo"}'), {}, ("arguments-form-wrong", "string")),
        ("trl", openai(tools=""), {}, ("tools-unreadable", "empty")),
        ("trl", openai({"town": "Oslo"}), {}, ("arguments-off-schema", "")),
        ("glm-4", glm([TOOL]), {"combine": False}, ("tool-shape-wrong", "flat")),
        ("glm-4", glm([WRAPPED], "Be kind."), {}, ("tools-beside-system-text", "")),
        ("glm-4", glm([WRAPPED]), {"chat_template": "jinja"}, ("tools-not-read", "template")),
    ],
)
def test_one_fault_is_said_once(
    target: str, row: dict[str, Any], settings: dict[str, Any], fault: tuple[str, str], tmp_path: Path
) -> None:
    """No second rule speaks of the same thing; where tools cannot be read, calls are not judged by them.

    That a split of one record is empty once it is dropped is another matter.
    """
    found = judged(tmp_path, [row], target, **settings) - {("all-records-dropped", "")}

    assert found - {("call-without-tools", "")} <= {fault}
    assert fault in found


def test_tools_absent_from_some_system_messages_belong_to_nested_keys_differ(tmp_path: Path) -> None:
    """An absent key is one rule's, a written null the other's; never both."""
    bare = {
        "messages": [
            {"role": "system", "metadata": "", "content": "Hi."},
            {"role": "user", "metadata": "", "content": "q"},
            {"role": "assistant", "metadata": "", "content": "a"},
        ]
    }
    null = json.loads(json.dumps(bare))
    null["messages"][0]["tools"] = None

    absent = judged(tmp_path, [glm([WRAPPED]), bare], "glm-4", combine=False)
    written = judged(tmp_path, [glm([WRAPPED]), null], "glm-4", combine=False)

    assert {rule for rule, _ in absent} == {"nested-keys-differ"}
    assert {rule for rule, _ in written} == {"system-tools-null"}


def test_an_unmapped_tools_column_is_not_a_call_without_tools(tmp_path: Path) -> None:
    """The stanza is at fault, and column-unmapped says so."""
    info = {"calls": {"file_name": "calls.json", "formatting": "sharegpt", "columns": {"messages": "conversations"}}}
    (tmp_path / "dataset_info.json").write_text(json.dumps(info), "utf-8")
    (tmp_path / "calls.json").write_text(json.dumps([sharegpt()]), "utf-8")

    groups = lint(tmp_path, target="llama-factory").to_dict()["groups"]

    assert [group["rule"] for group in groups] == ["column-unmapped"]


@pytest.mark.parametrize("schema", [
    {"type": "object", "properties": {"a": {"$ref": "http://example.com/x.json"}}},
    {"type": "object", "properties": {"a": {"$ref": "#"}}},
    {"type": "object", "properties": {"a": {"type": "string", "pattern": "(a+)+$"}}},
    {"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}},
    {"type": "object", "patternProperties": {"(a+)+$": {"type": "string"}}},
    {"type": "object", "properties": {"a": None}},
    {"$schema": "http://nowhere.example/schema", "$id": "x", "type": "object"},
])  # fmt: skip
def test_no_schema_of_a_user_can_stop_the_run(schema: dict[str, Any]) -> None:
    """No reference is fetched, no pattern is run."""
    started = time.perf_counter()

    assert flaw(schema) is None
    assert breach(schema, {"a": "a" * 40 + "b"}) is None
    assert time.perf_counter() - started < 5


def test_schemas_are_judged() -> None:
    """What is wrong is named with its place."""
    assert "dict" in str(flaw({"type": "dict"}))
    assert str(flaw({"type": "object", "properties": {"a": {"type": "str"}}})).startswith("properties/a/type")
    assert breach(TOOL["parameters"], {"city": "Oslo"}) is None
    assert breach(TOOL["parameters"], {"city": "Oslo", "day": None}) is None
    assert "required" in str(breach(TOOL["parameters"], {}))
    assert str(breach(TOOL["parameters"], {"city": 3})).startswith("city: ")
    assert breach({"type": "dict"}, {"city": 3}) is None


@pytest.mark.parametrize(("text", "case", "after"), [
    ("plain", None, None), ("<think>a</think>b", None, "b"), ("<think>a", "no-close", None), ("a</think>b", "no-open", None),
    ("<think>a<think>b</think>", "nested", None), ("<think>a</think><think>b</think>", "repeated", None),
    ("<think>a</think>b</think>", "repeated", None), ("<think></think>", None, ""),
])  # fmt: skip
def test_tags(text: str, case: str | None, after: str | None) -> None:
    """Tags pair, once; what follows is known only where they do."""
    assert slip(text) == case
    assert rest(text) == after


def test_thoughts_are_counted_over_shards_and_files(tmp_path: Path) -> None:
    """The first record without a thought is shown, and one that has one beside it."""

    def row(number: int, thought: str) -> str:
        return (
            json.dumps(
                {
                    "conversations": [
                        {"from": "human", "value": f"q{number}"},
                        {"from": "gpt", "value": thought + f"a{number}"},
                    ]
                }
            )
            + "\n"
        )

    (tmp_path / "train-0.jsonl").write_text("".join(row(n, "<think>x</think>") for n in range(3)), "utf-8")
    (tmp_path / "train-1.jsonl").write_text(
        "".join(row(n, "<think>x</think>" if n == 4 else "") for n in range(3, 6)), "utf-8"
    )

    report = lint(tmp_path, target="llama-factory", settings={"template": "glmz1"}).to_dict()

    (group,) = [g for g in report["groups"] if g["rule"] == "thoughts-mixed"]
    assert group["findings"] == 2
    assert group["examples"][0]["location"] == "train-1.jsonl:1"
    assert group["examples"][0]["related"][0]["location"] == "train-0.jsonl:1"
    assert "2 of 6 records" in group["examples"][0]["message"]


def test_thoughts_of_questions_and_other_data_do_not_count(tmp_path: Path) -> None:
    """A question about tags is no thought."""
    rows = [
        {"conversations": [{"from": "human", "value": q}, {"from": "gpt", "value": "a"}]}
        for q in ("what is <think>?", "q")
    ]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    assert lint(tmp_path, target="llama-factory", settings={"template": "glmz1"}).to_dict()["groups"] == []
