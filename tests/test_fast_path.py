"""The fast path may never accept what the slow path reports, and any cut into shards gives the same report."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from glm_schema_lint import lint, rules, targets
from glm_schema_lint.engine.outline import Outline, Outliner
from glm_schema_lint.record import Split
from glm_schema_lint.rules import ConversationRule, RecordRule
from glm_schema_lint.sources import text

ALL = frozenset(("images", "tools", "thoughts", "marks", "rejected"))
TEXTS = st.sampled_from(
    [
        "",
        " ",
        "\n",
        "hi",
        "<image>",
        "<image>x<image>",
        "你好",
        "a < b",
        "<think>x</think>",
        "<think>x</think>y",
        "<think>x",
        "x</think>",
        "<|user|>",
        "<|user|>\nx",
        "see <|image|>",
        "<sop>",
    ]
)
VALUES = st.one_of(
    TEXTS,
    st.none(),
    st.integers(0, 3),
    st.just([]),
    st.just([{"type": "text", "text": "x"}]),
    st.just({}),
    st.booleans(),
)
ROLES = st.one_of(
    st.sampled_from(["system", "user", "assistant", "observation", "tool", "human", "gpt", "bot", ""]),
    st.none(),
    st.just(3),
)
TOOLS = st.sampled_from([
    "", " ", "[]", "x", '[{"name": "f", "parameters": {"type": "dict"}}]', [], None,
    [{"name": "f"}], [{"type": "function", "function": {"name": "f", "parameters": {"properties": {"a": None}}}}],
])  # fmt: skip
CALLS = st.sampled_from([
    "", "f()", '{"name": "f", "arguments": {}}', '{"name": "g", "arguments": "{}"}', '<think>x</think>{"name": "f", "arguments": {}}',
])  # fmt: skip
EXTRAS = st.sampled_from([
    ("tools", None), ("tools", [{"name": "f"}]), ("metadata", "f"), ("metadata", ""), ("reasoning_content", "x"),
    ("tool_calls", [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]), ("tool_calls", []), ("tool_call_id", "2"),
])  # fmt: skip
IMAGES = st.sampled_from(["a.png", "", None, 3, ["a.png"], {"path": "a.png"}])


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """Records that are mostly fine, with one or the other thing off."""
    style = draw(st.sampled_from(["glm", "sharegpt", "chatglm3", "alpaca"]))
    if style == "alpaca":
        row: dict[str, Any] = {"instruction": draw(VALUES), "input": draw(TEXTS), "output": draw(VALUES)}
    else:
        role, content = ("from", "value") if style == "sharegpt" else ("role", "content")
        key = "messages" if style == "glm" else "conversations"
        row = {
            key: [{role: draw(ROLES), content: draw(st.one_of(TEXTS, VALUES))} for _ in range(draw(st.integers(0, 4)))]
        }
        if draw(st.booleans()):
            good = ["human", "gpt"] if style == "sharegpt" else ["user", "assistant"]
            row = {key: [{role: r, content: draw(TEXTS)} for r in good * draw(st.integers(1, 2))]}
        for message in row[key]:
            if draw(st.integers(0, 5)) == 0:
                message["image"] = draw(IMAGES)
            if draw(st.integers(0, 7)) == 0:
                message.update([draw(EXTRAS)])
            if draw(st.integers(0, 7)) == 0:
                message.update({role: draw(st.sampled_from(["function_call", "tool_call"])), content: draw(CALLS)})
    if draw(st.integers(0, 3)) == 0:
        row["images"] = draw(st.one_of(IMAGES, st.lists(IMAGES, max_size=2)))
    if draw(st.integers(0, 5)) == 0:
        row["system"] = draw(VALUES)
    if draw(st.integers(0, 3)) == 0:
        row["tools"] = draw(TOOLS)
    return row


def everything(taken: Outline) -> Outline:
    """The same record as if it had to be looked at by every rule; what its answers hold stays a fact."""
    return taken._replace(key=None, holds=taken.holds | ALL)


def findings(folder: Path, target: str) -> list[tuple[Any, ...]]:
    """Everything a report counts."""
    report = lint(folder, target=target, examples=1000).to_dict()
    return [
        (g["rule"], g["case"], g["findings"], g["records"], [e["location"] for e in g["examples"]])
        for g in report["groups"]
    ]


@pytest.mark.parametrize("target", ["glm-4", "glm-4v", "chatglm3", "llama-factory", "ms-swift", "trl"])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=st.lists(records(), min_size=1, max_size=12))
def test_fast_path_agrees_with_slow_path(target: str, rows: list[dict[str, Any]]) -> None:
    """With every record repeated, so that outlines are met again, skipping clean outlines changes nothing."""
    slow = pytest.MonkeyPatch()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows * 2), "utf-8")
        fast_findings = findings(folder, target)
        plain = Outliner.__call__
        with slow.context() as patch:
            patch.setattr(Outliner, "__call__", lambda self, value: everything(plain(self, value)))
            slow_findings = findings(folder, target)

    assert fast_findings == slow_findings


def test_outline_rules_look_at_nothing_else() -> None:
    """Rules that rely on outlines are marked so on purpose; those that ask for images are not among them."""
    for rule in rules.load():
        if isinstance(rule, ConversationRule | RecordRule) and rule.needs_images:
            assert not rule.outline, rule.name


PLAIN = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}


@pytest.mark.parametrize(("change", "holds"), [
    ({}, set()),
    ({"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "<think>x</think>a"}]}, {"thoughts", "reasoned"}),
    ({"messages": [{"role": "user", "content": "what is <think>?"}, {"role": "assistant", "content": "a"}]}, {"thoughts"}),
    ({"messages": [{"role": "user", "content": "q"}, {"role": "observation", "content": "a"}]}, {"tools"}),
    ({"messages": [{"role": "assistant", "content": "a", "metadata": "f"}]}, {"tools"}),
    ({"messages": [{"role": "assistant", "content": "a", "reasoning_content": "x"}]}, {"thoughts", "reasoned"}),
    ({"messages": [{"role": "assistant", "content": None, "tool_calls": [{"function": {}}]}]}, {"images", "tools"}),
    ({"messages": [{"role": "user", "content": "<|user|>"}, {"role": "assistant", "content": "a"}]}, {"marks"}),
    ({"messages": [{"role": "user", "content": "<sop> a > b"}, {"role": "assistant", "content": "a"}]}, {"marks"}),
    ({"messages": [{"role": "user", "content": "a > b"}, {"role": "assistant", "content": "a"}]}, set()),
    ({"messages": [{"role": "observation", "content": None}]}, {"images", "tools"}),
    ({"tools": "[]"}, {"tools"}), ({"tools": ""}, {"tools"}), ({"tools": None}, set()), ({"images": ["a.png"]}, {"images"}),
])  # fmt: skip
def test_an_outline_tells_what_a_record_holds(change: dict[str, Any], holds: set[str]) -> None:
    """Rules that look further run where there is something for them, and on no plain record."""
    assert Outliner(Split("train", "train", [], "glm"))({**PLAIN, **change}).holds == holds


@settings(max_examples=15, deadline=None)
@given(rows=st.lists(records(), min_size=20, max_size=60), size=st.sampled_from([200, 700, 1500]))
def test_any_cut_into_shards_gives_the_same_report(rows: list[dict[str, Any]], size: int) -> None:
    """Reading shard by shard, with addresses shifted and groups merged, equals reading the whole."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n\n" for row in rows), "utf-8")
        patch.setattr(text, "CHUNK", size, raising=True)
        patch.setattr(text, "SHARD", 10**9, raising=True)
        whole = findings(folder, "glm-4")
        patch.setattr(text, "SHARD", 1, raising=True)
        cut = findings(folder, "glm-4")

    assert cut == whole


