"""The guard without torch: what importing it costs, aliased rows, the mixin's place, the log of fields."""

from __future__ import annotations

import json
import logging
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_schema_lint.guard import SafePredictionMixin, aliased, log_fields, preflight
from glm_schema_lint.guard.batch import first_rows
from glm_schema_lint.guard.step import lenient

ROOT = Path(__file__).resolve().parent.parent
ROWS = [{"input_ids": [5, 6, 7], "output_ids": [9]}, {"input_ids": [5], "output_ids": [9, 10]}]


def test_importing_the_guard_imports_nothing_heavy():
    code = (
        "import sys, glm_schema_lint.guard as guard; guard.SafePredictionMixin, guard.aliased, guard.preflight, guard.log_fields; "
        "import glm_schema_lint.guard.callback; "
        "heavy = {'torch', 'transformers', 'datasets', 'pyarrow', 'numpy', 'pydantic', 'rich'} & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)

    assert (run.returncode, run.stderr) == (0, "")


def test_callback_without_transformers_says_one_sentence():
    code = "import sys; sys.modules['transformers'] = None\nfrom glm_schema_lint.guard import PreflightCallback"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)

    last = run.stderr.strip().splitlines()[-1]
    assert (
        last
        == "ImportError: PreflightCallback needs transformers, which is not installed; preflight(trainer) does the same"
    )


class Base:
    """Stands for a trainer; its step says what it was given."""

    class args:  # noqa: N801, D106
        predict_with_generate = True

    def _prepare_input(self, data: Any) -> Any:
        return data

    def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None, **more):
        kept = dict(inputs)
        del inputs["labels"]
        return None, ("made", kept), inputs.pop("output_ids")


def test_mixin_first_mends_a_base_that_deletes():
    class Safe(SafePredictionMixin, Base):
        pass

    given_batch = {"input_ids": [1]}

    assert Safe().prediction_step(None, given_batch, False) == (None, ("made", {"input_ids": [1]}), None)
    assert given_batch == {"input_ids": [1]}


def test_mixin_leaves_the_given_batch_as_it_was():
    class Safe(SafePredictionMixin, Base):
        pass

    batch = {"input_ids": [1], "labels": [2], "output_ids": [3]}

    assert Safe().prediction_step(None, batch, False)[2] == [3]
    assert batch == {"input_ids": [1], "labels": [2], "output_ids": [3]}


def test_mixin_as_a_base_mends_the_class_itself():
    class Safe(SafePredictionMixin, Base):
        def prediction_step(self, model, inputs, prediction_loss_only, ignore_keys=None, **more):
            """Own words."""
            del inputs["labels"]
            return None, "made", None

    assert Safe().prediction_step(None, {"output_ids": [3]}, False) == (None, "made", [3])
    assert Safe.prediction_step.__doc__ == "Own words."


def test_mixin_last_is_refused():
    with pytest.raises(
        TypeError, match=r"stands behind Base among the bases of Wrong.*class Wrong\(SafePredictionMixin, ...\)"
    ):

        class Wrong(Base, SafePredictionMixin):
            pass


def test_mixin_alone_says_what_it_needs():
    class Alone(SafePredictionMixin):
        pass

    with pytest.raises(TypeError, match="Alone has no trainer behind SafePredictionMixin"):
        Alone().prediction_step(None, {}, False)


def test_only_the_two_fields_are_taken_in_stride():
    batch = lenient({"input_ids": [1], "labels": None})

    assert ("labels" in batch, batch["labels"], batch.get("labels", 5), list(batch)) == (False, None, 5, ["input_ids"])
    assert (batch.pop("labels"), batch.pop("output_ids"), batch.pop("labels", 7)) == (None, None, 7)
    with pytest.raises(KeyError):
        batch.pop("images")
    with pytest.raises(KeyError):
        del batch["images"]
    with pytest.raises(KeyError):
        batch["images"]
    assert (batch.setdefault("labels", [2]), batch["labels"]) == ([2], [2])


def test_aliased_list_adds_labels_and_changes_nothing_else():
    rows = [dict(row) for row in ROWS]

    wrapped = aliased(rows)

    assert [row["labels"] for row in wrapped] == [[-100] * 3, [-100]]
    assert len(wrapped) == 2
    assert wrapped[-1]["labels"] == [-100]
    assert rows == ROWS
    assert wrapped.rows is rows


def test_aliased_leaves_rows_that_have_labels():
    rows = [
        {"input_ids": [1], "labels": [1], "output_ids": [2]},
        {"input_ids": [1]},
        {"input_ids": [1], "labels": None, "output_ids": [2]},
    ]

    assert [row.get("labels") for row in aliased(rows)] == [[1], None, [-100]]


def test_aliased_names_map_what_is_read_to_what_is_there():
    rows = [{"input_ids": [1], "target_ids": [4]}, {"input_ids": [1], "labels": [2], "target_ids": [4]}]

    assert [row["labels"] for row in aliased(rows, {"labels": "target_ids"})] == [[4], [2]]
    assert aliased(rows, {"labels": "target_ids"})[0]["target_ids"] == [4]


