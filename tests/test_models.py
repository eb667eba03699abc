"""Models: what a record is taken for, and errors that point at the very place."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_schema_lint import models
from glm_schema_lint.models import ModelError, checker, detect
from glm_schema_lint.models.judge import judge_for, real_path
from glm_schema_lint.record import Split
from glm_schema_lint.shapes import Shaper
from glm_schema_lint.targets import Reads

TALK = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
GOOD: dict[str, dict[str, Any]] = {
    "glm": {
        "messages": [
            {"role": "system", "content": "", "tools": [{"type": "function"}]}, {**TALK[0], "image": "a.png"}, TALK[1],
        ],
    },
    "openai": {
        "messages": [
            {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "q"}]},
            {"role": "assistant", "content": None, "tool_calls": [CALL]},
            {"role": "tool", "content": "1", "tool_call_id": "1"},
        ],
        "tools": [{"type": "function"}], "images": ["a.png"],
    },
    "swift": {
        "messages": [TALK[0], {**TALK[1], "loss": True, "loss_scale": 0.5}], "images": [{"path": "a.png"}],
        "objects": {"bbox": []},
    },
    "sharegpt": {
        "conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}], "system": "s",
        "images": ["a"],
    },
    "alpaca": {"instruction": "i", "input": None, "output": "o", "history": [["a", "b"]], "system": "s"},
}  # fmt: skip
ODD = [None, True, 7, 1.5, "text", [], ["x"], [7], [{}], [{"type": 5}], {}, {"a/b": 1}]


@dataclass
class Mapped:
    """What a config of a trainer says about keys."""

    reads: Reads
    formatting: str = "sharegpt"
    sft: bool = True
    roles: dict[str, list[str]] = field(default_factory=dict)


def split(dialect: str | None, mapping: Any = None) -> Split:
    return Split("train", "train", [], dialect=dialect, mapping=mapping)


def errors(dialect: str | None, value: Any, mapping: Any = None) -> list[ModelError]:
    check = checker(split(dialect, mapping))
    assert check is not None
    return check(value, None)


def places(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place inside a record."""
    found = [at] if at else []
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += places(item, (*at, key))
    return found


