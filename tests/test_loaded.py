"""Records are judged as their loader hands them on: numbers it turns into text, text it reads as JSON."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from glm_schema_lint import lint
from glm_schema_lint.cli import main
from glm_schema_lint.engine import looks
from glm_schema_lint.rules._recast import Change, recast
from glm_schema_lint.sources import text

TYPES = ("answer-not-string", "field-type-wrong")


def talk(*contents: Any, **more: Any) -> dict[str, Any]:
    """A conversation of these contents, the second message with ``more`` keys."""
    roles = ("user", "assistant")
    messages: list[dict[str, Any]] = [{"role": roles[i % 2], "content": said} for i, said in enumerate(contents)]
    messages[-1].update(more)
    return {"messages": messages}


WORDS = [talk("Hi", "Hello"), talk("Bye", "See you")]
LOOSE = [talk("Hi", "Hello", loss=True), talk("Bye", "See you")]
NUMBERS = [talk(1, 42), talk(2, 43)]
WRITTEN = {"messages": json.dumps(WORDS[0]["messages"])}


def put(folder: Path, train: list[Any], val: list[Any] | None = None) -> Path:
    """The splits as files of lines."""
    for name, rows in (("train", train), ("val", val or [])):
        if rows:
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def wrong(folder: Path, target: str = "glm-4", **more: Any) -> list[tuple[str, int, str]]:
    """(rule, findings, when) of what is said about types of single records."""
    groups = lint(folder, target=target, **more).to_dict()["groups"]
    return [(g["rule"], g["findings"], json.dumps(g["when"])) for g in groups if g["rule"] in TYPES]


@pytest.mark.parametrize("values", [(1, 42), (1.5, 2.0), (3, 0.5), (True, False), (0, 0), (None, 5)])
def test_numbers_alone_in_a_split_are_text_by_the_time_they_are_read(values: tuple[Any, Any], tmp_path: Path) -> None:
    """Whatever sort of numbers, and beside nulls."""
    assert wrong(put(tmp_path, WORDS, [talk(*values), talk(*values)])) == []


@pytest.mark.parametrize("rows", [[talk(1, True)], [talk(1, "x")], [talk("x", "y"), talk(1, 2)], [talk([1], [2])]])
def test_a_chunk_of_several_types_stays_what_it_is(rows: list[Any], tmp_path: Path) -> None:
    """Text beside numbers is no number column; and lists are not cast."""
    assert wrong(put(tmp_path, WORDS, rows), versions={"datasets": "3.6.0"}) != []


def test_the_train_file_is_cast_to_nothing(tmp_path: Path) -> None:
    """The first chunk decides."""
    assert [rule for rule, _, _ in wrong(put(tmp_path, NUMBERS))] == list(TYPES)


def test_where_keys_of_messages_differ_the_release_decides(tmp_path: Path) -> None:
    """From datasets 4.7 on the numbers are kept; where the release is not known, the finding says which."""
    put(tmp_path, LOOSE, NUMBERS)

    assert wrong(tmp_path, versions={"datasets": "3.6.0"}) == []
    assert [found[:2] for found in wrong(tmp_path, versions={"datasets": "5.2.0"})] == [(rule, 2) for rule in TYPES]
    assert all(">=4.7" in when for _, _, when in wrong(tmp_path))
    assert len(wrong(tmp_path)) == 2


def test_files_of_one_split_are_cast_to_its_first(tmp_path: Path) -> None:
    """Only for trainers that load them together: ms-swift reads every file by itself."""
    for number, rows in enumerate((WORDS, NUMBERS)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"train-0000{number}-of-00002.jsonl").write_text(lines, "utf-8")

    assert wrong(tmp_path) == []
    assert len(wrong(tmp_path, "ms-swift")) == 2


def test_columns_of_parquet_are_cast_too(tmp_path: Path) -> None:
    """Ran on datasets 3.6.0 and 5.2.0."""
    pq.write_table(pa.Table.from_pylist(WORDS), tmp_path / "train.parquet")
    pq.write_table(pa.Table.from_pylist(NUMBERS), tmp_path / "val.parquet")

    assert wrong(tmp_path) == []


def test_a_later_chunk_of_a_file_is_cast_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk that holds numbers alone is text; the ones before and after it hold both and stay what they are."""
    monkeypatch.setattr(text, "CHUNK", 400)
    rows = WORDS * 3 + [talk(7, 8)] * 12 + [talk(1, "x")]
    put(tmp_path, rows)
    found = lint(tmp_path, target="glm-4", versions={"datasets": "3.6.0"}, examples=100).to_dict()["groups"]
    lines = [e["line"] for g in found if g["rule"] in TYPES for e in g["examples"]]

    assert {7, 8, 9, 10} <= set(lines)
    assert not {11, 12, 13, 14, 15} & set(lines)
    assert {16, 17, 18, 19} <= set(lines)


