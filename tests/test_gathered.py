"""What is gathered of a split: the same however it is cut, and never more than its bounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from glm_schema_lint import lint
from glm_schema_lint.gathered import ANSWERS_KEPT, Gathered, row_end
from glm_schema_lint.record import Split
from glm_schema_lint.rules.dup import prompt_answered_differently
from glm_schema_lint.stats import SplitStats

RECORDS = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 3), st.booleans()), max_size=60)
PREFIX = (151331, 151333)


def gather(records: list[tuple[int, int, bool]]) -> Gathered:
    """One shard: (digest of the answer, answers, ends with an end token) of each record."""
    made = Gathered()
    for place, (answer, rows, ended) in enumerate(records):
        made.answer(answer)
        made.end(PREFIX, 1, int(ended))
        made.image(answer * 7, place)
        made.row("per-assistant-turn", rows)
    return made


@given(records=RECORDS, cut=st.integers(0, 60))
def test_any_cut_gathers_the_same(records: list[tuple[int, int, bool]], cut: int) -> None:
    """Two shards merged are what one scan of both gathers."""
    whole, merged = gather(records), Gathered()
    merged.add(gather(records[:cut]), 0)
    merged.add(gather(records[cut:]), len(records[:cut]))

    assert merged == whole


def test_diverse_answers_are_dropped_for_good() -> None:
    """One answer too many, and none is kept, whatever comes later."""
    made = Gathered()
    for digest in range(ANSWERS_KEPT + 1):
        made.answer(digest)
    made.answer(0, 1000)

    assert made.answers is None


def test_the_end_of_a_row_is_its_last_label_that_counts() -> None:
    """Padding on either side is passed over; rows of other models and rows without a label say nothing."""
    assert row_end([*PREFIX, 5, 151336], [-100, -100, 5, 151336]) == (PREFIX, True)
    assert row_end([151329, 151329, *PREFIX, 5], [-100, -100, -100, -100, 5]) == (PREFIX, False)
    assert row_end([*PREFIX, 151338, 0], [-100, -100, 151338, -100]) == (PREFIX, True)
    assert row_end([1, 2, 151336], [1, 2, 151336]) is None
    assert row_end([*PREFIX, 5], [-100, -100, -100]) is None
    assert row_end([151331], [5]) is None


def test_labels_of_another_kind_are_left_to_their_rule(tmp_path: Path) -> None:
    """A row whose labels are text, null or of another length crashes no scan."""
    rows = [
        {"input_ids": [*PREFIX, 5], "labels": ["a", "b", "c"]},
        {"input_ids": [*PREFIX, 5], "labels": None},
        {"input_ids": "text", "labels": [1]},
        {"input_ids": [], "labels": []},
        {"input_ids": [*PREFIX, [1]], "labels": [-100, -100, [1]]},
    ]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    found = {group["rule"] for group in lint(tmp_path, target="hf-trainer").to_dict()["groups"]}

    assert "rule-crashed" not in found
    assert "end-token-untrained" not in found


def _write(path: Path, rows: list[object]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def _ask(image: str, question: str) -> dict[str, object]:
    return {
        "messages": [
            {"role": "user", "content": question, "image": image},
            {"role": "assistant", "content": f"An answer to: {question}"},
        ]
    }


@pytest.mark.parametrize(("level", "found"), [("header", 1), ("decode", 1), ("exists", 0)])
def test_a_copy_of_an_image_is_the_same_image_where_files_are_opened(tmp_path: Path, level: str, found: int) -> None:
    """By its bytes, whatever its name; where only existence is asked for, by its path."""
    for name in ("one.png", "copy.png"):
        Image.new("RGB", (64, 48), "red").save(tmp_path / name)
    Image.new("RGB", (64, 48), "blue").save(tmp_path / "other.png")
    _write(tmp_path / "train.jsonl", [_ask("one.png", "What is it?")])
    _write(tmp_path / "val.jsonl", [_ask("copy.png", "Which colour?"), _ask("other.png", "And this?")])

    report = lint(tmp_path, target="glm-4v", images=level).to_dict()

    assert sum(group["findings"] for group in report["groups"] if group["rule"] == "image-leakage") == found


def test_images_are_not_compared_where_none_is_looked_at(tmp_path: Path) -> None:
    """Under --images none nothing is said of images."""
    _write(tmp_path / "train.jsonl", [_ask("https://example.com/a.png", "What is it?")])
    _write(tmp_path / "val.jsonl", [_ask("https://example.com/a.png", "Which colour?")])

    report = lint(tmp_path, target="ms-swift", images="none").to_dict()

    assert "image-leakage" not in {group["rule"] for group in report["groups"]}


def test_a_split_of_which_nothing_is_left_stops_the_run(tmp_path: Path) -> None:
    """Records that are dropped one by one become a crash once all of them are, and the account says so."""
    info = {"chats": {"file_name": "chats.json", "formatting": "sharegpt"}}
    (tmp_path / "dataset_info.json").write_text(json.dumps(info), "utf-8")
    lone = {"conversations": [{"from": "human", "value": "Hi"}]}
    good = {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]}

    (tmp_path / "chats.json").write_text(json.dumps([lone] * 3), "utf-8")
    none_left = lint(tmp_path).to_dict()
    (tmp_path / "chats.json").write_text(json.dumps([lone] * 3 + [good]), "utf-8")
    one_left = lint(tmp_path).to_dict()

    (group,) = [group for group in none_left["groups"] if group["rule"] == "all-records-dropped"]
    assert (group["effect"], group["findings"], group["file"]) == ("crash", 3, "chats.json")
    assert "all-records-dropped" not in {group["rule"] for group in one_left["groups"]}
    stops = [report["splits"][0]["accounting"]["llama-factory"]["stops"] for report in (none_left, one_left)]
    assert stops == [{"stage": "map", "rule": "all-records-dropped"}, None]


@given(
    records=st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4)), min_size=1, max_size=80),
)
def test_both_ways_to_find_repeated_prompts_agree(records: list[tuple[int, int]]) -> None:
    """The quick one for small splits, and that of numpy for large ones."""
    stats = SplitStats(Split("train", "train", []))
    for prompt, answer in records:
        stats.prompts.append(prompt)
        stats.digests.append(100 * prompt + answer)

    assert prompt_answered_differently._few(stats) == prompt_answered_differently._many(stats)
