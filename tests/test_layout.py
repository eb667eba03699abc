"""From what the user typed to splits: names as `datasets` finds them, odd folders, links, globs, several files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from glm_schema_lint import lint
from glm_schema_lint.sources.discover import discover
from glm_schema_lint.sources.layout import LayoutError, split_of

ROW = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}


def put(path: Path, rows: int = 1) -> Path:
    """A small data file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(ROW) + "\n" for _ in range(rows)), "utf-8")
    return path


def splits(*paths: Path | str, **options: str) -> dict[str, list[str | None]]:
    """Names of the splits with their files."""
    datasets, _ = discover(list(paths), options.items())
    return {split.name: [file.rel for file in split.files] for dataset in datasets for split in dataset.splits}


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train.jsonl", "train"), ("training.json", "train"), ("my_train_v2.jsonl", "train"), ("train-00001-of-00004.parquet", "train"),
        ("validation.jsonl", "validation"), ("val.jsonl", "validation"), ("dev.jsonl", "validation"), ("valid.jsonl", "validation"),
        ("eval.jsonl", "validation"), ("data-val-2.jsonl", "validation"), ("test.jsonl", "test"), ("testing.json", "test"),
        ("val/part0.jsonl", "validation"), ("data/train/0.jsonl", "train"), ("train/eval_holdout.jsonl", "validation"),
        ("train.eval.jsonl", "validation"), ("chat.test.json", "test"), ("test.v2.jsonl.gz", "test"),
        ("trainer.jsonl", None), ("latest.jsonl", None), ("value.jsonl", None), ("device.jsonl", None), ("contest.jsonl", None),
    ],
)  # fmt: skip
def test_split_names(name: str, split: str | None) -> None:
    """A split name is a word of its own in a file or folder name; the file name speaks before its folder."""
    found = split_of(name)

    assert (found[0] if found else None) == split


def test_shards_are_one_split_in_order(tmp_path: Path) -> None:
    """Files named train-00001-of-00004 are read in the order of their numbers."""
    for number in (3, 1, 2, 0):
        put(tmp_path / f"train-{number:05}-of-00004.jsonl")

    assert splits(tmp_path) == {"train": [f"train-{n:05}-of-00004.jsonl" for n in range(4)]}


def test_files_without_a_split_name_are_all_train(tmp_path: Path) -> None:
    """As `datasets` does where no name says otherwise."""
    put(tmp_path / "a.jsonl")
    put(tmp_path / "b.jsonl")

    assert splits(tmp_path) == {"train": ["a.jsonl", "b.jsonl"]}


def test_a_nameless_file_beside_named_splits_stands_alone_with_a_note(tmp_path: Path) -> None:
    """`datasets` would ignore it; the linter reads it and says so, and compares it with nothing."""
    put(tmp_path / "train.jsonl")
    put(tmp_path / "extra.jsonl", 3)

    report = lint(tmp_path).to_dict()

    assert [s["name"] for s in report["splits"]] == ["train", "extra.jsonl"]
    assert any("extra.jsonl" in note for note in report["notes"])


def test_hidden_files_caches_and_link_loops_are_left_out(tmp_path: Path) -> None:
    """Dot files, caches and a link to a folder above are not read twice or for ever."""
    put(tmp_path / "train.jsonl")
    put(tmp_path / ".hidden.jsonl")
    put(tmp_path / ".cache" / "train.jsonl")
    put(tmp_path / "__pycache__" / "train.jsonl")
    (tmp_path / "loop").symlink_to(tmp_path)

    assert splits(tmp_path) == {"train": ["train.jsonl"]}


def test_a_link_to_a_folder_above_is_not_followed(tmp_path: Path) -> None:
    """What lies above the dataset folder is not the dataset; a link to a folder elsewhere is followed."""
    put(tmp_path / "above.jsonl")
    put(tmp_path / "elsewhere" / "val.jsonl")
    put(tmp_path / "data" / "train.jsonl")
    (tmp_path / "data" / "up").symlink_to("..")
    (tmp_path / "data" / "more").symlink_to("../elsewhere")

    assert splits(tmp_path / "data") == {"train": ["train.jsonl"], "validation": ["more/val.jsonl"]}


def test_files_of_other_tools_are_no_data(tmp_path: Path) -> None:
    """Config files that happen to be JSON are not taken for records."""
    put(tmp_path / "train.jsonl")
    for name in ("package.json", "tokenizer_config.json", "trainer_state.json", "ds_config.json", "config.json"):
        (tmp_path / name).write_text("{}")

    assert splits(tmp_path) == {"train": ["train.jsonl"]}


def test_globs_name_splits(tmp_path: Path) -> None:
    """--split NAME=GLOB decides alone; files it does not take are left out."""
    for name in ("a1.jsonl", "a2.jsonl", "held/out.jsonl", "rest.jsonl"):
        put(tmp_path / name)

    assert splits(tmp_path, train="a*.jsonl", validation="held/*") == {
        "train": ["a1.jsonl", "a2.jsonl"],
        "validation": ["held/out.jsonl"],
    }
    with pytest.raises(LayoutError, match="matches no file"):
        splits(tmp_path, train="nothing*")


