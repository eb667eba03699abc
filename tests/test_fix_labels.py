"""unify_label_fields adds the key that a row lacks beside the other, and never takes one away."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glm_schema_lint import lint
from glm_schema_lint.fix import unify_label_fields

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "keyerror-labels"
IDS = st.lists(st.integers(0, 151551), max_size=8)
ROWS = st.fixed_dictionaries(
    {"input_ids": IDS},
    optional={
        "labels": st.none() | st.lists(st.integers(0, 151551) | st.just(-100), max_size=8),
        "output_ids": st.none() | IDS,
        "images": st.none() | st.lists(st.floats(0, 1), max_size=2),
    },
)


def test_an_evaluation_row_gets_one_ignored_label_for_every_input_id() -> None:
    row = {"input_ids": [151331, 151333, 7, 8], "output_ids": [9, 151336], "images": [[0.5]]}

    made = unify_label_fields(row)

    assert made == {**row, "labels": [-100, -100, -100, -100]}
    assert "labels" not in row, "the row that was given is left alone"


def test_a_row_of_labels_gets_those_that_count_as_its_reference() -> None:
    made = unify_label_fields({"input_ids": [1, 2, 3, 4], "labels": [-100, -100, 3, 4]})

    assert made["output_ids"] == [3, 4]
    assert made["labels"] == [-100, -100, 3, 4]


def test_another_ignore_index_is_used_both_ways() -> None:
    assert unify_label_fields({"input_ids": [5], "output_ids": [6]}, ignore_index=0)["labels"] == [0]
    assert unify_label_fields({"labels": [0, 6]}, ignore_index=0)["output_ids"] == [6]


def test_a_null_that_datasets_wrote_for_an_absent_column_is_filled() -> None:
    made = unify_label_fields({"labels": None, "input_ids": [1, 2], "output_ids": [3]})

    assert made == {"labels": [-100, -100], "input_ids": [1, 2], "output_ids": [3]}


def test_arrays_do_as_well_as_lists() -> None:
    made = unify_label_fields({"input_ids": np.array([1, 2]), "output_ids": np.array([3])})
    assert made["labels"] == [-100, -100]

    made = unify_label_fields({"labels": np.array([-100, 3])})
    assert made["output_ids"] == [3]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_no_key_is_taken_away_no_value_changed_and_twice_is_once(row: dict[str, object]) -> None:
    made = unify_label_fields(row)

    for key, value in row.items():
        assert key in made
        assert value is None or made[key] is value
    assert unify_label_fields(made) == made
    if row.get("labels") is not None or row.get("output_ids") is not None:
        assert made["labels"] is not None
        assert made["output_ids"] is not None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"output_ids": [1]}, "no 'input_ids'"),
        ({"input_ids": "hello", "output_ids": [1]}, "'input_ids' is no list of token ids but str"),
        ({"input_ids": 3, "output_ids": [1]}, "'input_ids' is no list of token ids but int"),
        ({"input_ids": [[1], [2]], "output_ids": [[1], [2]]}, "without batched=True"),
        ({"input_ids": ["a"], "output_ids": [1]}, "but text"),
        ({"labels": [1.5, 2.0]}, "begins with 1.5"),
        ({"labels": [1, None]}, "not all of it are whole numbers"),
    ],
    ids=["no-ids", "text", "number", "batch", "words", "floats", "hole"],
)
def test_a_row_that_cannot_be_mended_says_why(row: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        unify_label_fields(row)


def test_output_ids_of_the_right_length_are_renamed_for_a_plain_trainer_in_their_place() -> None:
    made = unify_label_fields({"output_ids": [3, 4], "input_ids": [1, 2]}, rename="labels")

    assert made == {"labels": [3, 4], "input_ids": [1, 2]}
    assert list(made) == ["labels", "input_ids"]


def test_labels_without_ignored_ones_are_renamed_where_the_script_reads_output_ids() -> None:
    made = unify_label_fields({"input_ids": [1], "labels": [3, 4]}, rename="output_ids", target="glm-4")

    assert made == {"input_ids": [1], "output_ids": [3, 4]}


@pytest.mark.parametrize(
    ("row", "rename", "target", "reason"),
    [
        ({"input_ids": [1, 2], "output_ids": [3]}, "labels", "hf-trainer", "a label is needed for every input id, and 1 stand"),
        ({"output_ids": [3]}, "labels", "hf-trainer", "beside no 'input_ids'"),
        ({"input_ids": [1], "output_ids": [3]}, "labels", "glm-4v", "glm-4v reads 'output_ids' in evaluation"),
        ({"input_ids": [1], "labels": [3]}, "output_ids", "hf-trainer", "hf-trainer reads 'labels' in evaluation"),
        ({"input_ids": [1], "labels": [-100, 3]}, "output_ids", "glm-4", "-100 stands among the labels"),
        ({"labels": [3], "output_ids": [3], "input_ids": [1]}, "labels", "hf-trainer", "has 'labels' already"),
        ({"output_ids": [3], "input_ids": [1]}, "targets", "hf-trainer", "rename is 'labels' or 'output_ids'"),
        ({"output_ids": [3], "input_ids": [1]}, "labels", "no-such", "unknown target 'no-such'"),
    ],
    ids=["lengths", "no-ids", "glm-4v", "hf-trainer", "ignored", "both", "word", "target"],
)  # fmt: skip
def test_a_rename_that_does_harm_is_refused_with_the_reason(
    row: dict[str, object], rename: str, target: str, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        unify_label_fields(row, rename=rename, target=target)  # type: ignore[arg-type]


def test_mapped_over_the_evaluation_splits_of_the_story_it_leaves_nothing_to_find(tmp_path: Path) -> None:
    """The rows of examples/keyerror-labels crash at the first evaluation; mapped, lint finds no error in them."""
    from datasets import Dataset

    splits = {
        name: Dataset.from_parquet(str(EXAMPLE / f"{name}.parquet"), cache_dir=str(tmp_path))
        for name in ("train", "validation", "test")
    }
    with_ = {"target": "glm-4v", "versions": {"transformers": "4.46.3"}}
    assert "eval-labels-missing" in {g["rule"] for g in lint(splits, **with_).to_dict()["groups"]}

    for name in ("validation", "test"):
        splits[name] = splits[name].map(unify_label_fields)

    report = lint(splits, **with_)
    assert report.to_dict()["groups"] == []
    assert splits["validation"].column_names == [
        *Dataset.from_parquet(str(EXAMPLE / "validation.parquet"), cache_dir=str(tmp_path)).column_names,
        "labels",
    ]


def test_it_can_be_sent_to_workers() -> None:
    assert pickle.loads(pickle.dumps(unify_label_fields)) is unify_label_fields
