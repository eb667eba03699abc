"""glm-lint fix makes keys alike: empty values, lists and JSON text where the loader needs one column, and nowhere else."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import datasets
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glm_schema_lint import lint
from glm_schema_lint.cli import main

OLD = {"datasets": "3.6.0"}


def talk(text: str, **more: Any) -> list[dict[str, Any]]:
    """A question, with further keys on it, and its answer."""
    return [{"role": "user", "content": text, **more}, {"role": "assistant", "content": f"{text}!"}]


def tool(name: str, **parameters: Any) -> dict[str, Any]:
    """A function with these parameters."""
    schema = {"type": "object", "properties": parameters, "required": []}
    return {"type": "function", "function": {"name": name, "description": "d", "parameters": schema}}


def write(folder: Path, **splits: list[Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in splits.items():
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    return folder


def read(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def fix(data: Path, out: Path, target: str, *words: str) -> Result:
    args = ["fix", str(data), "--target", target, "--with", "datasets=3.6.0", *words, "-o", str(out), "--lang", "en"]
    return CliRunner().invoke(main, args, prog_name="glm-lint")


def twice(data: Path, target: str, *words: str) -> dict[str, list[Any]]:
    """The repaired splits; lint of them is clean, and a second run changes nothing."""
    once = fix(data, data.parent / "once", target, *words)
    again = fix(data.parent / "once", data.parent / "again", target, *words)

    assert once.exit_code == 0, once.output
    assert "no findings" in once.output, once.output
    assert "nothing to fix" in again.output
    return {path.stem: read(path) for path in sorted((data.parent / "once").glob("*.jsonl"))}


def loaded(folder: Path, cache: Path) -> datasets.DatasetDict:
    """The folder as the loader that is installed here reads it."""
    return datasets.load_dataset(str(folder), cache_dir=str(cache))


@pytest.mark.parametrize("target", ["glm-4", "glm-4v"])
def test_metadata_of_some_messages_is_empty_on_the_others(target: str, tmp_path: Path) -> None:
    """The tokenizer writes it behind the role, and the loader's null as the word None; an empty text is what absence means."""
    rows = [{"messages": talk("a", metadata="")}, {"messages": talk("b")}, {"messages": talk("c", metadata=None)}]
    data = write(tmp_path / "data", train=rows, validation=[{"messages": talk("d")}])
    found = [
        g for g in lint(data, target=target, versions=OLD).to_dict()["groups"] if g["rule"] == "nested-keys-differ"
    ]
    assert {(g["split"], g["case"]) for g in found} == {
        ("train", "said"), ("train", "said-null"), ("validation", "said")
    }  # fmt: skip

    fix(data, tmp_path / "once", target)

    made = [*read(tmp_path / "once" / "train.jsonl"), *read(tmp_path / "once" / "validation.jsonl")]
    assert [m for row in made for m in row["messages"]] == [
        {**m, "metadata": ""} for text in "abcd" for m in talk(text)
    ]
    left = lint(tmp_path / "once", target=target, versions=OLD).to_dict()["groups"]
    assert "nested-keys-differ" not in {g["rule"] for g in left}


def test_a_text_that_only_messages_of_a_later_split_have_is_empty_in_the_first(tmp_path: Path) -> None:
    """The first split decides the keys of messages; an empty image is none to finetune_vision.py."""
    from PIL import Image

    data = write(
        tmp_path / "data", train=[{"messages": talk("a")}] * 1, validation=[{"messages": talk("b", image="a.png")}]
    )
    Image.new("RGB", (64, 64)).save(data / "a.png")
    assert "key-appears-late" in {g["rule"] for g in lint(data, target="glm-4v", versions=OLD).to_dict()["groups"]}

    run = fix(data, tmp_path / "out", "glm-4v")

    assert "keys-alike" in run.output
    assert [m.get("image") for m in read(tmp_path / "out" / "train.jsonl")[0]["messages"]] == ["", ""]
    left = {g["rule"] for g in lint(tmp_path / "out", target="glm-4v", versions=OLD).to_dict()["groups"]}
    assert "key-appears-late" not in left
    assert loaded(tmp_path / "out", tmp_path / "cache")["validation"][0]["messages"][0]["image"] == "a.png"