def test_what_becomes_of_records_is_put_right_as_well(tmp_path: Path) -> None:
    """The account keeps the records that are text in the end."""
    put(tmp_path, WORDS, NUMBERS)
    report = lint(tmp_path, target="glm-4", versions={"datasets": "3.6.0"})

    assert [split.accounts["glm-4"].kept for split in report.result.splits] == [2, 2]
    assert report.exit_code == 0


def test_messages_as_json_text_are_read_as_a_list(tmp_path: Path) -> None:
    """In a column kept as Json; what stands in the list is judged and addressed by the text it stands in."""
    odd = {"messages": json.dumps([{"role": "user", "content": 5}, {"role": "asistant", "content": "x"}])}
    put(tmp_path, [*WORDS, WRITTEN, odd])
    found = lint(tmp_path, target="glm-4", versions={"datasets": "5.2.0"}).to_dict()["groups"]
    told = {(g["rule"], e["line"], e["pointer"]) for g in found if g["severity"] == "error" for e in g["examples"]}

    assert told == {("field-type-wrong", 4, "/messages"), ("role-unknown", 4, "/messages")}


def test_text_that_is_no_json_is_no_list(tmp_path: Path) -> None:
    """Nor is a list that Python printed, or JSON with a word behind it."""
    rows = [
        *WORDS,
        {"messages": "hello"},
        {"messages": str(WORDS[0]["messages"])},
        {"messages": WRITTEN["messages"] + " x"},
    ]

    told = wrong(put(tmp_path, rows), versions={"datasets": "5.2.0"})

    assert sum(count for rule, count, _ in told if rule == "field-type-wrong") == 3


def test_messages_that_are_all_text_stay_text(tmp_path: Path) -> None:
    """The column is one of strings."""
    assert len(wrong(put(tmp_path, [WRITTEN, WRITTEN]), versions={"datasets": "5.2.0"})) == 1


def test_a_later_split_of_text_is_read_where_the_first_mixes(tmp_path: Path) -> None:
    """The column is Json in both."""
    put(tmp_path, [*WORDS, WRITTEN], [WRITTEN])

    assert wrong(tmp_path, versions={"datasets": "5.2.0"}) == []
    assert [rule for rule, _, _ in wrong(tmp_path, versions={"datasets": "3.6.0"})] == ["field-type-wrong"] * 2


def test_several_trainers_are_told_apart(tmp_path: Path) -> None:
    """LLaMA-Factory loads each split by itself and crashes on what the GLM-4 script is given as text."""
    put(tmp_path, WORDS, NUMBERS)
    groups = lint(tmp_path).to_dict()["groups"]
    under = {name for g in groups if g["rule"] in TYPES for name in g["targets"]}

    assert "glm-4" not in under
    assert "ms-swift" in under


@pytest.mark.parametrize("train", [WORDS, LOOSE, NUMBERS, [*WORDS, WRITTEN], [talk([], "[1]"), talk("x", "true")]])
@pytest.mark.parametrize(
    "val", [NUMBERS, [talk(1, "x")], [WRITTEN, {"messages": "x"}], [*NUMBERS, talk("a", 5, loss=1)]]
)
def test_lines_of_findings_are_those_of_the_report(train: list[Any], val: list[Any], tmp_path: Path) -> None:
    """--format jsonl writes each finding once, whether it had to wait or not."""
    put(tmp_path, train, val)
    for options in ([], ["--target", "glm-4"], ["--target", "glm-4", "--with", "datasets=5.2.0"]):
        said = {}
        for form in ("json", "jsonl"):
            made = CliRunner().invoke(main, [str(tmp_path), "--format", form, "--examples", "100", *options])
            assert made.exit_code in (0, 1), made.output
            said[form] = made.stdout
        groups = json.loads(said["json"])["groups"]
        lines = [json.loads(line) for line in said["jsonl"].splitlines()]
        told = sorted(
            (g["rule"], g["split"], str(e["record"]), str(e["pointer"])) for g in groups for e in g["examples"]
        )

        assert sorted((x["rule"], x["split"], str(x["record"]), str(x["pointer"])) for x in lines) == told