def test_aliased_keeps_the_type_of_arrays():
    row = aliased([{"input_ids": np.array([1, 2], dtype=np.int32), "output_ids": np.array([3])}])[0]

    assert row["labels"].dtype == np.int32
    assert row["labels"].tolist() == [-100, -100]


def test_aliased_dataset_dict_wraps_every_split():
    from datasets import Dataset, DatasetDict

    wrapped = aliased(DatasetDict({"a": Dataset.from_list(ROWS), "b": Dataset.from_list(ROWS)}))

    assert {name: part[0]["labels"] for name, part in wrapped.items()} == {"a": [-100] * 3, "b": [-100] * 3}


@given(st.lists(st.fixed_dictionaries({"input_ids": st.lists(st.integers(0, 9), max_size=5)}, optional={
    "labels": st.lists(st.integers(0, 9), max_size=5), "output_ids": st.none() | st.lists(st.integers(0, 9), max_size=5)}), max_size=5))  # fmt: skip
def test_aliased_rows_keep_every_field(rows):
    wrapped = pickle.loads(pickle.dumps(aliased(rows)))

    for before, after in zip(rows, wrapped, strict=True):
        assert {key: after[key] for key in before} == before
        assert set(after) - set(before) <= {"labels"}
        if before.get("output_ids") is not None:
            assert len(after["labels"]) == len(before.get("labels", before["input_ids"]))


def test_aliased_datasets_stream_is_iterable():
    from datasets import Dataset

    wrapped = aliased(Dataset.from_list(ROWS).to_iterable_dataset())

    assert [row["labels"] for row in wrapped] == [[-100] * 3, [-100]]
    assert [row["labels"] for row in wrapped] == [[-100] * 3, [-100]], "it can be read again"
    wrapped.set_epoch(1)
    with pytest.raises(TypeError):
        len(wrapped)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (iter(ROWS), "can be read only once"),
        (7, "int is no dataset"),
        ("rows", "str is no dataset"),
        (dict, "type is no dataset"),
    ],
    ids=["iterator", "int", "str", "type"],
)
def test_aliased_refuses_what_is_no_dataset(what, said):
    with pytest.raises(TypeError, match=said):
        aliased(what)


def test_aliased_refuses_rows_that_are_no_mappings():
    with pytest.raises(TypeError, match="a row is a tuple"):
        aliased([(1, 2)])[0]
    with pytest.raises(TypeError, match="one by one"):
        aliased(ROWS)[0:1]
    with pytest.raises(TypeError, match="both strings"):
        aliased(ROWS, {"labels": 3})


def test_log_fields_writes_one_line_per_split(caplog):
    splits = {
        "train": [{"input_ids": [1, 2], "labels": [1, None]}, {"input_ids": [1], "labels": None}],
        "validation": ROWS,
    }
    with caplog.at_level(logging.INFO, "glm_schema_lint.guard.fields"):
        said = log_fields(splits)

    assert [json.loads(record.getMessage().removeprefix("fields ")) for record in caplog.records] == list(said.values())
    assert [record.glm_lint["split"] for record in caplog.records] == ["train", "validation"]
    assert said["train"] == {
        "split": "train", "rows_read": 2,
        "fields": {
            "input_ids": {"rows": 2, "types": ["list<int>"], "length": [1, 2]},
            "labels": {"rows": 1, "types": ["list<int>", "null"], "length": [2, 2]},
        },
    }  # fmt: skip


def test_log_fields_reads_a_dataset_and_a_path(caplog):
    from datasets import Dataset

    other = logging.getLogger("mine")
    with caplog.at_level(logging.DEBUG, "mine"):
        table = log_fields(Dataset.from_list(ROWS), logger=other, level=logging.DEBUG)
        path = log_fields(ROOT / "examples" / "keyerror-labels", rows=10)

    assert table["train"]["fields"]["output_ids"] == {"rows": 2, "types": ["list<int>"], "length": [1, 2]}
    assert {name: part["rows_read"] for name, part in path.items()} == {"train": 10, "validation": 10, "test": 10}
    assert "labels" not in path["validation"]["fields"]
    assert path["validation"]["fields"]["images"]["rows"] == 10
    assert len(caplog.records) == 1


def test_rows_that_raise_are_told_with_what_was_read():
    class Broken:
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return [{"input_ids": [1]}, {}["gone"]][index]

    found = first_rows(Broken(), 5)

    assert (found.rows, found.error) == ([], "KeyError: 'gone'")


def test_preflight_refuses_what_is_no_trainer():
    with pytest.raises(TypeError, match="takes a transformers Trainer, not dict"):
        preflight({})
    with pytest.raises(ValueError, match="unknown action 'shout'; known: raise, warn, log"):
        preflight({}, action="shout")
