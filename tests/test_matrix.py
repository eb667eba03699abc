"""``--target all`` and lines of JSON: every record under every trainer, and every finding, whatever is shown of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from glm_schema_lint import lint, targets
from glm_schema_lint.api import Report
from glm_schema_lint.cli import main
from glm_schema_lint.models.report import ReportV1
from glm_schema_lint.report import matrix
from glm_schema_lint.sources import text
from glm_schema_lint.wording import Lang
from tests.test_accounting import BAD_ROLE, GOOD, NO_ANSWER, write
from tests.test_fast_path import records

EXAMPLES = Path(__file__).parent.parent / "examples"
FOLDERS = sorted(
    path
    for path in (*EXAMPLES.glob("good/*"), *EXAMPLES.glob("broken/*"), EXAMPLES / "keyerror-labels")
    if path.is_dir()
)
NAMES = {
    "kept": ("kept", "idle"),
    "idle": ("idle",),
    "altered": ("altered",),
    "dropped": ("dropped",),
    "crash": ("crash",),
}
"""Counts of an account, by the outcomes they count."""


def run(*args: str) -> tuple[int, str]:
    """(exit code, stdout) of a run."""
    result = CliRunner(env={"LANG": "C", "LC_ALL": ""}).invoke(main, list(args))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout


def full(report: Report) -> list[dict[str, Any]]:
    """The full matrix of a report."""
    return [json.loads(line) for line in matrix.records(report.result)]


def agrees(folder: Path, target: str, rows: list[dict[str, Any]]) -> None:
    """The column of a target is what a run for that target alone counts."""
    alone = lint(folder, target=target).to_dict()["totals"]["accounting"][target]
    counted = Counter(row["outcomes"][target] for row in rows)
    guessed = Counter(row["inferred"][target] for row in rows if target in row["inferred"])
    causes = Counter(row["rules"][target] for row in rows if target in row["rules"] and target not in row["inferred"])
    listed: Counter[str] = Counter()
    for cause in alone["by_rule"]:
        listed[cause["rule"]] += 0 if cause["inferred"] else cause["records"]

    assert {name: sum(counted[one] for one in some) for name, some in NAMES.items()} == {
        name: alone[name] for name in NAMES
    }
    assert guessed == Counter(alone["inferred"])
    assert causes <= listed


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_each_column_is_what_that_trainer_alone_does(folder: Path) -> None:
    """On every example: one pass for all targets says of each what a run for it says; rows add up to the records."""
    report = lint(folder, target="all")
    rows = full(report)
    listed = report.to_dict()

    ReportV1.model_validate(listed)
    assert sum(row["records"] for row in listed["matrix"]) == len(rows)
    assert {json.dumps([row["outcomes"], row["inferred"]]) for row in listed["matrix"]} == {
        json.dumps([row["outcomes"], row["inferred"]]) for row in rows
    }
    for row in listed["matrix"]:
        first = next(one for one in rows if (one["outcomes"], one["inferred"]) == (row["outcomes"], row["inferred"]))
        assert first["location"] == row["first"]
    for target in ("glm-4", "glm-4v", "llama-factory", "hf-trainer"):
        agrees(folder, target, rows)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.one_of(records(), st.sampled_from(["{", "3"])), min_size=1, max_size=20))
def test_columns_agree_on_generated_records(rows: list[Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever is wrong with them, and with broken lines between them."""
    folder = tmp_path_factory.mktemp("matrix")
    write(folder, "train.jsonl", [GOOD, *rows])
    found = full(lint(folder, target="all"))

    assert [row["line"] for row in found] == list(range(1, len(rows) + 2))
    for target in ("chatglm3", "ms-swift", "trl"):
        agrees(folder, target, found)