def test_system_messages_without_tools_get_an_empty_list(tmp_path: Path) -> None:
    """With combine: false finetune.py walks through the tools of every system message, null or not."""
    system = {"role": "system", "content": ""}
    rows = [
        {"messages": [{**system, "tools": [tool("f", a={"type": "string"})]}, *talk("a")]},
        {"messages": [{"role": "system", "content": "be nice", "tools": None}, *talk("b")]},
        {"messages": [{"role": "system", "content": "be nice"}, *talk("c")]},
        {"messages": talk("d")},
    ]

    made = twice(write(tmp_path / "data", train=rows), "glm-4", "--set", "combine=false")["train"]

    assert made[0] == rows[0]
    assert [row["messages"][0]["tools"] for row in made[1:]] == [[], [], []]
    assert [m["content"] for row in made for m in row["messages"]] == [
        m["content"] for r in rows for m in r["messages"]
    ]


@pytest.mark.parametrize(("target", "none"), [("trl", "[]"), ("ms-swift", "[]"), ("llama-factory", "[]")])
def test_tools_with_different_parameters_become_text_in_every_record(target: str, none: str, tmp_path: Path) -> None:
    """A string has no gaps to fill; a list left among strings would be two types in one column."""
    offered = [[tool("f", a={"type": "string"})], [tool("g", b={"type": "integer"})], []]
    rows = [{"messages": talk(str(n)), "tools": tools} for n, tools in enumerate(offered)]
    rows.append({"messages": talk("x")})

    made = twice(write(tmp_path / "data", train=rows), target)["train"]

    assert [json.loads(row["tools"]) for row in made[:2]] == offered[:2]
    assert made[2]["tools"] == none
    assert made[3] == rows[3]
    assert loaded(tmp_path / "once", tmp_path / "cache")["train"]["tools"][:2] == [row["tools"] for row in made[:2]]


def test_lists_among_texts_become_texts_too_where_the_config_wants_text(tmp_path: Path) -> None:
    rows = [
        {"messages": talk("a"), "tools": [tool("f", a={"type": "string"})]},
        {"messages": talk("b"), "tools": []},
        {"messages": talk("c"), "tools": "[]"},
    ]
    data = write(tmp_path / "data", train=rows)
    tags = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}
    columns = {"messages": "messages", "tools": "tools"}
    stanza = {"file_name": "train.jsonl", "formatting": "sharegpt", "columns": columns, "tags": tags}
    (data / "dataset_info.json").write_text(json.dumps({"train": stanza}), "utf-8")

    made = twice(data, "llama-factory")["train"]

    assert json.loads(made[0]["tools"]) == rows[0]["tools"]
    assert [row["tools"] for row in made[1:]] == ["", "[]"]


def test_tools_on_messages_stay_lists_where_the_script_walks_through_them(tmp_path: Path) -> None:
    rows = [
        {
            "messages": [
                {"role": "system", "content": "", "tools": [tool("f", **{name: {"type": "string"}})]},
                *talk(name),
            ]
        }
        for name in ("a", "b")
    ]
    data = write(tmp_path / "data", train=rows)

    run = fix(data, tmp_path / "out", "glm-4")

    assert run.exit_code == 1
    assert "left      error[nested-keys-differ]" in run.output
    assert read(tmp_path / "out" / "train.jsonl") == rows


@pytest.mark.parametrize("target", ["glm-4", "glm-4v", "ms-swift", "llama-factory", "trl"])
def test_a_field_nobody_reads_is_written_as_text_where_its_types_differ(target: str, tmp_path: Path) -> None:
    rows = [{"messages": talk("a"), "id": 1}, {"messages": talk("b"), "id": "b"}, {"messages": talk("c"), "id": None}]
    data = write(tmp_path / "data", train=rows)

    fix(data, tmp_path / "once", target)
    made = read(tmp_path / "once" / "train.jsonl")

    assert [row["id"] for row in made] == ["1", "b", ""]
    assert [row["messages"] for row in made] == [row["messages"] for row in rows]
    assert loaded(tmp_path / "once", tmp_path / "cache")["train"]["id"][:] == ["1", "b", ""]
    left = lint(tmp_path / "once", target=target, versions=OLD).to_dict()["groups"]
    assert "field-type-drifts" not in {g["rule"] for g in left}