VALUES = st.one_of(
    st.sampled_from(["x", "1", "true", "[1]", "", json.dumps(WORDS[0]["messages"]), '{"a": 1}']), st.integers(0, 3), st.none(),
    st.booleans(), st.floats(0, 9), st.just([]), st.just({}),
)  # fmt: skip
ROWS = st.lists(st.one_of(
    st.builds(talk, VALUES, VALUES), st.builds(talk, st.integers(0, 9), st.integers(0, 9)),
    st.builds(lambda value: {"messages": value}, VALUES), st.builds(lambda a: talk("q", a, loss=True), VALUES),
), min_size=1, max_size=30)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(train=ROWS, val=ROWS, size=st.sampled_from([150, 600, 4000]), version=st.sampled_from([None, "3.6.0", "5.2.0"]))
def test_any_cut_into_shards_gives_the_same_report(
    train: list[Any], val: list[Any], size: int, version: str | None
) -> None:
    """The second look goes by loader chunks, not by shards."""
    versions = {} if version is None else {"datasets": version}
    said = []
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        put(Path(name), train, val)
        patch.setattr(text, "CHUNK", size)
        for shard in (10**9, 1):
            patch.setattr(text, "SHARD", shard)
            said.append(lint(name, target="glm-4", versions=versions, examples=1000).to_dict())

    assert said[0] == said[1]


def test_two_processes_give_the_same_report(tmp_path: Path) -> None:
    """The second look is spread over processes like the first."""
    put(tmp_path, [*WORDS * 3, WRITTEN], [*NUMBERS, talk("a", "b"), {"messages": "x"}])
    one, two = (lint(tmp_path, jobs=jobs, versions={"datasets": "5.2.0"}).to_dict() for jobs in (1, 2))

    assert one == two


def test_a_record_is_changed_where_the_path_leads_and_nowhere_else() -> None:
    """What is not changed is the same object."""
    record = {"messages": [{"content": 1, "n": 2}, {"content": True}, 5, {"content": "x"}], "content": 7}
    made = recast(record, (Change(("messages", "[]", "content"), "text"),))

    assert made == {"messages": [{"content": "1", "n": 2}, {"content": "true"}, 5, {"content": "x"}], "content": 7}
    assert record["messages"][0] == {"content": 1, "n": 2}
    assert recast(record, (Change(("other",), "text"), Change(("messages", "[]", "content"), "value"))) is record


PARTS = talk([{"type": "text", "text": "Box it."}], "Here.")


def misread(folder: Path, **more: Any) -> list[tuple[str, Any, Any, str]]:
    """(file, line, pointer, when) of every text that is read as JSON."""
    groups = lint(folder, target="trl", examples=100, **more).to_dict()["groups"]
    return [
        (g["file"], e["line"], e["pointer"], g["when"])
        for g in groups if g["rule"] == "text-read-as-json" for e in g["examples"]
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["[[1, 2], [3, 4]]", '{"a": 1}', "true", "null", '"yes"', "1.50", " [1]\n", "1e3"])
def test_a_text_that_is_json_is_read_as_what_it_says_where_others_are_parts(said: str, tmp_path: Path) -> None:
    """Silently: no rule had anything to say of the file at first."""
    assert misread(put(tmp_path, [PARTS, talk("Box it.", said)])) == [
        ("train.jsonl", 2, "/messages/1/content", "datasets >=4.7")
    ]


@pytest.mark.parametrize("said", ["42", "-1", "1.5", "yes", "[1", "{a}", "", "  ", "True", "[1] or [2]"])
def test_a_text_that_prints_as_it_was_is_left_alone(said: str, tmp_path: Path) -> None:
    """Numbers in their usual spelling, and whatever is no JSON."""
    assert misread(put(tmp_path, [PARTS, talk("Box it.", said)])) == []


def test_text_stays_text_where_all_of_the_field_is_or_where_keys_differ(tmp_path: Path) -> None:
    """Then the column is one of strings, or each message is kept as a whole."""
    assert misread(put(tmp_path, [talk("Box it.", "[1, 2]"), *WORDS])) == []
    assert misread(put(tmp_path, [PARTS, talk("Box it.", "[1, 2]", name="x")])) == []


def test_what_a_rule_says_of_the_value_names_the_text(tmp_path: Path) -> None:
    """A person finds a text in the file, so that is what is quoted."""
    put(tmp_path, [PARTS, talk("Box it.", '["a"]')])
    groups = lint(tmp_path, target="glm-4", versions={"datasets": "5.2.0"}).to_dict()["groups"]
    found = [e for g in groups if g["rule"] == "answer-not-string" for e in g["examples"]]

    assert [e["found"] for e in found] == ["'[\"a\"]'"]
    assert "reads as JSON" in json.dumps(found)


HALF = '{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "A \\ud83d"}]}\n'
TWICE = '{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "a", "content": "b"}]}\n'


