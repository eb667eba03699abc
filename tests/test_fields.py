"""The field map: what stands where, who reads it, and where such a page may be written."""

from __future__ import annotations

import json
import os
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glm_schema_lint import export, targets
from glm_schema_lint.cli import main
from glm_schema_lint.fields import chart
from glm_schema_lint.fields.markdown import MARK
from glm_schema_lint.fields.markdown import code as span
from glm_schema_lint.fields.meaning import known
from glm_schema_lint.fields.tree import PATHS_LIMIT
from glm_schema_lint.models.fields import FieldsV1
from glm_schema_lint.sources.discover import discover, in_memory

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
LISTED = [entry["path"] for entry in tomllib.loads((EXAMPLES / "examples.toml").read_text("utf-8"))["example"]]
TURN = {"role": "user", "content": "hello"}


def run(*words: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of ``glm-lint fields``."""
    done = CliRunner().invoke(main, ["fields", *map(str, words), "--lang", "en"])
    return done.exit_code, done.stdout, done.stderr


def lines(path: Path, rows: list[Any]) -> Path:
    """A file of JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def entry(found: dict[str, Any], path: str) -> dict[str, Any]:
    """A field of the JSON form."""
    return next(field for field in found["fields"] if field["path"] == path)


def as_json(folder: Path, *words: str) -> dict[str, Any]:
    """The JSON form of a folder's field map."""
    code, out, err = run(folder, "--format", "json", *words)
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_story_is_told_by_the_page_alone() -> None:
    """Both names of the answer stand under 'What differs', each with the other."""
    code, page, _ = run(EXAMPLES / "keyerror-labels")
    assert code == 0
    assert "- `labels`: in train; not in validation, test, where `output_ids` stands instead" in page
    assert "- `output_ids`: in validation, test; not in train, where `labels` stands instead" in page


@pytest.mark.parametrize("path", LISTED)
def test_every_example_has_a_page_that_is_the_same_from_anywhere(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes, run twice, from another folder and by a relative path; in both languages; valid as JSON."""
    folder = EXAMPLES / path
    code, page, err = run(folder)
    assert (code, err) == (0, "")
    assert page.startswith(MARK)
    monkeypatch.chdir(folder.parent)
    assert run(Path(folder.name))[1] == page
    assert CliRunner().invoke(main, ["fields", str(folder), "--lang", "zh"]).stdout.count("\n### ") == page.count(
        "\n### "
    )
    found = as_json(folder)
    jsonschema.validate(found, export.schema("fields-v1"))
    assert [f"### {span(field['path'])}" for field in found["fields"]] == [
        line for line in page.splitlines() if line.startswith("### ")
    ]


def brute(rows: list[Any]) -> dict[tuple[str, ...], tuple[int, int]]:
    """Presence of every path, counted in the plainest way: (objects with the key, objects above it)."""
    holds: Counter[tuple[str, ...]] = Counter()
    objects: Counter[tuple[str, ...]] = Counter()

    def walk(value: Any, path: tuple[str, ...]) -> None:
        if isinstance(value, dict):
            objects[path] += 1
            for key, item in value.items():
                holds[*path, key] += 1
                walk(item, (*path, key))
        elif isinstance(value, list):
            for item in value:
                walk(item, (*path, "[]"))

    for row in rows:
        walk(row, ())
    return {path: (count, objects[path[:-1]]) for path, count in holds.items()}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4), min_size=1, max_size=6))
def test_presence_is_what_a_plain_count_gives(rows: list[dict[str, Any]]) -> None:
    """For any records: every path, and of each how many objects hold it."""
    found = chart([in_memory({"train": rows})], "x")
    counted = {field.path: (use.present, use.of) for field in found.fields for use in field.splits.values()}
    wanted = {".".join(path).replace(".[]", "[]"): both for path, both in brute(rows).items()}
    assert counted == wanted


def test_lengths_types_and_values_of_a_field(tmp_path: Path) -> None:
    """Lengths are of characters and items, numbers have a range, few short words are listed."""
    rows = [{"messages": [TURN] * n, "score": n / 2, "note": None if n == 1 else "x" * n} for n in (1, 2, 3)]
    lines(tmp_path / "train.jsonl", rows)
    found = as_json(tmp_path)
    assert entry(found, "messages")["splits"]["train"]["length"] == {"min": 1, "max": 3, "mean": 2.0}
    assert entry(found, "messages[].role")["splits"]["train"]["values"] == {"user": 6}
    assert entry(found, "score")["splits"]["train"]["range"] == {"min": 0.5, "max": 1.5}
    assert entry(found, "note")["splits"]["train"]["types"] == {"null": 1, "string": 2}
    assert entry(found, "note")["splits"]["train"]["example"] == {"location": "train.jsonl:2#/note", "value": "'xx'"}
    assert entry(found, "note")["read_by"] == []
    assert "glm-4" in entry(found, "messages")["read_by"]


def test_a_field_that_changes_its_type_between_splits_is_a_difference(tmp_path: Path) -> None:
    """So is one that only some records of a split have; a column of nulls is no column."""
    lines(tmp_path / "train.jsonl", [{"messages": [TURN], "id": 1, "source": "a", "extra": None}] * 3)
    lines(
        tmp_path / "validation.jsonl", [{"messages": [TURN], "id": "1", "source": "a"}, {"messages": [TURN], "id": "2"}]
    )
    told = {one["path"]: (one["kind"], one["message"]) for one in as_json(tmp_path)["differences"]}
    assert told == {
        "id": ("types", "integer in train; string in validation"),
        "source": ("partial", "in 1 / 2 of validation, in all of train"),
    }


def test_a_stanza_that_renames_columns_keeps_their_meaning(tmp_path: Path) -> None:
    """The column of dataset_info.json is named beside what it means."""
    lines(tmp_path / "qa.jsonl", [{"q": "1 + 1?", "a": "2", "by": "me"}])
    stanza = {"file_name": "qa.jsonl", "columns": {"prompt": "q", "response": "a"}}
    (tmp_path / "dataset_info.json").write_text(json.dumps({"qa": stanza}), "utf-8")
    found = as_json(tmp_path)
    assert entry(found, "q")["column"] == "prompt"
    assert entry(found, "a")["meaning"] == "The answer to learn."
    assert entry(found, "a")["read_by"] == ["llama-factory"]
    assert (entry(found, "by")["read_by"], "meaning" in entry(found, "by")) == ([], False)
    assert "differences" not in found


def test_nothing_is_quoted_with_no_values(tmp_path: Path) -> None:
    """Neither examples nor lists of values show what stands in the data."""
    lines(tmp_path / "train.jsonl", [{"messages": [{"role": "user", "content": "SECRET"}], "tag": "SECRET"}] * 8)
    assert "SECRET" in run(tmp_path)[1]
    for form in ("markdown", "json"):
        assert "SECRET" not in run(tmp_path, "--no-values", "--format", form)[1]


def test_hostile_keys_break_no_table(tmp_path: Path) -> None:
    """Bars, backticks, markup, line ends and control characters in keys stay text."""
    odd = ["a|b", "`c`", "``d", "<script>", "e\nf", "\x1b[31m", "", "g.h", "i[]", "\u202e", "\ud800"]
    row = json.dumps({"messages": [TURN], **dict.fromkeys(odd, "x|`\n<b>")})
    (tmp_path / "train.jsonl").write_text(row + "\n", "utf-8")
    code, page, _ = run(tmp_path)
    assert code == 0
    assert not any(ord(c) < 32 and c != "\n" for c in page)
    assert "\u202e" not in page
    table = page.split("## Fields")[1].split("## One by one")[0].strip().splitlines()
    assert len(table) == 2 + 3 + len(odd)
    assert {line.replace("\\|", "").count("|") for line in table} == {5}


def test_keys_that_are_data_fold_and_depth_is_bounded(tmp_path: Path) -> None:
    """An object with thousands of keys is one line; a record nested beyond reading harms nobody."""
    deep: Any = "end"
    for _ in range(60):
        deep = {"down": deep}
    lines(
        tmp_path / "train.jsonl",
        [{"messages": [TURN], "by_id": {str(n): {"v": n} for n in range(9_000)}, "deep": deep}],
    )
    found = as_json(tmp_path)
    assert entry(found, "by_id.*")["splits"]["train"]["present"] == 9_000
    assert entry(found, "by_id.*.v")["splits"]["train"]["range"] == {"min": 0, "max": 8_999}
    wide = {f"k{a}": {f"k{b}": 1 for b in range(200)} for a in range(200)}
    lines(tmp_path / "train.jsonl", [{"messages": [TURN], "wide": wide}])
    found = as_json(tmp_path)
    assert found["complete"] is False
    assert len(found["fields"]) <= PATHS_LIMIT


def test_reading_part_of_the_data_is_said(tmp_path: Path) -> None:
    """--max-records makes a page that calls itself incomplete."""
    lines(tmp_path / "train.jsonl", [{"messages": [TURN]}] * 9)
    code, page, _ = run(tmp_path, "--max-records", "4")
    assert code == 0
    assert "Not the whole" in page
    assert "| 4 " in page


def test_broken_lines_are_counted_and_do_not_stop_the_page(tmp_path: Path) -> None:
    """What gives no record is told beside the number of records."""
    lines(tmp_path / "train.jsonl", [{"messages": [TURN]}] * 2)
    with (tmp_path / "train.jsonl").open("a") as out:
        out.write('{"messages": [\n')
    assert "| 2 (1 entries not readable) |" in run(tmp_path)[1]


def test_an_existing_map_is_renewed_and_nothing_else_is_written_over(tmp_path: Path) -> None:
    """A page of ours is replaced whole; any other file stays as it is."""
    data = lines(tmp_path / "data" / "train.jsonl", [{"messages": [TURN]}])
    for name in ("FIELDS.md", "fields.json"):
        page = tmp_path / name
        assert run(tmp_path / "data", "-o", page) == (0, "", "")
        first = page.read_text("utf-8")
        lines(data, [{"messages": [TURN], "new": 1}])
        assert run(tmp_path / "data", "-o", page)[0] == 0
        assert page.read_text("utf-8") != first
        assert "new" in page.read_text("utf-8")
        lines(data, [{"messages": [TURN]}])
    notes = tmp_path / "NOTES.md"
    notes.write_text("# mine\n", "utf-8")
    code, _, err = run(tmp_path / "data", "-o", notes)
    assert code == 2
    assert "no field map" in err
    assert err.count("\n") == 1
    assert notes.read_text("utf-8") == "# mine\n"
    assert sorted(os.listdir(tmp_path)) == ["FIELDS.md", "NOTES.md", "data", "fields.json"]


def test_places_where_a_trainer_would_take_the_page_for_data_are_refused(tmp_path: Path) -> None:
    """A folder that LLaMA-Factory lists whole, JSON inside a data folder, a file of the dataset, a folder."""
    data = lines(tmp_path / "lf" / "chats" / "a.jsonl", [{"instruction": "x", "input": "", "output": "y"}])
    (tmp_path / "lf" / "dataset_info.json").write_text(json.dumps({"chats": {"file_name": "chats"}}), "utf-8")
    refused = {
        tmp_path / "lf" / "chats" / "FIELDS.md": "File types should be identical",
        tmp_path / "lf" / "fields.json": "would read",
        data: "file of the dataset",
        tmp_path / "lf": "is a folder",
    }
    before = data.read_bytes()
    for place, reason in refused.items():
        for source in (tmp_path / "lf", tmp_path / "lf" / "chats"):
            code, out, err = run(source, "-o", place)
            if code == 0:  # seen from the folder itself, JSON beside it is outside of the data
                assert (place.name, source.name) == ("fields.json", "chats")
                place.unlink()
                continue
            assert (code, out) == (2, "")
            assert reason in err, (place, err)
    assert data.read_bytes() == before
    assert sorted(os.listdir(tmp_path / "lf")) == ["chats", "dataset_info.json"]
    assert os.listdir(tmp_path / "lf" / "chats") == ["a.jsonl"]
    assert run(tmp_path / "lf", "-o", tmp_path / "lf" / "FIELDS.md")[0] == 0


def test_nothing_to_read_exits_3(tmp_path: Path) -> None:
    """As a check does."""
    (tmp_path / "a.txt").write_text("x", "utf-8")
    code, out, err = run(tmp_path)
    assert (code, out) == (3, "")
    assert "no records" in err


@pytest.mark.parametrize("target", targets.NAMES)
def test_the_readers_the_models_name_are_the_readers_the_contracts_name(target: str) -> None:
    """Who reads messages, role, content and images: the words of the models and the TOML files agree."""
    reads = targets.load(target).reads
    wanted = {
        "glm": {("messages",): "messages", ("messages", "[]", "role"): "role", ("messages", "[]", "content"): "content"},
        "openai": {("messages",): "messages"}, "swift": {("messages",): "messages", ("images",): "images"},
        "sharegpt": {("conversations",): "messages", ("images",): "images"},
        "alpaca": {("instruction",): "prompt", ("output",): "response", ("history",): "history"},
    }  # fmt: skip
    for dialect, paths in wanted.items():
        for path, key in paths.items():
            reads_it = dialect in reads and bool(getattr(reads[dialect], key))
            assert (target in known(dialect)[path].read_by) == reads_it, (dialect, path)


@pytest.mark.parametrize("target", targets.NAMES)
def test_the_readers_of_tokenized_columns_are_those_of_the_contracts(target: str) -> None:
    """The same for rows of token ids."""
    columns = targets.load(target).tokenized
    for kind, listed in (("train", columns.train), ("eval", columns.eval)):
        for column in ("input_ids", "output_ids", "attention_mask", "position_ids", "images"):
            found = known(f"tokenized-{kind}").get((column,))
            if found is not None and (kind, column) != ("train", "output_ids"):
                assert (target in found.read_by) == (column in [*listed, *columns.columns]), (kind, column)
    assert (target in known("tokenized-train")["labels",].read_by) == ("labels" in [*columns.train, *columns.columns])


def test_objects_in_memory_and_models_round_trip() -> None:
    """A mapping of rows has a page as well; its JSON is read back by the model."""
    found = chart([in_memory({"train": [{"messages": [TURN]}], "test": [{"messages": [TURN]}]})], "rows")
    assert FieldsV1.model_validate(found.to_dict()) == found
    assert found.fields[1].splits["train"].example is not None
    assert found.fields[1].splits["train"].example.location == "train@0#/messages/0/role"
    assert discover([EXAMPLES / "good" / "glm-4"])[0]
