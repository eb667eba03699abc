"""Files that share a folder and nothing else are told apart; what was put together stays together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from glm_schema_lint import lint

ALPACA = {"instruction": "a", "input": "", "output": "b"}
CHAT = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
TURN = {"from": "human", "value": "a"}
PAIR = {"prompt": "a", "response": "b"}


def write(folder: Path, **files: Any) -> Path:
    """Files of one record each; ``__`` stands for a slash, ``_json`` and ``_jsonl`` for the suffix."""
    for name, record in files.items():
        path = folder / name.replace("__", "/").replace("_jsonl", ".jsonl").replace("_json", ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record), encoding="utf-8")
    return folder


def splits(report: dict[str, Any]) -> dict[str, list[str]]:
    """Names of splits with their files."""
    return {split["name"]: split["files"] for split in report["splits"]}


def test_files_of_two_families_are_two_datasets(tmp_path: Path) -> None:
    """Neither is compared with the other, and each is judged by who reads it."""
    report = lint(write(tmp_path, a_jsonl=ALPACA, b_jsonl=CHAT)).to_dict()
    assert splits(report) == {"train (alpaca)": ["a.jsonl"], "train (messages)": ["b.jsonl"]}
    assert not report["groups"]
    assert any("no one dataset" in note for note in report["notes"])


def test_train_and_eval_of_each_family_are_compared(tmp_path: Path) -> None:
    """A family keeps its splits: a leak inside it is found."""
    data = write(tmp_path, a__train_jsonl=ALPACA, b__train_jsonl=CHAT, b__val_jsonl=CHAT)
    report = lint(data).to_dict()
    assert splits(report) == {
        "train (alpaca)": ["a/train.jsonl"],
        "train (messages)": ["b/train.jsonl"],
        "validation": ["b/val.jsonl"],
    }
    assert [group["rule"] for group in report["groups"]] == ["split-file-reused"]


def test_a_train_split_of_one_family_and_an_eval_split_of_another_stay_one_dataset(tmp_path: Path) -> None:
    """The names say that they belong together, so the difference is a fault."""
    report = lint(write(tmp_path, train_jsonl=CHAT, val_jsonl=ALPACA), target="glm-4").to_dict()
    assert list(splits(report)) == ["train", "validation"]
    assert "required-key-missing" in {group["rule"] for group in report["groups"]}


def test_shards_of_a_series_stay_together(tmp_path: Path) -> None:
    """One name, one dataset, whatever is in them."""
    first, second = ("train-00000-of-00002_jsonl", "train-00001-of-00002_jsonl")
    report = lint(write(tmp_path, **{first: CHAT, second: ALPACA}), target="glm-4").to_dict()
    assert list(splits(report)) == ["train"]
    assert {group["rule"] for group in report["groups"]} >= {"dialect-mixed"}


def test_a_split_the_user_made_stays_together(tmp_path: Path) -> None:
    """--split says what belongs together."""
    report = lint(
        write(tmp_path, a_jsonl=CHAT, b_jsonl=ALPACA), splits=[("train", "*.jsonl")], target="glm-4"
    ).to_dict()
    assert list(splits(report)) == ["train"]


def test_more_keys_are_no_other_dataset(tmp_path: Path) -> None:
    """Keys of one file among those of the other: columns of one dataset differ, and that is said."""
    data = write(tmp_path, **{"train-1_jsonl": {"text": "a"}, "train-2_jsonl": {"text": "b", "id": 1}})
    report = lint(data, target="trl").to_dict()
    assert list(splits(report)) == ["train"]
    assert "split-columns-differ" in {group["rule"] for group in report["groups"]}


@pytest.mark.parametrize("config", [{"zero_optimization": {"stage": 3}}, {"url": "https://x.org/a", "etag": None}])
def test_a_single_object_without_texts_is_no_dataset(tmp_path: Path, config: dict[str, Any]) -> None:
    """A config beside the data is named in a note and left alone; alone it is what there is to lint."""
    beside = lint(write(tmp_path, train_jsonl=CHAT, settings_json=config)).to_dict()
    assert splits(beside) == {"train": ["train.jsonl"]}
    assert any("settings.json" in note for note in beside["notes"])
    alone = lint(write(tmp_path / "alone", settings_json=config)).to_dict()
    rules = [group["rule"] for group in alone["groups"]]
    assert rules == ["required-key-missing", "all-records-dropped"]  # its one record is lost, so nothing is left


def test_a_single_record_is_data(tmp_path: Path) -> None:
    """One object with a prompt and an answer is a record."""
    report = lint(write(tmp_path, train_jsonl=PAIR, more_json=PAIR)).to_dict()
    assert sum(split["records"] for split in report["splits"]) == 2


@pytest.mark.parametrize(
    ("record", "readers"),
    [
        (PAIR, {"ms-swift"}),
        ({"text": "a"}, {"ms-swift", "trl"}),
        ({"prompt": "a", "completion": "b"}, {"ms-swift", "trl"}),
        ({"id": 1, "content": "a", "output": "b"}, {"ms-swift"}),
        (ALPACA, {"llama-factory", "ms-swift"}),
        ({"instruction": "a", "output": "b"}, {"ms-swift"}),
        ({"conversations": [TURN], "chosen": TURN, "rejected": TURN}, {"llama-factory"}),
    ],
)
def test_records_of_no_dialect_are_judged_by_who_reads_them(tmp_path: Path, record: Any, readers: set[str]) -> None:
    """Or by who nearly does."""
    target = lint(write(tmp_path, train_jsonl=record)).to_dict()["target"]
    assert {target["name"]} == readers if target["name"] else set(target["candidates"]) == readers


def test_what_a_stanza_names_matters_to_who_reads_stanzas(tmp_path: Path) -> None:
    """A file that dataset_info.json names in vain is nothing to a trainer that never opens dataset_info.json."""
    data = write(
        tmp_path,
        train_jsonl=CHAT,
        dataset_info_json={"a": {"file_name": "train.jsonl"}, "b": {"file_name": "gone.jsonl"}},
    )
    rules = {
        target: {group["rule"] for group in lint(data, target=target).to_dict()["groups"]}
        for target in ("glm-4", "llama-factory")
    }
    assert "split-file-missing" in rules["llama-factory"]
    assert "split-file-missing" not in rules["glm-4"]