def test_files_given_together_are_one_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`glm-lint a/train.jsonl b/dev.jsonl` compares the two."""
    put(tmp_path / "a" / "train.jsonl")
    put(tmp_path / "b" / "dev.jsonl")
    monkeypatch.chdir(tmp_path)

    assert splits("a/train.jsonl", "b/dev.jsonl") == {"train": ["a/train.jsonl"], "validation": ["b/dev.jsonl"]}


def test_a_folder_named_like_a_file_and_odd_files_become_findings(tmp_path: Path) -> None:
    """x.jsonl that is a folder, a pipe, a dead link: each is one finding, the rest is still read."""
    put(tmp_path / "train.jsonl")
    (tmp_path / "train-dir.jsonl").mkdir()
    os.mkfifo(tmp_path / "train-pipe.jsonl")
    (tmp_path / "train-gone.jsonl").symlink_to("nowhere")

    report = lint(tmp_path, target="glm-4").to_dict()

    unreadable = {g["file"] for g in report["groups"] if g["rule"] == "file-unreadable"}
    assert unreadable == {"train-dir.jsonl", "train-pipe.jsonl", "train-gone.jsonl"}
    assert report["totals"]["records"] == 1


def test_objects_in_memory(tmp_path: Path) -> None:
    """A DatasetDict, a mapping of Datasets and plain rows are linted alike, addressed by split and row."""
    import datasets

    train = {"input_ids": [[151331, 151333, 5]], "labels": [[-100, -100, 5]]}
    evaluated = {"input_ids": [[151331, 151333, 5]], "output_ids": [[5]]}
    mapping = {"train": datasets.Dataset.from_dict(train), "validation": datasets.Dataset.from_dict(evaluated)}
    rows = {
        k: [dict(zip(v, values, strict=True)) for values in zip(*v.values(), strict=True)]
        for k, v in (("train", train), ("validation", evaluated))
    }
    datasets.DatasetDict(mapping).save_to_disk(tmp_path / "saved")

    reports = [
        lint(data, target="glm-4", versions={"transformers": "4.46.3"})
        for data in (datasets.DatasetDict(mapping), mapping, rows, tmp_path / "saved")
    ]

    for report in reports:
        groups = report.to_dict()["groups"]
        assert [g["rule"] for g in groups] == ["eval-labels-missing"]
        assert (groups[0]["effect"], groups[0]["stage"], groups[0]["error"]) == ("crash", "eval", "KeyError: 'labels'")
        assert report.exit_code == 1
    assert reports[0].to_dict()["groups"][0]["examples"][0]["location"] == "validation@0#/labels"
    assert (
        reports[3]
        .to_dict()["groups"][0]["examples"][0]["location"]
        .startswith("validation/data-00000-of-00001.arrow@0#")
    )


def test_unknown_names_raise_value_error(tmp_path: Path) -> None:
    """The Python API refuses what the command line refuses."""
    put(tmp_path / "train.jsonl")

    with pytest.raises(ValueError, match="unknown target"):
        lint(tmp_path, target="gpt-5")
    with pytest.raises(ValueError, match="unknown level"):
        lint(tmp_path, images="all")
    with pytest.raises(ValueError, match="does not exist"):
        lint(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="no-such-rule"):
        lint(tmp_path, select=["no-such-rule"])


def test_a_path_given_twice_counts_once(tmp_path):
    for name in ("train.jsonl", "more.jsonl"):
        (tmp_path / name).write_text('{"messages": [{"role": "user", "content": "q"}]}\n', "utf-8")
    twice = [tmp_path / "train.jsonl", tmp_path / "more.jsonl", f"{tmp_path}/./train.jsonl"]

    said = lint(twice, target="glm-4").to_dict()

    assert said["totals"]["records"] == 2
    assert sum("more than once" in note for note in said["notes"]) == 1
    assert said["splits"] == lint(twice[:2], target="glm-4").to_dict()["splits"]


@pytest.mark.parametrize("thing", [None, 3, {"train": None}, {"train": "train.jsonl"}])
def test_what_is_no_dataset_is_refused_in_one_sentence(thing):
    with pytest.raises(TypeError, match="is no dataset: give a path"):
        lint(thing)


@pytest.mark.parametrize("version", ["abc", ""])
def test_a_version_that_is_none_is_refused_as_on_the_command_line(version):
    with pytest.raises(ValueError, match="--with transformers"):
        lint({"train": []}, versions={"transformers": version})


def test_a_version_may_be_a_range_in_python_too():
    said = lint({"train": []}, versions={"transformers": ">=4.46,<4.50"}).to_dict()

    assert said["versions"]["transformers"]["version"] == ">=4.46,<4.50"


def test_files_of_which_no_name_tells_a_split_are_said_to_be_all_training_data(tmp_path: Path) -> None:
    row = '{"messages": [{"role": "user", "content": "%s"}, {"role": "assistant", "content": "a"}]}\n'
    for name in ("训练集", "验证集", "测试集"):
        (tmp_path / f"{name}.jsonl").write_text(row % name, "utf-8")

    notes = " ".join(lint(tmp_path, target="glm-4").to_dict()["notes"])
    assert "all 3 files are taken for training" in notes
    wanted = {"train": "训练集.jsonl", "validation": "验证集.jsonl", "test": "测试集.jsonl"}
    assert all(f"--split {name}={file}" in notes.replace("'", "") for name, file in wanted.items())

    (tmp_path / "测试集.jsonl").rename(tmp_path / "more.jsonl")
    assert "--split validation=GLOB" in " ".join(lint(tmp_path, target="glm-4").to_dict()["notes"])

    (tmp_path / "more.jsonl").rename(tmp_path / "train.jsonl")
    assert "taken for training" not in " ".join(lint(tmp_path, target="glm-4").to_dict()["notes"])
