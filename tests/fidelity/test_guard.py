"""The guard in a real Seq2SeqTrainer with a tiny random model on the CPU, and the story of examples/keyerror-labels."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.version import Version

from . import guarded

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "keyerror-labels" / "train.py"
REFERENCE = [[9, 10, 0], [11, 12, 13]]
FIELDS = {"labels": ["labels"], "output_ids": ["output_ids"], "both": ["labels", "output_ids"], "none": []}
GUARDED = ["mixin", "mixin over deletes", "mixin below deletes"]
OTHERS = ["mixin over leaves", "mixin over compares"]
KINDS = ["plain", "deletes", "leaves", "asks", "compares", *GUARDED, *OTHERS]


@pytest.fixture(scope="module")
def trainer() -> Iterator[guarded.Worker]:
    if reason := guarded.why_not():
        pytest.skip(reason)
    worker = guarded.Worker()
    yield worker
    worker.close()


def before_447(worker: guarded.Worker) -> bool:
    return Version(worker.versions["transformers"]) < Version("4.47")


@pytest.mark.parametrize("fields", FIELDS)
@pytest.mark.parametrize("generate", [True, False], ids=["generate", "logits"])
@pytest.mark.parametrize("kind", GUARDED)
def test_mixin_takes_every_batch(trainer, kind, generate, fields):
    said = trainer.ask("evaluate", trainer=kind, generate=generate, fields=FIELDS[fields])

    assert said["error"] is None
    assert said["steps"] == 1
    has_reference, has_labels = "output_ids" in FIELDS[fields], "labels" in FIELDS[fields]
    if generate and has_reference:
        assert said["label_ids"]["values"] == REFERENCE
        assert said["predictions"]["values"][0][:3] != [0, 0, 5], "the prompt is cut off"
    elif has_labels and (kind == "mixin" or not generate):
        assert said["label_ids"]["values"][1][:5] == [-100, -100, 7, 8, 9]
    else:
        assert said["label_ids"] is None
    assert (said["metrics"].get("test_rows") == 2) is (said["label_ids"] is not None)
    if has_labels and (kind == "mixin" or not generate):
        assert math.isfinite(said["metrics"]["test_loss"])
    else:
        assert "test_loss" not in said["metrics"]


@pytest.mark.parametrize("fields", FIELDS)
@pytest.mark.parametrize("kind", OTHERS)
def test_mixin_mends_steps_that_leave_or_read_what_is_none(trainer, kind, fields):
    said = trainer.ask("evaluate", trainer=kind, generate=True, fields=FIELDS[fields])

    assert said["error"] is None
    if "output_ids" in FIELDS[fields]:
        assert said["label_ids"]["values"] == REFERENCE
    assert ("test_loss" in said["metrics"]) is ("labels" in FIELDS[fields])


@pytest.mark.parametrize("fields", FIELDS)
def test_mixin_is_right_where_only_the_loss_is_wanted(trainer, fields):
    said = trainer.ask("evaluate", trainer="mixin", generate=True, fields=FIELDS[fields], loss_only=True)

    assert said["error"] is None
    assert ("test_loss" in said["metrics"]) is ("labels" in FIELDS[fields])


@pytest.mark.parametrize("fields", FIELDS)
def test_mixin_changes_nothing_for_a_tolerant_batch(trainer, fields):
    """What transformers' own step says of labels alone, or of nothing where it can, the mixin says too."""
    plain = trainer.ask("evaluate", trainer="plain", generate=True, fields=FIELDS[fields])
    mixed = trainer.ask("evaluate", trainer="mixin", generate=True, fields=FIELDS[fields])

    if plain["error"] is None:
        assert plain == mixed
    else:
        assert "output_ids" in plain["error"] or plain["error"] == "KeyError: 'loss'"


def test_the_fault_is_there_without_the_mixin(trainer):
    said = trainer.ask("evaluate", trainer="deletes", generate=True, fields=["output_ids"])

    assert said["error"] == ("KeyError: 'labels'" if before_447(trainer) else None)


@pytest.mark.parametrize("fields", FIELDS)
@pytest.mark.parametrize("generate", [True, False], ids=["generate", "logits"])
@pytest.mark.parametrize(
    ("kind", "remove"),
    [*((kind, False) for kind in KINDS), ("plain", True), ("deletes", True), ("mixin", True)],
    ids=lambda value: value if isinstance(value, str) else "remove_unused_columns" if value else "all columns",
)
def test_preflight_foretells_what_the_run_does(trainer, kind, generate, fields, remove):
    said = trainer.ask("look", trainer=kind, generate=generate, fields=FIELDS[fields], remove=remove)

    assert said["same_chance"], "random numbers of the run stay as they were"
    assert sorted(said["batches"]) == ["train", "validation"]
    if said["really"] is None:
        assert said["failures"] == []
        assert said["ok"]
    else:
        error = said["really"].split(" (note")[0]
        assert any(error in text for text in said["failures"]), (error, said["failures"])
        assert all("届时会报" in text for text in said["zh"])


def test_preflight_names_the_collator_that_fails(trainer):
    said = trainer.ask("look", trainer="mixin", generate=True, fields=["output_ids"], collator="breaks", train=[])

    assert said["failures"] == [
        "validation: the collator fails on its first 2 rows: ValueError: this collator gives up"
    ]