def resolve(value: Any, pointer: str) -> list[str]:
    """The parts of a pointer; the last may be an absent key, all others must be there."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    for depth, part in enumerate(parts):
        key = int(part) if isinstance(value, list) else part
        if depth == len(parts) - 1 and isinstance(value, dict) and key not in value:
            break
        value = value[key]
    return parts


@pytest.mark.parametrize(
    ("value", "dialect"),
    [
        ({"input_ids": [1], "messages": TALK}, "tokenized"),
        ({"instruction": "a", "output": "b"}, "alpaca"),
        ({"instruction": "a", "input": "b"}, None),
        ({"conversations": None}, "sharegpt"),
        ({"messages": [{"from": "human", "value": "q"}]}, "sharegpt"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "openai"),
        ({"messages": [{"role": "assistant", "tool_calls": []}]}, "openai"),
        ({"messages": TALK, "images": []}, "swift"),
        ({"messages": TALK, "images": None}, "glm"),
        ({"messages": [{**TALK[0], "loss": False}]}, "swift"),
        ({"messages": TALK}, "glm"),
        ({"messages": "hello"}, "glm"),
        ({"messages": None}, "glm"),
        ({"text": "a"}, None),
        ([TALK], None),
        (None, None),
    ],
)
def test_keys_alone_decide_the_dialect(value: Any, dialect: str | None) -> None:
    assert detect(value) == dialect


@pytest.mark.parametrize("dialect", GOOD)
def test_a_good_record_has_no_error_its_model_judges(dialect: str) -> None:
    assert judge_for(split(dialect))(GOOD[dialect]) == []


@pytest.mark.parametrize("dialect", GOOD)
@given(data=st.data())
def test_an_error_points_at_what_was_changed(dialect: str, data: st.DataObject) -> None:
    """The pointer resolves, and leads to the changed place, above it or below it."""
    record = copy.deepcopy(GOOD[dialect])
    path = data.draw(st.sampled_from(places(record)))
    above = record
    for part in path[:-1]:
        above = above[part]  # type: ignore[index]
    if isinstance(above, dict) and data.draw(st.booleans()):
        del above[path[-1]]
    else:
        above[path[-1]] = copy.deepcopy(data.draw(st.sampled_from(ODD)))  # type: ignore[index]

    found = judge_for(split(dialect))(record)

    assert len({error.pointer for error in found}) == len(found)
    changed = [str(part) for part in path]
    for error in found:
        parts = resolve(record, error.pointer)
        shared = min(len(parts), len(changed))
        assert parts[:shared] == changed[:shared]


@pytest.mark.parametrize("dialect", GOOD)
@given(data=st.data())
def test_the_cache_of_shapes_changes_nothing(dialect: str, data: st.DataObject) -> None:
    """A checker that has seen other records says of the next what a fresh one says."""
    old, shaper = checker(split(dialect)), Shaper()
    assert old is not None
    for _ in range(4):
        record = copy.deepcopy(GOOD[dialect])
        for path in data.draw(st.lists(st.sampled_from(places(record)), max_size=2)):
            above: Any = record
            try:
                for part in path[:-1]:
                    above = above[part]
                above[path[-1]] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
            except (KeyError, IndexError, TypeError):
                continue

        assert old(record, shaper(record)) == errors(dialect, record)


def test_tags_of_unions_are_left_out_of_the_path() -> None:
    record = {"messages": [{"content": [{"text": 5}]}]}

    assert real_path(("tools", "list[any]"), {"tools": {}}) == ("tools",)
    assert real_path(("messages", 0, "content", "parts", 0, "text"), record) == ("messages", 0, "content", 0, "text")
    assert real_path(("messages", 0, "content", "parts", 0, "type"), record, missing=True) == (
        "messages",
        0,
        "content",
        0,
        "type",
    )


@pytest.mark.parametrize(
    ("dialect", "value", "expected"),
    [
        ("glm", {"messages": 5}, [("type-wrong", "messages", "/messages")]),
        ("glm", {"messages": "x"}, [("type-wrong", "messages-words", "/messages")]),
        ("glm", {"messages": "['x']"}, [("type-wrong", "messages-text", "/messages")]),
        ("glm", {"messages": [5]}, [("type-wrong", "message", "/messages/0")]),
        ("glm", {"messages": [{"role": 1, "content": "a"}]}, [("type-wrong", "role", "/messages/0/role")]),
        ("glm", {"messages": [{"role": "user", "content": 1}]}, [("type-wrong", "content", "/messages/0/content")]),
        ("glm", {"messages": [{"role": "assistant", "content": {}}]},
         [("answer-type", "content", "/messages/0/content")]),
        ("glm", {"messages": [{"role": "tool", "content": {}}]},
         [("type-wrong", "tool-content", "/messages/0/content")]),
        ("glm", {"messages": [{"content": None}]},
         [("key-missing", "role", "/messages/0/role"), ("value-null", "content", "/messages/0/content")]),
        ("glm", {"messages": [{"role": "user", "content": "a", "image": ["x"]}]},
         [("image-type", "image", "/messages/0/image")]),
        ("openai", {"messages": [{"role": "user", "content": [{"text": "a"}]}]},
         [("type-wrong", "part-key", "/messages/0/content/0/type"),
          ("type-wrong", "content-parts", "/messages/0/content")]),
        ("swift", {"messages": TALK, "images": 5, "videos": 5},
         [("image-type", "image", "/images"), ("type-wrong", "media", "/videos")]),
        ("sharegpt", {"conversations": [{"from": "gpt", "value": 5}]},
         [("answer-type", "content", "/conversations/0/value")]),
        ("alpaca", {"instruction": "a", "output": [1]}, [("answer-type", "response-list", "/output")]),
        ("alpaca", {"instruction": 5, "output": "a", "history": [["a", 5]]},
         [("type-wrong", "prompt", "/instruction"), ("type-wrong", "history-turn", "/history/0/1")]),
    ],
)  # fmt: skip
def test_every_error_has_a_type_and_a_case(dialect: str, value: Any, expected: list[tuple[str, str, str]]) -> None:
    assert [(e.type, e.case, e.pointer) for e in errors(dialect, value)] == expected


def test_keys_renamed_by_a_config_are_judged_and_named_as_written() -> None:
    mapping = Mapped(Reads(messages="dia/log", role="who", content="te~xt", images="pics"))
    record = {"dia/log": [{"who": 5, "te~xt": 7}], "pics": 5, "images": 5}

    found = [(e.case, e.pointer) for e in errors(None, record, mapping)]

    assert found == [("role", "/dia~1log/0/who"), ("content", "/dia~1log/0/te~0xt"), ("image", "/pics")]


def test_columns_renamed_by_a_config() -> None:
    mapping = Mapped(Reads(messages="", prompt="q", response="a"), formatting="alpaca")

    assert [(e.case, e.pointer) for e in errors(None, {"q": 5, "a": {}}, mapping)] == [
        ("prompt", "/q"),
        ("response", "/a"),
    ]
    assert errors(None, {"q": "x", "a": "y", "output": 5, "history": 5}, mapping) == []


@pytest.mark.parametrize(
    ("dialect", "value"),
    [
        ("glm", {"conversations": [{"from": "human", "value": "q"}]}),
        ("glm", {"data": [{"messages": TALK}]}),
        ("glm", ["a"]),
        ("sharegpt", {"messages": [{"role": 5}]}),
    ],
)
def test_a_record_of_another_kind_is_one_fault_not_many(dialect: str, value: Any) -> None:
    assert errors(dialect, value) == []


def test_a_key_only_one_trainer_reads_concerns_nobody_else() -> None:
    [error] = errors("glm", {"messages": [{"role": "user", "content": "a", "image": ["x"]}]})

    assert error.concerns(Reads(message_image="image"))
    assert not error.concerns(Reads())
    assert not error.concerns(None)


def test_rows_of_tokens_are_left_to_the_token_rules() -> None:
    assert checker(split("tokenized")) is None
    assert checker(split(None)) is None


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ({"data": [{"messages": TALK}], "version": 1}, "data"),
        ({"data": []}, None),
        ({"messages": [{"messages": TALK}]}, None),
        ({"rows": [{"id": 1}]}, None),
        ("data", None),
    ],
)
def test_an_object_around_records_is_known_by_what_it_holds(value: Any, key: str | None) -> None:
    assert models.wrapped(value) == key


def test_records_of_one_family_are_no_strangers() -> None:
    assert models.stranger({"messages": TALK, "images": ["a"]}, split("glm")) is None
    assert models.stranger({"conversations": []}, split("glm")) == "sharegpt"
    assert models.stranger({"id": 1}, split("glm")) is None
    mapping = Mapped(Reads(messages="messages"))
    assert models.stranger({"messages": TALK}, split("sharegpt", mapping)) is None
    assert models.stranger({"instruction": "a", "output": "b"}, split("sharegpt", mapping)) == "alpaca"
