"""Rules that read statistics: chunks of 10 MiB, which pages cannot hold, and verdicts beside those of `datasets`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from glm_schema_lint.cli import main

RULES = "FIELD002,FIELD003,FIELD007,FIELD009,FIELD011,FIELD012,FIELD014,SPLIT006,SPLIT007,DUP001,DUP002"
CHUNK = 10 << 20


def talk(question: str, answer: Any = "ok", **keys: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}], **keys}


def write(path: Path, records: Iterable[Any]) -> None:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")


def big(**keys: Any) -> list[dict[str, Any]]:
    """Just over one loader chunk of good records."""
    return [talk(f"{number} " + "x" * 100_000, **keys) for number in range(CHUNK // 100_000 + 1)]


def found(folder: Path, *options: str, target: str = "glm-4", version: str = "5.2.0") -> list[str]:
    """``rule[case] address severity`` of every finding."""
    args = [str(folder), "--target", target, "--with", f"datasets={version}", "--select", RULES, "--format", "json"]
    result = CliRunner().invoke(main, [*args, *options])
    assert result.exit_code in (0, 1), result.output
    return [
        f"{group['rule']}[{group['case'] or ''}] {example['location']} {group['severity']}"
        for group in json.loads(result.stdout)["groups"]
        for example in group["examples"]
    ]


LATE = [
    pytest.param({}, talk("q", image="x"), ["key-appears-late[column] {at}#/image error"], id="column"),
    pytest.param(
        {"id": 1}, talk("q", id="x1"), ["field-type-drifts[later-unparsed] {at}#/id error"], id="text-after-number"
    ),
    pytest.param(
        {"id": 1}, talk("q", id=1.5), ["field-type-drifts[later-float] {at}#/id error"], id="fraction-after-whole"
    ),
    pytest.param({"id": "a"}, talk("q", id=1), ["field-type-drifts[later-text] {at}#/id info"], id="number-after-text"),
    pytest.param({"note": None}, talk("q", note="x"), ["column-starts-null[] {at}#/note error"], id="null-first"),
    pytest.param(
        {"images": []}, talk("q", images=["a"]), ["column-starts-null[] {at}#/images/0 error"], id="empty-list-first"
    ),
    pytest.param(
        {"day": "2024-01-02"},
        talk("q", day="soon"),
        ["strings-look-like-dates[text] {at}#/day error"],
        id="dates-first",
    ),
    pytest.param({"id": 1}, talk("q", id=None), [], id="null-later"),
    pytest.param({"id": 1}, talk("q"), [], id="absent-later"),
    pytest.param({"id": 1.5}, talk("q", id=2), [], id="whole-after-decimal"),
    pytest.param({"day": "2024-01-02"}, talk("q", day="2025-01-02"), [], id="dates-all-through"),
]


@pytest.mark.parametrize(("keys", "late", "expected"), LATE)
def test_behind_the_first_10_mib(tmp_path: Path, keys: dict[str, Any], late: Any, expected: list[str]) -> None:
    records = [*big(**keys), late]
    write(tmp_path / "train.jsonl", records)

    assert found(tmp_path) == [line.format(at=f"train.jsonl:{len(records)}") for line in expected]


def test_content_of_parts_behind_the_first_10_mib_quotes_every_string(tmp_path: Path) -> None:
    records = [*big(), talk("good"), talk([{"type": "text", "text": "q"}])]  # type: ignore[arg-type]
    write(tmp_path / "train.jsonl", records)
    at = f"train.jsonl:{len(records)}#/messages/0/content"

    assert found(tmp_path) == [f"content-type-mixed[later-quoted] {at} error"]
    assert found(tmp_path, version="3.6.0") == [f"content-type-mixed[later-quoted] {at} error"]


def test_an_image_on_a_message_behind_the_first_10_mib(tmp_path: Path) -> None:
    late = talk("q")
    late["messages"][0]["image"] = "a.jpg"
    records = [*big(), late]
    write(tmp_path / "train.jsonl", records)

    expected = [f"key-appears-late[nested] train.jsonl:{len(records)}#/messages/0/image error"]
    assert found(tmp_path, target="glm-4v") == expected
    assert found(tmp_path, target="ms-swift") == expected


def test_many_workers_say_the_same(tmp_path: Path) -> None:
    records = [*big(id=1), *big(id=2.5), talk("q", id="x")]
    write(tmp_path / "train.jsonl", records)

    one, many = found(tmp_path, "--jobs", "1"), found(tmp_path, "--jobs", "2")

    assert one == many
    assert [line.split()[0] for line in one if not line.startswith("record-duplicated")] == [
        "field-type-drifts[later-float]",
        "field-type-drifts[later-unparsed]",
    ]


SPLITS = [
    ({"v": a}, {"v": b}, crashes)
    for a, b, crashes in [
        ("a", 1, False),
        ("a", 1.5, False),
        ("a", True, False),
        ("a", ["x"], True),
        ("a", None, False),
        (1, "a", True),
        (1, "7", False),
        (1, 1.5, True),
        (1, True, False),
        (1, [1], True),
        (1.5, 1, False),
        (1.5, "a", True),
        (True, "a", True),
        (True, 1, False),
        (["a"], "a", True),
        (["a"], {"x": 1}, True),
        (["a"], [1], False),
        ([1], ["a"], True),
        (["a"], [], False),
        ([], ["a"], True),
        ([], None, False),
        (None, 1, True),
        (None, [1], True),
        ({"x": 1}, "a", True),
        ({"x": 1}, ["a"], True),
        ({"x": 1}, {"x": 2}, False),
        ({"x": 1}, {"x": 1, "y": 2}, True),
        ({"x": 1, "y": 2}, {"x": 1}, False),
        ({"x": 1}, {"x": "a"}, True),
        ({}, {"x": 1}, False),
        ([{"x": 1}], [{"x": 1, "y": 2}], True),
        ([{"x": 1}, {"y": 1}], [{"z": 1}], False),
        ([{"x": None}], [{"x": 1}], True),
        ([{"x": None}, {}], [{"x": 1}], False),
        ("2024-01-02", "soon", True),
        ("2024-01-02", "2024-01-03", False),
    ]
] + [({"v": 1}, {"w": 1}, True), ({"v": 1}, {}, False), ({"v": 1}, {"v": 1, "w": None}, True)]


@pytest.mark.parametrize(("train", "val", "crashes"), SPLITS)
def test_a_split_is_an_error_where_datasets_fails(
    tmp_path: Path, train: dict[str, Any], val: dict[str, Any], crashes: bool
) -> None:
    import datasets

    data = tmp_path / "data"
    data.mkdir()
    write(data / "train.jsonl", [talk("one", **train)])
    write(data / "val.jsonl", [talk("two", **val)])
    files = {"train": str(data / "train.jsonl"), "validation": str(data / "val.jsonl")}
    try:
        datasets.load_dataset("json", data_files=files, cache_dir=str(tmp_path / "cache"))
        failed = False
    except datasets.exceptions.DatasetGenerationError:
        failed = True

    lines = found(data, version=datasets.__version__)

    assert failed == crashes
    assert any(line.endswith(" error") for line in lines) == crashes, lines
    assert len(lines) <= 1


def test_in_memory_and_saved_splits_have_their_own_columns(tmp_path: Path) -> None:
    import datasets

    saved = {
        "train": datasets.Dataset.from_list([talk("a", id=1)]),
        "validation": datasets.Dataset.from_list([talk("b", idx="x")]),
    }
    datasets.DatasetDict(saved).save_to_disk(str(tmp_path / "saved"))

    assert found(tmp_path / "saved") == []


def test_many_copies_are_counted_in_full(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", [talk("same")] * 200 + [talk("other")])
    write(tmp_path / "val.jsonl", [talk("same")] * 120)
    args = [str(tmp_path), "--target", "glm-4", "--select", RULES, "--format", "json"]

    groups = json.loads(CliRunner().invoke(main, args).stdout)["groups"]

    counted = {(group["rule"], group["split"]): (group["findings"], group["records"]) for group in groups}
    assert counted == {
        ("record-duplicated", "train"): (199, 199), ("record-duplicated", "validation"): (119, 119),
        ("split-leakage", "validation"): (120, 120),
    }  # fmt: skip


def test_tokenized_rows_with_unread_image_tensors_are_not_called_copies(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pixels = [[float(n + row) for n in range(8000)] for row in range(2)]
    rows = {"input_ids": [[1, 2]] * 2, "labels": [[1, 2]] * 2, "images": pixels}
    pq.write_table(pa.table(rows), tmp_path / "train.parquet")

    assert found(tmp_path, target="hf-trainer") == []