def test_the_full_matrix_is_the_same_in_any_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses too, of records and of lines that give none, with blank lines between."""
    rows = [GOOD, "", "{", NO_ANSWER, "", BAD_ROLE, GOOD] * 30
    for name in ("train.jsonl", "validation.jsonl"):
        write(tmp_path, name, rows)
    whole = full(lint(tmp_path, target="all"))
    monkeypatch.setattr(text, "CHUNK", 500)
    monkeypatch.setattr(text, "SHARD", 1)

    cut = full(lint(tmp_path, target="all"))

    # More chunks than one may make findings of their own; these records share one schema.
    assert cut == whole
    train = [row for row in whole if row["split"] == "train"]
    assert [row["line"] for row in train] == [n for n, row in enumerate(rows, 1) if row]
    assert [row["location"] for row in train[:2]] == ["train.jsonl:1", "train.jsonl:3"]
    assert train[1]["outcomes"] == dict.fromkeys(targets.NAMES, "crash")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("folder", ["good/tools-ms-swift", "broken/system-tag-missing", "keyerror-labels"])
def test_the_table_keeps_within_its_width(folder: str, width: int, lang: Lang) -> None:
    """Every trainer has a column, every row its count; no line is too wide."""
    result = lint(EXAMPLES / folder, target="all").result
    shown = [line.plain for line in matrix.render(result, lang, width)]

    assert all(cell_len(line) <= width for line in shown), shown
    for name in targets.NAMES:
        assert any(name in line or name.rpartition("-")[2] in line.split() for line in shown), name
    for row in result.matrix:
        assert any(line.lstrip().startswith(f"{row.records:,} ") for line in shown)


def test_the_table_says_what_to_expect(tmp_path: Path) -> None:
    """One line for each different row with its first address, the rules below, and totals by trainer."""
    write(tmp_path, "train.jsonl", [GOOD, GOOD, NO_ANSWER, GOOD])
    code, out = run(str(tmp_path), "--target", "all", "--select", "CONV005,FIELD001")
    rows = [line.split() for line in out.splitlines() if re.match(r" *\d+  ", line)]

    assert code == 1
    assert rows[0][0] == "1"
    assert rows[0][-1].endswith("train.jsonl:3")
    assert rows[1][0] == "3"
    assert rows[1][1:3] == ["kept", "kept"]
    assert "assistant-missing (glm-4" in out
    assert "1 kept by no trainer. exit 1." in out
    assert "kept: trains as it is" in out


@pytest.mark.parametrize(("rows", "options", "code"), [
    ([GOOD], (), 0),
    ([GOOD, NO_ANSWER], (), 1),
    ([GOOD, NO_ANSWER], ("--exit-zero",), 0),
    ([GOOD], ("--fail-on", "warning"), 1),
    ([], (), 1),
])  # fmt: skip
def test_exit_code_with_every_trainer(rows: list[Any], options: tuple[str, ...], code: int, tmp_path: Path) -> None:
    """1 if a record is kept by none, or a file is read by none; what only some trainers make of it is a warning."""
    write(tmp_path, "train.jsonl", rows)

    assert run(str(tmp_path), "--target", "all", *options)[0] == code


@pytest.mark.parametrize("format_", ["full", "concise", "json", "jsonl", "github"])
def test_every_format_takes_every_trainer(format_: str) -> None:
    """JSON stays JSON, lines stay lines."""
    code, out = run(str(EXAMPLES / "broken/line-cut"), "--target", "all", "--format", format_)

    assert code == 1
    if format_ == "json":
        ReportV1.model_validate(json.loads(out))
    if format_ == "jsonl":
        assert len([json.loads(line) for line in out.splitlines()]) == 16


def test_settings_that_trainers_share_keep_each_its_default() -> None:
    """predict_with_generate is on in the scripts of the GLM-4 repository and off in a plain Trainer."""
    accounts = lint(EXAMPLES / "keyerror-labels", target="all").to_dict()["totals"]["accounting"]

    assert accounts["glm-4v"]["crash"] == 32
    assert accounts["hf-trainer"]["kept"] == 152


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_lines_of_json_hold_every_finding(folder: Path) -> None:
    """As many as are counted, with the addresses that a report with all examples shows."""
    _, out = run(str(folder), "--format", "jsonl", "--examples", "1")
    lines = [json.loads(line) for line in out.splitlines()]
    groups = lint(folder, examples=100_000).to_dict()["groups"]

    assert Counter((line["rule"], line["location"], line["message"]) for line in lines) == Counter(
        (group["rule"], example["location"], example["message"]) for group in groups for example in group["examples"]
    )
    assert sum(line["count"] for line in lines) == sum(group["findings"] for group in groups)
    for line in lines:
        group = next(
            g for g in groups if (g["rule"], g["case"], g["split"]) == (line["rule"], line["case"], line["split"])
        )
        assert {name: line[name] for name in ("severity", "effect", "stage", "targets", "code")} == {
            name: group[name] for name in ("severity", "effect", "stage", "targets", "code")
        }


def test_lines_of_json_are_the_same_in_any_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written as they are met, with addresses within the file, also where several workers are asked for."""
    write(tmp_path, "train.jsonl", [GOOD, NO_ANSWER, "{", "", BAD_ROLE, GOOD] * 40)
    whole = run(str(tmp_path), "--target", "glm-4", "--format", "jsonl")
    monkeypatch.setattr(text, "CHUNK", 700)
    monkeypatch.setattr(text, "SHARD", 1)

    cut = run(str(tmp_path), "--target", "glm-4", "--format", "jsonl", "--jobs", "2")

    # A batch tells first what was met in reading it, and batches end where shards do: the order may differ.
    assert cut[0] == whole[0]
    assert sorted(cut[1].splitlines()) == sorted(whole[1].splitlines())
    assert Counter(json.loads(line)["rule"] for line in whole[1].splitlines())["line-not-json"] == 40


def test_lines_go_to_a_file_whole_or_not_at_all(tmp_path: Path) -> None:
    """The file appears when all is written; a file of the dataset is never overwritten."""
    data = tmp_path / "data"
    data.mkdir()
    write(data, "train.jsonl", [NO_ANSWER, GOOD])
    before = (data / "train.jsonl").read_bytes()

    code, out = run(
        str(data),
        "--target",
        "glm-4",
        "--format",
        "jsonl",
        "--select",
        "CONV005",
        "--output",
        str(tmp_path / "found.jsonl"),
    )
    refused, _ = run(str(data), "--target", "glm-4", "--format", "jsonl", "--output", str(data / "train.jsonl"))
    unknown, _ = run(str(data), "--format", "jsonl", "--select", "NOPE", "--output", str(tmp_path / "none.jsonl"))

    assert (code, out) == (1, "")
    assert [json.loads(line)["rule"] for line in (tmp_path / "found.jsonl").read_text().splitlines()] == [
        "assistant-missing"
    ]
    assert (refused, (data / "train.jsonl").read_bytes()) == (2, before)
    assert unknown == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "found.jsonl"]


def test_no_values_holds_for_lines(tmp_path: Path) -> None:
    """What findings quote is masked."""
    write(tmp_path, "train.jsonl", [BAD_ROLE])
    _, out = run(str(tmp_path), "--target", "glm-4", "--format", "jsonl", "--no-values")

    assert "asistant" not in out
    assert json.loads(out.splitlines()[0])["found"] == "<hidden>"