def cases(folder: Path, **more: Any) -> list[tuple[str, str, str]]:
    """(case, effect, where it holds) of nonstandard-json."""
    groups = lint(folder, target="glm-4", **more).to_dict()["groups"]
    return [(g["case"], g["effect"], json.dumps(g["when"])) for g in groups if g["rule"] == "nonstandard-json"]


@pytest.mark.parametrize(("line", "case"), [(HALF, "lone-surrogate"), (TWICE, "duplicate-key")])
@pytest.mark.parametrize("name", ["train", "val"])
def test_lines_are_written_anew_where_keys_differ(line: str, case: str, name: str, tmp_path: Path) -> None:
    """From datasets 4.7 on, in every split once the first chunk has them; before, and where keys are alike, it crashes."""
    for rows, rewritten in ((WORDS, False), (LOOSE, True)):
        put(tmp_path, rows, rows)
        with (tmp_path / f"{name}.jsonl").open("a", encoding="utf-8") as file:
            file.write(line)
        new, old = (cases(tmp_path, versions={"datasets": version}) for version in ("5.2.0", "3.6.0"))

        assert [found[:2] for found in old] == [(case, "crash")]
        assert [found[:2] for found in new] == [(f"{case}-rewritten", "corrupt") if rewritten else (case, "crash")]
        assert len(cases(tmp_path)) == 1


def test_keys_that_differ_in_a_later_split_alone_change_nothing_in_the_first(tmp_path: Path) -> None:
    """The first chunk of the first split decides what is kept as Json."""
    put(tmp_path, WORDS, LOOSE)
    with (tmp_path / "val.jsonl").open("a", encoding="utf-8") as file:
        file.write(HALF)

    assert [found[:2] for found in cases(tmp_path, versions={"datasets": "5.2.0"})] == [("lone-surrogate", "crash")]


def test_numbers_beside_text_are_seen_only_in_parsing(tmp_path: Path) -> None:
    """So the first chunk crashes on half a pair all the same, and later ones do not."""
    put(tmp_path, [*WORDS, talk("Hi", 5)], WORDS)
    for name, case in (("val", "lone-surrogate-rewritten"), ("train", "lone-surrogate")):
        with (tmp_path / f"{name}.jsonl").open("a", encoding="utf-8") as file:
            file.write(HALF)

        assert case in {found[0] for found in cases(tmp_path, versions={"datasets": "5.2.0"})}


def test_lines_of_findings_about_text_are_those_of_the_report(tmp_path: Path) -> None:
    """Findings of reading wait as well, and are written once."""
    put(tmp_path, LOOSE, NUMBERS)
    for name in ("train", "val"):
        with (tmp_path / f"{name}.jsonl").open("a", encoding="utf-8") as file:
            file.write(HALF + "{broken\n" + TWICE)
    said = [
        CliRunner().invoke(main, [str(tmp_path), "--target", "glm-4", "--format", form, "--examples", "100"]).stdout
        for form in ("json", "jsonl")
    ]
    groups, lines = json.loads(said[0])["groups"], [json.loads(line) for line in said[1].splitlines()]

    assert sorted((x["case"] or "", x["location"]) for x in lines) == sorted(
        (g["case"] or "", e["location"]) for g in groups for e in g["examples"]
    )


def test_a_file_of_which_nothing_changes_is_not_judged_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only texts that are JSON would matter, and there are none, one light pass is all."""
    judged: list[str] = []
    plain = looks.scan
    monkeypatch.setattr(looks, "scan", lambda *task: judged.append(task[6]) or plain(*task))
    put(tmp_path, [PARTS, talk("Box it.", "Here.")])
    lint(tmp_path, target="trl")

    assert judged == ["early"]

    put(tmp_path, [PARTS, talk("Box it.", "[1, 2]")])
    lint(tmp_path, target="trl")

    assert judged == ["early", "early", "late"]


def test_fix_leaves_out_no_record_that_is_loaded_as_text(tmp_path: Path) -> None:
    """--unsafe-fixes drops what training loses: where keys differ, the release decides whether numbers are lost."""
    (tmp_path / "in").mkdir()
    put(tmp_path / "in", [talk("Hi", "Hello", metadata=""), talk("Bye", "See you")], NUMBERS)
    lost, kept = (
        CliRunner().invoke(main, [
            "fix", str(tmp_path / "in"), "--target", "glm-4", "--unsafe-fixes", "--with", f"datasets={version}",
            "-o", str(tmp_path / version),
        ])
        for version in ("5.2.0", "3.6.0")
    )  # fmt: skip

    assert "2 dropped" in lost.output
    assert kept.exit_code == 0, kept.output
    assert len((tmp_path / "3.6.0" / "val.jsonl").read_text("utf-8").splitlines()) == 2