def test_what_only_a_later_split_has_is_made_a_column_of_text_in_all(tmp_path: Path) -> None:
    late = {"messages": talk("b", extra={"by": 1}), "score": 0.5, "tags": ["x"], "source": "web", "meta": {"by": "me"}}
    data = write(tmp_path / "data", train=[{"messages": talk("a")}], validation=[late])

    made = twice(data, "glm-4")

    columns = {"score": "0.5", "tags": '["x"]', "source": "web", "meta": '{"by": "me"}'}
    assert {key: made["validation"][0][key] for key in columns} == columns
    assert made["train"][0] == {"messages": made["train"][0]["messages"], **dict.fromkeys(columns, "")}
    assert made["validation"][0]["messages"][0]["extra"] == '{"by": 1}'
    assert loaded(tmp_path / "once", tmp_path / "cache")["validation"][0]["meta"] == '{"by": "me"}'


def test_a_field_that_the_trainer_reads_keeps_its_type(tmp_path: Path) -> None:
    """TRL passes chat_template_kwargs on as an object, and images as a list."""
    rows = [
        {"messages": talk("a"), "chat_template_kwargs": {"x": 1}},
        {"messages": talk("b"), "chat_template_kwargs": "x"},
    ]
    data = write(tmp_path / "data", train=rows)

    run = fix(data, tmp_path / "out", "trl")

    assert "unread-as-text" not in run.output
    assert read(tmp_path / "out" / "train.jsonl") == rows


def test_optional_keys_that_load_well_are_left_as_they_are(tmp_path: Path) -> None:
    """Absent, null and empty in one file become one column without help."""
    rows = [{"messages": talk("a"), "images": []}, {"messages": talk("b"), "images": None}, {"messages": talk("c")}]
    data = write(tmp_path / "data", train=rows)

    run = fix(data, tmp_path / "out", "ms-swift")

    assert "nothing to fix" in run.output
    assert (tmp_path / "out" / "train.jsonl").read_bytes() == (data / "train.jsonl").read_bytes()


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False, allow_infinity=False, width=16), st.text(max_size=3),
    st.lists(st.integers(0, 3), max_size=2), st.dictionaries(st.sampled_from("ab"), st.integers(0, 3), max_size=2),
)  # fmt: skip
ROW = st.tuples(
    st.dictionaries(st.sampled_from(("id", "meta", "tags")), CELLS),
    st.dictionaries(st.sampled_from(("n", "by")), CELLS),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(train=st.lists(ROW, min_size=1, max_size=4), late=st.lists(ROW, min_size=1, max_size=3))
def test_whatever_nobody_reads_may_hold_the_output_loads_and_a_second_run_changes_nothing(
    train: list[Any], late: list[Any]
) -> None:
    """No value is lost, no message changes, and what the loader could not read it reads."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        splits = {
            split: [{"messages": talk(f"{split}{n}", **inner), **outer} for n, (outer, inner) in enumerate(rows)]
            for split, rows in (("train", train), ("validation", late))
        }
        write(folder / "data", **splits)

        fix(folder / "data", folder / "once", "glm-4")
        fix(folder / "once", folder / "twice", "glm-4")

        schema = {"split-columns-differ", "field-type-drifts", "column-starts-null", "key-appears-late"}
        left = lint(folder / "once", target="glm-4", versions=OLD).to_dict()["groups"]
        assert not [g for g in left if g["rule"] in schema and g["severity"] == "error"]
        for split, rows in splits.items():
            made = read(folder / "once" / f"{split}.jsonl")
            assert made == read(folder / "twice" / f"{split}.jsonl")
            assert [[m["content"] for m in row["messages"]] for row in made] == [
                [m["content"] for m in row["messages"]] for row in rows
            ]
            for old, new in zip(rows, made, strict=True):
                for key, cell in [(key, cell) for key, cell in old.items() if key != "messages"]:
                    assert new[key] in (cell, json.dumps(cell, ensure_ascii=False)) or (cell is None and new[key] == "")