def test_a_failing_rule_becomes_a_finding_and_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One odd record must not stop a three-hour read; the report names rule and record, and is no success."""
    from glm_schema_lint.rules.conv.role_unknown import RoleUnknown

    def fail(self: RoleUnknown, talk: Any, ctx: Any) -> Any:
        raise RuntimeError("planted")
        yield

    monkeypatch.setattr(RoleUnknown, "check", fail)
    good = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}
    (tmp_path / "train.jsonl").write_text(
        json.dumps(good) + "\n" + json.dumps({"messages": [{"role": "user", "content": "q"}]}) + "\n"
    )

    report = lint(tmp_path, target="glm-4").to_dict()

    by_rule = {g["rule"]: g for g in report["groups"]}
    assert by_rule["rule-crashed"]["examples"][0]["found"] == "RuntimeError: planted"
    assert by_rule["rule-crashed"]["examples"][0]["location"] == "train.jsonl:1"
    assert by_rule["rule-crashed"]["severity"] == "error"
    assert "assistant-missing" in by_rule
    assert targets.load("glm-4").name == "glm-4"


@pytest.mark.parametrize("target", ["glm-4", "glm-4v", "llama-factory", "ms-swift", "trl", "all"])
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=st.lists(records(), min_size=1, max_size=12), extra=st.lists(records(), max_size=6))
@example(
    rows=[{"instruction": 0, "input": "", "output": "hi"}], extra=[{"instruction": 0, "input": " ", "output": "hi"}]
)
def test_what_was_said_once_is_counted_as_often(
    target: str, rows: list[dict[str, Any]], extra: list[dict[str, Any]]
) -> None:
    """Rules are not asked again of records they spoke of before; the counts are as if they were."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [json.dumps(row) + "\n" for row in [*rows, *extra, *rows, *reversed(rows), *extra, *rows]]
        (folder / "train.jsonl").write_text("".join(lines), "utf-8")
        few, all_ = (lint(folder, target=target, examples=count).to_dict() for count in (1, 100_000))

    counts = [
        [(g["rule"], g["case"], g["findings"], g["records"], g["targets"], g["examples"][0]) for g in report["groups"]]
        for report in (few, all_)
    ]
    assert counts[0] == counts[1]
    assert few["splits"] == all_["splits"]
    assert few["matrix"] == all_["matrix"]