def test_preflight_sees_ids_beyond_the_model(trainer):
    rows = [{"input_ids": [5, 99], "attention_mask": [1, 1], "labels": [5, 99]}] * 2

    said = trainer.ask("bounds_of_ids", train=rows)

    assert said["failures"] == [
        "train: input_ids hold 99, and the model knows ids 0 to 31; it will raise IndexError: index out of range in self. "
        "To do: tokenize with the tokenizer of this model"
    ]
    assert said["really"].startswith("IndexError")


def test_preflight_sees_columns_that_the_model_refuses(trainer):
    rows = [{"input_ids": [5, 6], "attention_mask": [1, 1], "labels": [5, 6], "source": [1, 2]}] * 2

    said = trainer.ask("refuses", train=rows)

    assert any("'source'" in text for text in said["failures"])
    assert "source" in said["really"]


def test_preflight_lets_ordinary_trainers_train(trainer):
    """No false alarm where the collator makes labels, labels are classes, or rows become tokens on the way."""
    said = trainer.ask("ordinary")

    assert len(said) == 8
    assert {name: one for name, one in said.items() if one != {"ok": True, "rules": []}} == {}


def test_preflight_reads_only_a_sample_of_rows_that_cost_something(trainer):
    said = trainer.ask("bounds")

    assert said["records"] == {"train": 4, "validation_slow": 1000, "validation_stream": 2}
    assert said["not_checked"] == ["rows of validation_slow after the first 1,000 of 3,000"]
    assert said["batches"] == ["train", "validation_slow", "validation_stream"]
    assert said["failures"] == []
    assert "未检查：validation_slow 前 1,000 行之后的行（共 3,000 行）" in said["text"]


def test_rows_bounds_the_sample(trainer):
    assert trainer.ask("bounds", rows=3)["records"] == {"train": 3, "validation_slow": 3, "validation_stream": 2}


@pytest.mark.parametrize(("kind", "crashes"), [("deletes", True), ("mixin over deletes", False)])
def test_callback_stops_training_before_its_first_step(trainer, kind, crashes):
    said = trainer.ask("callback", trainer=kind, generate=True, fields=["output_ids"], action="raise")

    assert said["is_callback"]
    if crashes and before_447(trainer):
        assert (said["steps"], said["error"]["failures"]) == (0, 1)
        assert "deletes 'labels' (guard.py:" in said["error"]["text"]
    else:
        assert (said["steps"], said["error"], said["last"]) == (1, None, True)


def test_callback_that_warns_lets_training_go_on(trainer):
    said = trainer.ask("callback", trainer="deletes", generate=True, fields=["output_ids"], action="warn")

    assert (said["steps"], said["error"]) == (1, None)
    assert len(said["warned"]) == (1 if before_447(trainer) else 0)


@pytest.mark.parametrize(
    ("kind", "style", "type_"),
    [
        ("table", False, "list"), ("list", False, "list"), ("torch", False, "Tensor"), ("numpy", False, "ndarray"),
        ("stream", True, "list"), ("datasets stream", True, "list"),
    ],
)  # fmt: skip
def test_aliased_rows_reach_spawned_workers(trainer, kind, style, type_):
    said = trainer.ask("alias", kind=kind)

    wanted = [[[-100] * 3, [9, 10]], [[-100] * 5, [11, 12, 13]]]
    assert sorted(said["rows"], key=len) == sorted(wanted, key=str)
    assert (said["iterable"], said["type"]) == (style, type_)
    assert said["again"] == [[-100] * 3, [-100] * 5]
    assert all("labels" not in row for row in said["source"]), "the source stays as it was"


def test_aliased_datasets_of_every_style_train_and_evaluate(trainer):
    assert trainer.ask("train_on") == {"table": 2, "stream": 2, "slow": 4}


def test_the_story_crashes(trainer):
    said = trainer.ask("story", script=str(SCRIPT), args=[])

    assert said["error"] == ("KeyError: 'labels'" if before_447(trainer) else None)
    assert ("checkpoint" in said["printed"]) is not before_447(trainer), "no checkpoint is left behind"


@pytest.mark.parametrize("remedy", ["unify", "mixin", "aliased"])
def test_each_remedy_finishes_the_story_with_metrics(trainer, remedy):
    said = trainer.ask("story", script=str(SCRIPT), args=["--remedy", remedy, "--preflight"])

    assert said["error"] is None
    assert "checkpoints: checkpoint-4" in said["printed"]
    metrics = ast.literal_eval(said["printed"].split("test: ")[1].strip())
    assert metrics["test_answers"] == 16
    assert 0 <= metrics["test_first_token_right"] <= 1


def test_preflight_stops_the_story_before_it_begins(trainer):
    said = trainer.ask("story", script=str(SCRIPT), args=["--preflight"])

    if before_447(trainer):
        assert said["error"].startswith(
            "PreflightError: error validation: prediction_step of ChatTrainer deletes 'labels'"
        )
        assert "error test: prediction_step of ChatTrainer" in said["error"]
    else:
        assert said["error"] is None
