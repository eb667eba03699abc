"""Where the trainer is not known, a record that every candidate fails on is an error, by whichever rules they do."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from glm_schema_lint import lint, rules
from glm_schema_lint.api import Report
from glm_schema_lint.cli import main
from glm_schema_lint.finding import Severity
from tests.test_fast_path import records

OWN = "fails-everywhere"
WHOLE = tuple(
    r.name for r in rules.load() if isinstance(r, rules.SplitRule | rules.DatasetRule | rules.AccountRule) or r.whole
)
"""Rules whose findings stand for more than the record they show."""
ASKED = {"prompt": "How many?", "sql": "SELECT 1"}
PAIR = {"prompt": "How many?", "completion": "One."}


def write(folder: Path, rows: list[Any]) -> Path:
    """A file of lines."""
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def failing(report: Report, *, own: bool = False) -> set[int]:
    """Records with an error; of the rule that adds up, or of all others."""
    return {
        finding.location.record
        for group in report.result.groups
        if group.severity is Severity.ERROR and (group.key.rule == OWN) is own
        for finding in group.examples
        if finding.location.record is not None
    }


def group(report: Report) -> dict[str, Any]:
    """The finding that adds up."""
    (found,) = (one for one in report.to_dict()["groups"] if one["rule"] == OWN)
    return dict(found)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
@given(rows=st.lists(records(), min_size=1, max_size=6))
def test_it_counts_the_records_that_each_candidate_alone_calls_an_error_and_no_other_rule_all_of_them(
    rows: list[Any],
) -> None:
    """One run for every candidate by itself, and one where none is named: the counts are the same."""
    with tempfile.TemporaryDirectory() as name:
        folder = write(Path(name), rows)
        together = lint(folder, ignore=WHOLE, examples=1000)
        names = together.result.choice.names
        assume(len(names) > 1)
        alone = [failing(lint(folder, target=name, ignore=WHOLE, examples=1000)) for name in names]

    lost = set.intersection(*alone) - failing(together)
    counted = [one for one in together.result.groups if one.key.rule == OWN and one.key.case == "records"]

    event(f"lost {bool(lost)}")
    assert sum(one.findings for one in counted) == len(lost)
    assert failing(together, own=True) == ({min(lost)} if lost else set())
    assert not lost or together.exit_code == 1


def test_records_that_two_trainers_lose_by_different_cases_end_in_exit_1(tmp_path: Path) -> None:
    """ms-swift finds no answer, TRL no completion: each a warning of its own, and an error all the same."""
    report = lint(write(tmp_path, [PAIR, ASKED, ASKED]), target=None)
    found = group(report)

    assert report.result.choice.names == ("ms-swift", "trl")
    assert report.exit_code == 1
    assert (found["severity"], found["findings"], found["records"]) == ("error", 2, 2)
    assert found["examples"][0]["location"] == "train.jsonl:2"
    assert found["effects"] == {"ms-swift": "starve", "trl": "crash"}
    assert "ms-swift learns nothing (required-key-missing)" in found["examples"][0]["message"]


@pytest.mark.parametrize("options", [["--target", "trl"], ["--target", "all"], ["--ignore", OWN]])
def test_it_is_silent_where_one_trainer_or_all_of_them_were_asked_for(tmp_path: Path, options: list[str]) -> None:
    """It adds up candidates; the matrix of all trainers has the fate of every record as its own."""
    result = CliRunner().invoke(main, [str(write(tmp_path, [ASKED])), "--format", "json", *options])

    assert OWN not in {one["rule"] for one in json.loads(result.stdout)["groups"]}


def test_the_report_says_how_each_trainer_ends_where_they_differ(tmp_path: Path) -> None:
    """A finding that several trainers share names the end of each; where they end alike nothing is added."""
    talk = [{"role": "user", "content": "q"}, {"role": "system", "content": "s"}, {"role": "assistant", "content": "a"}]
    call = [{"role": "tool", "content": "t"}, {"role": "assistant", "content": "a"}]
    write(tmp_path, [{"messages": talk}, {"messages": talk[:1] + call}])
    english = CliRunner().invoke(main, [str(tmp_path), "--lang", "en", "--set", "strict=true"]).stdout
    chinese = CliRunner().invoke(main, [str(tmp_path), "--lang", "zh", "--set", "strict=true"]).stdout

    assert "  under     ms-swift: crash while preprocessing (map); trl: trains on the wrong thing\n" in english
    assert "  训练程序  ms-swift：预处理（map）时崩溃；trl：学到错误内容\n" in chinese


def test_each_trainer_is_quoted_where_they_say_different_things(tmp_path: Path) -> None:
    """The words of one trainer are not printed for all of them."""
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "<think>\nhm\n\nYes."}]
    write(tmp_path, [{"messages": turns}])
    said = CliRunner().invoke(main, [str(tmp_path), "--lang", "en"]).stdout

    assert "  training  glm-4: no error: the tag is trained as it stands" in said
    assert "\n            trl: no error: an empty thought is put before the open one" in said
