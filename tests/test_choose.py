"""Which trainers stay possible without --target: the bulk of the records decides, a slip in one of them does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from glm_schema_lint import lint
from glm_schema_lint.cli import main

TEXT = ["glm-4", "ms-swift", "trl"]


def talks(count: int) -> list[dict[str, Any]]:
    """Questions and answers, no two alike."""
    return [
        {
            "messages": [
                {"role": "user", "content": f"What is {number} squared?"},
                {"role": "assistant", "content": f"It is {number * number}."},
            ]
        }
        for number in range(count)
    ]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A JSON Lines file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def report(folder: Path) -> dict[str, Any]:
    """The report as its JSON."""
    return lint(folder).to_dict()


def possible(said: dict[str, Any]) -> list[str]:
    """The trainers a report judges by."""
    return said["target"]["candidates"] or [said["target"]["name"]]


def told(folder: Path, lang: str = "en") -> str:
    """What the command prints."""
    return CliRunner().invoke(main, ["check", str(folder), "--lang", lang, "--color", "never"]).output


@pytest.mark.parametrize("place", [0, 7, 19])
@pytest.mark.parametrize("role", ["human", "gpt", "tool", "bot"])
def test_one_wrong_role_rules_out_no_trainer_and_is_a_warning(tmp_path: Path, role: str, place: int) -> None:
    """19 good records and one slip: the trainers are those of clean data, and who crashes is named."""
    rows = talks(20)
    rows[place]["messages"][0 if role == "human" else 1]["role"] = role
    write(tmp_path / "train.jsonl", rows)

    said = report(tmp_path)

    assert possible(said) == TEXT
    unknown = [group for group in said["groups"] if group["rule"] == "role-unknown"]
    assert [(group["severity"], group["records"]) for group in unknown] == [("warning", 1)]
    assert unknown[0]["targets"] == (["glm-4"] if role == "tool" else ["glm-4", "trl"])
    assert "all agree" not in told(tmp_path)
    assert f"roles {role}" not in told(tmp_path)


def test_clean_records_leave_the_trainers_of_text(tmp_path: Path) -> None:
    """Nothing found, as much kept under each: all agree, in both languages."""
    write(tmp_path / "train.jsonl", talks(20))

    assert possible(report(tmp_path)) == TEXT
    assert "glm-4 or ms-swift or trl (glm records): all agree" in told(tmp_path)
    assert "结论一致" in told(tmp_path, "zh")


@pytest.mark.parametrize(("wrong", "names"), [(4, TEXT), (5, ["ms-swift"]), (20, ["ms-swift"])])
def test_roles_of_more_than_a_fifth_are_another_trainers_format(tmp_path: Path, wrong: int, names: list[str]) -> None:
    """The roles human and gpt in a fifth of 20 records are slips; in more, the records were written for who reads them."""
    rows = talks(20)
    for row in rows[:wrong]:
        row["messages"][0]["role"], row["messages"][1]["role"] = "human", "gpt"
    write(tmp_path / "train.jsonl", rows)

    assert possible(report(tmp_path)) == names


def test_a_slip_in_a_small_evaluation_split_counts_among_all_records(tmp_path: Path) -> None:
    """One of two evaluation records is one of 22 of the dataset."""
    write(tmp_path / "train.jsonl", talks(20))
    rows = talks(22)[20:]
    rows[0]["messages"][1]["role"] = "gpt"
    write(tmp_path / "dev.jsonl", rows)

    assert possible(report(tmp_path)) == TEXT


def test_a_stray_image_key_adds_the_vision_script_and_takes_nobody_away(tmp_path: Path) -> None:
    """One message of 20 records has an image; in half of them it decides."""
    rows = talks(20)
    rows[3]["messages"][0]["image"] = "a.png"
    write(tmp_path / "few" / "train.jsonl", rows)
    for row in rows[:10]:
        row["messages"][0]["image"] = "a.png"
    write(tmp_path / "many" / "train.jsonl", rows)

    assert possible(report(tmp_path / "few")) == ["glm-4", "glm-4v", "ms-swift", "trl"]
    assert possible(report(tmp_path / "many")) == ["glm-4v"]


def test_pairs_of_one_kind_of_record_are_not_lost_among_other_records(tmp_path: Path) -> None:
    """A chosen and a rejected answer in every talk rule ms-swift out, however many other records there are."""
    pairs: list[dict[str, Any]] = [{**row, "chosen": "yes", "rejected": "no"} for row in talks(10)]
    write(tmp_path / "train.jsonl", pairs + [{"text": f"Page {number} of a book."} for number in range(60)])

    assert "ms-swift" not in possible(report(tmp_path))


def test_trainers_that_count_the_records_differently_are_not_said_to_agree(tmp_path: Path) -> None:
    """Two datasets, each read by others: no finding under anybody, but not as many records kept."""
    write(tmp_path / "talks" / "train.jsonl", talks(12))
    tasks = [{"instruction": f"Square {n}.", "input": "", "output": f"{n * n}"} for n in range(12)]
    write(tmp_path / "tasks" / "train.jsonl", tasks)

    said = report(tmp_path)
    kept = {name: account["kept"] for name, account in said["totals"]["accounting"].items()}

    assert len(set(kept.values())) > 1
    assert "all agree" not in told(tmp_path)
    assert "结论一致" not in told(tmp_path, "zh")


def test_tools_on_messages_are_not_in_the_form_of_ms_swift(tmp_path: Path) -> None:
    """ms-swift throws the tools of a message away; the tools of GLM-4 stand there."""
    rows = talks(6)
    for row in rows:
        tool = {"type": "function", "function": {"name": "sum", "description": "", "parameters": {}}}
        row["messages"].insert(0, {"role": "system", "content": "", "tools": [tool]})
    write(tmp_path / "train.jsonl", rows)
    assert "glm-4" in possible(report(tmp_path))
    assert "ms-swift" not in possible(report(tmp_path))
