"""How tokenized splits are loaded is the user's choice: what is cast from piece to piece, and what the verdicts make of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from glm_schema_lint import lint
from glm_schema_lint.cli import main
from glm_schema_lint.views import as_cast

IDS = [151331, 151333, 5, 6]
ROW = {"input_ids": IDS, "labels": [-100, -100, 5, 6]}
DECIMALS = {"input_ids": [151331.0, 151333.0, 5.0, 7.0], "labels": [-100, -100, 5, 7]}
CHUNK = 10 << 20


def put(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    if name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(rows), folder / name)
    else:
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def said(folder: Path, **more: Any) -> set[tuple[str, str]]:
    """(rule:case, first place) of every error."""
    report = lint(folder, target="hf-trainer", **more).to_dict()
    return {
        (f"{g['rule']}:{g['case']}".rstrip(":"), f"{g['file']}{g['examples'][0]['pointer'] or ''}")
        for g in report["groups"]
        if g["severity"] == "error"
    }


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(("rows", "wrong"), [([DECIMALS], set()), ([{**DECIMALS, "input_ids": [1.0, 1.5, 5.0, 7.0]}], {"field-type-drifts:later-float", "token-column-type-wrong:float"})])  # fmt: skip
def test_the_second_chunk_of_a_file_is_cast_to_the_first(
    rows: list[dict[str, Any]], wrong: set[str], jobs: int, tmp_path: Path
) -> None:
    """One split, one file of two loader chunks: the odd rows stand in the second."""
    many = [{**ROW, "note": "x" * 2000 + str(n)} for n in range(CHUNK // 2000)]
    put(tmp_path, "train.jsonl", [*many, *({**row, "note": "y"} for row in rows)])

    assert {rule for rule, _ in said(tmp_path, jobs=jobs)} == wrong


def test_the_first_chunk_of_a_file_is_not_cast(tmp_path: Path) -> None:
    many = [{**ROW, "note": "x" * 2000 + str(n)} for n in range(CHUNK // 2000 + 9)]
    put(tmp_path, "train.jsonl", [{**DECIMALS, "note": "y"}, *many])

    assert said(tmp_path) == {("token-column-type-wrong:float", "train.jsonl/input_ids/0")}


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
@pytest.mark.parametrize(
    ("loading", "wrong"),
    [("unknown", {"decimals"}), ("one-call", set()), ("per-split", {"float"})],
)
def test_decimals_in_a_later_split_are_what_the_way_of_loading_makes_of_them(
    loading: str, wrong: set[str], ending: str, tmp_path: Path
) -> None:
    put(tmp_path, f"train.{ending}", [ROW])
    put(tmp_path, f"validation.{ending}", [DECIMALS])

    found = said(tmp_path, settings={"loading": loading})

    assert found == {(f"token-column-type-wrong:{case}", f"validation.{ending}/input_ids/0") for case in wrong}


@pytest.mark.parametrize("loading", ["unknown", "one-call"])
def test_files_of_lines_are_not_cast_to_what_parquet_holds(loading: str, tmp_path: Path) -> None:
    """No load_dataset call reads both."""
    put(tmp_path, "train.parquet", [ROW])
    put(tmp_path, "validation.jsonl", [DECIMALS])

    assert said(tmp_path, settings={"loading": loading}) == {
        ("token-column-type-wrong:float", "validation.jsonl/input_ids/0")
    }


def test_rows_in_memory_are_cast_no_more() -> None:
    report = lint({"train": [ROW], "validation": [DECIMALS]}, target="hf-trainer", settings={"loading": "one-call"})

    assert [(g["rule"], g["split"]) for g in report.to_dict()["groups"] if g["severity"] == "error"] == [
        ("token-column-type-wrong", "validation")
    ]


def test_a_trainer_that_makes_the_rows_itself_casts_none_of_them(tmp_path: Path) -> None:
    put(tmp_path, "train.jsonl", [ROW])
    put(tmp_path, "validation.jsonl", [{**DECIMALS, "output_ids": [5, 7]}])

    report = lint(tmp_path, target="glm-4", versions={"transformers": "4.57.1"}).to_dict()

    assert [(g["rule"], g["case"]) for g in report["groups"] if g["severity"] == "error"] == [
        ("token-column-type-wrong", "float")
    ]


@pytest.mark.parametrize(
    ("settings", "noted"), [([], True), (["--set", "loading=one-call"], False), (["--set", "loading=per-split"], False)]
)
@pytest.mark.parametrize(("lang", "words"), [("en", "how the splits are loaded is not known"), ("zh", "不知道各划分如何加载")])  # fmt: skip
def test_a_note_says_which_findings_hang_on_it(
    settings: list[str], noted: bool, lang: str, words: str, tmp_path: Path
) -> None:
    put(tmp_path, "train.jsonl", [ROW])
    put(tmp_path, "validation.jsonl", [{**ROW, "input_ids": [*IDS[:3], 9], "text": "a"}])

    run = CliRunner().invoke(main, [str(tmp_path), "--target", "hf-trainer", "--lang", lang, *settings])

    assert (words in run.output) is noted
    assert ("split-columns-differ" in run.output) is ("per-split" not in "".join(settings))


def test_no_note_where_nothing_hangs_on_it(tmp_path: Path) -> None:
    put(tmp_path, "train.jsonl", [ROW])
    put(tmp_path, "validation.jsonl", [{"input_ids": [*IDS[:3], 9], "output_ids": [9]}])

    run = CliRunner().invoke(main, [str(tmp_path), "--target", "hf-trainer", "--lang", "en"])

    assert "how the splits are loaded" not in run.output
    assert "one load_dataset call over these files fails" in run.output


@pytest.mark.parametrize(("loading", "kept"), [("one-call", 2), ("per-split", 1)])
def test_fix_drops_no_row_that_the_loader_restores(loading: str, kept: int, tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    put(data, "train.jsonl", [ROW])
    put(data, "validation.jsonl", [{**ROW, "input_ids": [*IDS[:3], 9]}, DECIMALS])

    CliRunner().invoke(
        main,
        ["fix", str(data), "--target", "hf-trainer", "--set", f"loading={loading}", "--unsafe-fixes", "-o", str(out)],
    )

    assert len((out / "validation.jsonl").read_text("utf-8").splitlines()) == kept


CELLS = st.one_of(
    st.lists(st.integers(-(2**62), 2**62), max_size=5),
    st.lists(st.integers(-(2**50), 2**50).map(float), max_size=5),
    st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1).map(str)), max_size=5),
    st.lists(st.floats(), max_size=5),
    st.lists(st.sampled_from(["5", "5.0", "x", "", "-7"]), max_size=5),
)


@given(CELLS)
def test_a_cell_is_cast_as_arrow_casts_it(cell: list[Any]) -> None:
    made = as_cast({"input_ids": cell})["input_ids"]

    try:
        wanted = pa.array([cell]).cast(pa.list_(pa.int64())).to_pylist()[0]
    except pa.ArrowInvalid:  # loading fails: nothing is made of it
        assert made is cell
    else:
        assert [(type(one), one) for one in made] == [(type(one), one) for one in wanted]
