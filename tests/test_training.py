"""Training configs: whose they are, which data they name, which settings they set, and what a hostile one does."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from glm_schema_lint import config, lint, sources
from glm_schema_lint.cli import main
from glm_schema_lint.sources import configured

ALPACA = [{"instruction": "Hi", "input": "", "output": "Hello"}]
LLAMA = "model_name_or_path: THUDM/glm-4-9b-chat\nstage: sft\ndo_train: true\nfinetuning_type: lora\ntemplate: glm4\n"
SWIFT = "model: ZhipuAI/glm-4-9b-chat\ntuner_type: lora\n"
CHAT = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}


def llama(folder: Path, text: str, *, name: str = "train.yaml", where: str = "data") -> Path:
    """A LLaMA-Factory yaml, and three datasets in ``where``; the path of the yaml."""
    data = folder / where
    data.mkdir(parents=True, exist_ok=True)
    info = {one: {"file_name": f"{one}.json"} for one in ("a", "b", "c")}
    (data / "dataset_info.json").write_text(json.dumps(info), "utf-8")
    for one in info:
        (data / f"{one}.json").write_text(json.dumps([{**ALPACA[0], "instruction": one}]), "utf-8")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(LLAMA + text, "utf-8")
    return path


def report(*paths: Path, **options: Any) -> dict[str, Any]:
    """The JSON report of a run."""
    return lint([str(path) for path in paths], **options).to_dict()


def splits(made: dict[str, Any]) -> list[tuple[str, str]]:
    """(name, kind) of every split of a report."""
    return [(split["name"], split["kind"]) for split in made["splits"]]


def test_a_llama_factory_yaml_chooses_target_datasets_and_settings(tmp_path: Path) -> None:
    path = llama(tmp_path, "dataset: a, b\neval_dataset: c\nmask_history: yes\nlearning_rate: 5e-4\n")

    made = report(path)

    assert made["target"]["name"] == "llama-factory"
    assert splits(made) == [("a", "train"), ("b", "train"), ("c", "eval")]
    assert made["settings"]["template"] == {"value": "glm4", "source": "train.yaml"}
    assert made["settings"]["mask_history"] == {"value": True, "source": "train.yaml"}


def test_dataset_dir_is_found_from_folders_above_the_yaml(tmp_path: Path) -> None:
    path = llama(tmp_path, "dataset: b\ndataset_dir: sets/mine\n", name="examples/lora/x.yaml", where="sets/mine")

    assert splits(report(path)) == [("b", "train")]


def test_the_data_folder_may_be_named_beside_the_yaml(tmp_path: Path) -> None:
    path = llama(tmp_path, "dataset: b\ndataset_dir: /gone\n", where="here")

    assert splits(report(path, tmp_path / "here")) == [("b", "train")]


def test_a_yaml_beside_the_data_is_read(tmp_path: Path) -> None:
    llama(tmp_path, "dataset: a\n", where=".")

    made = report(tmp_path)

    assert splits(made) == [("a", "train")]
    assert made["settings"]["template"]["source"] == "train.yaml"


def test_a_yaml_above_its_dataset_dir_is_read(tmp_path: Path) -> None:
    llama(tmp_path, "dataset: c\ndataset_dir: sets\n", where="sets")

    assert splits(report(tmp_path)) == [("c", "train")]


def test_of_several_yamls_none_is_taken(tmp_path: Path) -> None:
    llama(tmp_path, "dataset: a\n", where=".")
    llama(tmp_path, "dataset: b\n", where=".", name="other.yaml")

    result = lint(tmp_path).result

    assert [split.name for split in result.splits] == ["a", "b", "c"]
    assert any("training configs here, none used" in note.en for note in result.notes)


def test_what_is_set_by_hand_wins_over_the_yaml(tmp_path: Path) -> None:
    path = llama(tmp_path, "dataset: a\n")

    made = report(path, settings={"dataset": "b,c", "template": "glm4v"})

    assert splits(made) == [("b", "train"), ("c", "train")]
    assert made["settings"]["template"] == {"value": "glm4v", "source": "--set"}


def test_an_entry_that_is_trained_and_evaluated_on_is_two_splits(tmp_path: Path) -> None:
    path = llama(tmp_path, "dataset: a\neval_dataset: a\n")

    made = report(path)

    assert splits(made) == [("a", "train"), ("a (eval)", "eval")]
    assert [(group["rule"], group["split"]) for group in made["groups"]] == [("split-file-reused", "a (eval)")]


def test_records_of_one_entry_in_another_that_is_evaluated_on_are_leakage(tmp_path: Path) -> None:
    path = llama(tmp_path, "dataset: a\neval_dataset: b\n")
    rows = [{**ALPACA[0], "instruction": word} for word in ("a", "x", "y")]
    (tmp_path / "data" / "b.json").write_text(json.dumps(rows), "utf-8")

    assert [(group["rule"], group["split"]) for group in report(path)["groups"]] == [("split-leakage", "b")]


def test_only_the_entries_in_use_are_judged(tmp_path: Path) -> None:
    path = llama(tmp_path, "dataset: a\n")
    (tmp_path / "data" / "b.json").unlink()
    (tmp_path / "data" / "c.json").write_text("broken", "utf-8")

    assert [group["rule"] for group in report(path)["groups"]] == []


def test_the_stage_of_the_deepspeed_config_is_a_setting(tmp_path: Path) -> None:
    path = llama(tmp_path, "dataset: a\ndeepspeed: z3.json\n")
    (tmp_path / "z3.json").write_text('{"zero_optimization": {"stage": 3}}', "utf-8")

    assert report(path)["settings"]["deepspeed_stage"] == {"value": 3, "source": "train.yaml"}


@pytest.mark.parametrize("directory", ["ONLINE", "REMOTE:org/name", "gone"])
def test_data_that_are_not_here_are_one_sentence(tmp_path: Path, directory: str) -> None:
    path = llama(tmp_path, f"dataset: a\ndataset_dir: {directory}\n")

    result = CliRunner().invoke(main, [str(path)])

    assert result.exit_code == 2
    assert result.stderr.startswith("glm-lint: train.yaml: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["sft.yaml", "sft.json"])
def test_an_ms_swift_config_names_files(tmp_path: Path, name: str) -> None:
    for one in ("a", "b", "v"):
        (tmp_path / f"{one}.jsonl").write_text(json.dumps(CHAT) + "\n", "utf-8")
    content = {
        "model": "ZhipuAI/glm-4-9b-chat", "tuner_type": "lora", "dataset": ["a.jsonl#500", "b.jsonl", "hub/set"],
        "val_dataset": "v.jsonl", "strict": True,
    }  # fmt: skip
    (tmp_path / name).write_text(json.dumps(content), "utf-8")

    result = lint(tmp_path / name).result
    made = lint(tmp_path / name).to_dict()

    assert made["target"]["name"] == "ms-swift"
    assert [(s["name"], s["files"]) for s in made["splits"]] == [
        ("train", ["a.jsonl", "b.jsonl"]),
        ("validation", ["v.jsonl"]),
    ]
    assert made["settings"]["strict"] == {"value": True, "source": name}
    assert any("hub/set" in note.en for note in result.notes)


def test_an_ms_swift_yaml_beside_its_files_is_read(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text(json.dumps(CHAT) + "\n", "utf-8")
    (tmp_path / "other.jsonl").write_text(json.dumps(CHAT) + "\n", "utf-8")
    (tmp_path / "sft.yaml").write_text(SWIFT + "dataset: mine.jsonl\n", "utf-8")

    made = report(tmp_path)

    assert made["target"] == {"name": "ms-swift", "source": "config", "candidates": []}
    assert made["splits"][0]["files"] == ["mine.jsonl"]


def test_a_yaml_beside_the_data_that_names_other_data_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text(json.dumps(CHAT) + "\n", "utf-8")
    (tmp_path / "sft.yaml").write_text(SWIFT + "dataset: AI-ModelScope/alpaca-gpt4-data-zh#500\n", "utf-8")

    assert report(tmp_path)["target"]["source"] != "config"


def test_a_trl_config_names_a_folder(tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    for one in ("train", "test"):
        (tmp_path / "sets" / f"{one}.jsonl").write_text(json.dumps(CHAT) + "\n", "utf-8")
    text = "model_name_or_path: zai-org/GLM-4.1V-9B-Thinking\ndataset_name: sets\neval_strategy: steps\n"
    (tmp_path / "trl.yaml").write_text(text, "utf-8")

    made = report(tmp_path / "trl.yaml")

    assert made["target"]["name"] == "trl"
    assert splits(made) == [("train", "train"), ("test", "test")]


def test_a_trl_mixture_names_files(tmp_path: Path) -> None:
    for one in ("a", "b"):
        (tmp_path / f"{one}.jsonl").write_text(json.dumps(CHAT) + "\n", "utf-8")
    text = (
        "model_name_or_path: x/y\ndatasets:\n  - path: json\n    data_files: a.jsonl\n"
        "  - path: json\n    data_files: {train: [b.jsonl]}\n  - path: hub/set\n"
    )
    (tmp_path / "trl.yaml").write_text(text, "utf-8")

    (tmp_path / "b.jsonl").write_text(json.dumps({**CHAT, "source": "shop"}) + "\n", "utf-8")

    made = report(tmp_path / "trl.yaml")

    assert [split["files"] for split in made["splits"]] == [["a.jsonl"], ["b.jsonl"]]
    assert made["groups"] == [], "each is loaded by itself, so their columns may differ"


def test_a_yaml_of_something_else_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {web: {image: nginx}}\n", "utf-8")

    result = CliRunner().invoke(main, [str(tmp_path / "compose.yaml")])

    assert result.exit_code == 2
    assert "no training config that is known" in result.stderr


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
MERGES = "m0: &m0 {x: 1}\n" + "".join(f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}\n" for n in range(1, 30))
HOSTILE = {
    "aliases that multiply": LLAMA + BOMB + "dataset: a\nzzz: *a39\ncutof_len: *a39\n",
    "merge keys that multiply": LLAMA + MERGES + "dataset: a\n",
    "a list within itself": LLAMA + "dataset: &d [a, *d]\neval_dataset: {x: *d}\n",
    "ten thousand levels": LLAMA + "dataset: a\nx: " + "[" * 10_000,
    "a tag that would run code": LLAMA + "dataset: a\nx: !!python/object/apply:os.system [id]\n",
    "ten thousand datasets": LLAMA + "dataset: " + ",".join(f"n{n}" for n in range(10_000)) + "\n",
    "values of other types": LLAMA + "dataset: 3\neval_dataset: [1, {a: b}]\ndataset_dir: [x]\n",
    "keys that are no strings": LLAMA + "dataset: a\non: 1\n3: 4\n? [1, 2]\n: 5\n",
    "a path beyond all lengths": LLAMA
    + "dataset: a\ndataset_dir: "
    + "x" * 9000
    + "\ndeepspeed: "
    + "y/" * 9000
    + "\n",
    "a nul in a path": LLAMA + 'dataset: a\ndataset_dir: "da\\0ta"\ndeepspeed: "z\\0"\n',
    "an ms-swift name with a nul": SWIFT + 'dataset: "a\\0b"\n',
    "binary": "dataset: \x00\x01",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
def test_a_hostile_config_ends_in_a_report_or_in_one_sentence(tmp_path: Path, text: str) -> None:
    llama(tmp_path, "")
    (tmp_path / "train.yaml").write_text(text, "utf-8")

    result = CliRunner().invoke(main, [str(tmp_path / "train.yaml"), "--format", "json"])

    assert result.exit_code in (0, 1, 2, 3), result.output
    assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.stderr
    if result.exit_code == 2:
        assert result.stderr.count("\n") == 1
    else:
        assert json.loads(result.stdout)["schema"] == "glm-lint/report/v1"
        assert "rule-crashed" not in result.stdout


def test_a_hostile_file_beside_the_data_changes_nothing(tmp_path: Path) -> None:
    llama(tmp_path, "dataset: a\n", where=".")
    for number, text in enumerate(HOSTILE.values()):
        (tmp_path / f"bad{number}.yml").write_text(text.replace("model_name_or_path", "model_name"), "utf-8")

    assert ("a", "train") in splits(report(tmp_path))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (LLAMA + "dataset: a", "llama-factory"),
        ("model_name_or_path: x\nfinetuning_type: lora\neval_dataset: a", "llama-factory"),
        (SWIFT + "dataset: a", "ms-swift"),
        ("model: x\ndataset: [a]\nmax_length: 2048", "ms-swift"),
        ("model_name_or_path: x\ndataset_name: y\nlearning_rate: 2e-5\ndtype: bfloat16", "trl"),
        ("model: x\nprompt: y", None),
        ("dataset: a", None),
        ("model_name_or_path: x\nadapter_name_or_path: y\ntemplate: glm4", None),
    ],
)
def test_whose_a_config_is(tmp_path: Path, text: str, target: str | None) -> None:
    (tmp_path / "x.yaml").write_text(text, "utf-8")

    found = config.read_training(tmp_path / "x.yaml")

    assert (found.target if found else None) == target


REFUSED = {
    "val-size-twice": "dataset: a\neval_dataset: b\nval_size: 0.1",
    "val-size-alone": "eval_dataset: null\nval_size: 0.1",
    "no-eval-data": "dataset: a\neval_strategy: steps",
    "probs-concat": 'dataset: a,b\ninterleave_probs: "0.1,0.9"',
    "probs-count": 'dataset: a,b\nmix_strategy: interleave_under\ninterleave_probs: "0.1,0.2,0.7"',
    "mix-unknown": "dataset: a,b\nmix_strategy: shuffle",
    "streaming-val-size": "dataset: a\nstreaming: true\nmax_steps: 9\nval_size: 0.1",
    "streaming-max-samples": "dataset: a\nstreaming: true\nmax_steps: 9\nmax_samples: 10",
    "streaming-max-steps": "dataset: a\nstreaming: true",
    "mask-and-prompt": "dataset: a\nmask_history: true\ntrain_on_prompt: true",
    "predict-stage": "dataset: a\nstage: pt\nval_size: 1\npredict_with_generate: true",
    "predict-off": "dataset: a\nval_size: 1\ndo_predict: true",
    "sft-only": "dataset: a\nstage: pt\nmask_history: true",
    "pixels": "dataset: a\nimage_max_pixels: 100",
}


@pytest.mark.parametrize("case", REFUSED)
def test_settings_that_the_parser_refused_when_run(tmp_path: Path, case: str) -> None:
    text = REFUSED[case]
    path = llama(tmp_path, "")
    start = "model_name_or_path: x\nfinetuning_type: lora\ntemplate: glm4\n" + (
        "" if "stage:" in text else "stage: sft\n"
    )
    path.write_text(start + text + "\n", "utf-8")

    found = config.read_training(path)

    assert found is not None
    assert [problem.case for problem in found.problems] == [case]


GOOD = [
    "dataset: a\nval_size: 0.1\neval_strategy: steps\ndo_predict: true\npredict_with_generate: true",
    "dataset: a\neval_dataset: b\ndo_eval: true",
    'dataset: a,b\nmix_strategy: interleave_under\ninterleave_probs: "0.1,0.9"',
    "dataset: a\nstreaming: true\nmax_steps: 100\nval_size: 1000",
    "dataset: a\neval_strategy: no",
    "dataset: a\nmask_history: true\nimage_max_pixels: 262144\nvideo_max_pixels: 16384",
]


@pytest.mark.parametrize("text", GOOD)
def test_settings_that_the_parser_takes(tmp_path: Path, text: str) -> None:
    found = config.read_training(llama(tmp_path, text + "\n"))

    assert found is not None
    assert found.problems == []


@pytest.mark.parametrize(("age", "case"), [(-100, None), (100, "stale")])
def test_a_tokenized_copy_is_stale_if_a_data_file_is_newer(tmp_path: Path, age: int, case: str | None) -> None:
    path = llama(tmp_path, "dataset: a\ntokenized_path: saved/here\n")
    copy = tmp_path / "saved" / "here" / "dataset_dict.json"
    copy.parent.mkdir(parents=True)
    copy.write_text("{}", "utf-8")
    made = copy.stat().st_mtime
    os.utime(tmp_path / "data" / "a.json", (made + age, made + age))
    os.utime(tmp_path / "data" / "b.json", (made + 500, made + 500))

    (group,) = report(path)["groups"]

    assert (group["rule"], group["case"]) == ("tokenized-path-reused", case)


@pytest.mark.parametrize("written", ["gone", "empty"])
def test_a_tokenized_path_that_holds_nothing_is_written_by_training(tmp_path: Path, written: str) -> None:
    path = llama(tmp_path, f"dataset: a\ntokenized_path: {written}\n")
    (tmp_path / "empty").mkdir()

    assert report(path)["groups"] == []


def test_media_dir_is_found_from_the_folder_training_starts_in(tmp_path: Path) -> None:
    path = llama(tmp_path, "dataset: a\nmedia_dir: pictures\n", name="runs/one.yaml")
    info = {"a": {"file_name": "a.json", "formatting": "sharegpt", "columns": {"messages": "m", "images": "images"}}}
    (tmp_path / "data" / "dataset_info.json").write_text(json.dumps(info), "utf-8")
    turns = [{"from": "human", "value": "<image>?"}, {"from": "gpt", "value": "A cat."}]
    (tmp_path / "data" / "a.json").write_text(json.dumps([{"m": turns, "images": ["cat.png"]}]), "utf-8")
    (tmp_path / "pictures").mkdir()
    Image.new("RGB", (64, 64)).save(tmp_path / "pictures" / "cat.png")

    assert [group["rule"] for group in report(path, settings={"template": "glm4v"})["groups"]] == []


def test_versions_are_looked_for_beside_the_config_and_then_beside_the_data(tmp_path: Path) -> None:
    path = llama(tmp_path, "dataset: a\n", name="runs/one.yaml")
    (tmp_path / "runs" / "requirements.txt").write_text("transformers==4.49.0\ndatasets==3.6.0\n", "utf-8")
    (tmp_path / "data" / "requirements.txt").write_text("transformers==4.57.1\n", "utf-8")

    versions = {name: said["version"] for name, said in report(path)["versions"].items()}

    assert versions == {"transformers": "4.57.1", "datasets": "3.6.0"}


@pytest.mark.parametrize(
    ("line", "limit", "source"),
    [
        ("", 1024, "trl.yaml, default"),
        ("max_length: 512\n", 512, "trl.yaml"),
        ("max_length: null\n", "unknown", "default"),
    ],
)
def test_a_limit_left_out_is_the_trainers_own(tmp_path: Path, line: str, limit: object, source: str) -> None:
    """Where its config is at hand; null is no limit at all."""
    talk = {"messages": [{"role": "user", "content": "Count."}, {"role": "assistant", "content": "word " * 1500}]}
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "train.jsonl").write_text(json.dumps(talk) + "\n", "utf-8")
    text = f"model_name_or_path: zai-org/GLM-4-9B-0414\ndataset_name: sets\n{line}"
    (tmp_path / "trl.yaml").write_text(text, "utf-8")

    made = lint(tmp_path / "trl.yaml").to_dict()

    assert made["settings"].get("max_length") == {"value": limit, "source": source}
    said = [
        example["message"] for group in made["groups"] if group["code"] == "LEN002" for example in group["examples"]
    ]
    assert len(said) == (limit != "unknown")
    assert all(("trl.yaml does not set max_length" in message) == (limit == 1024) for message in said)


def test_without_a_config_no_limit_is_taken_for_known(tmp_path: Path) -> None:
    """The user's run is not known then."""
    talk = {"messages": [{"role": "user", "content": "Count."}, {"role": "assistant", "content": "word " * 3000}]}
    (tmp_path / "train.jsonl").write_text(json.dumps(talk) + "\n", "utf-8")

    for target in ("trl", "llama-factory", "ms-swift"):
        assert lint(tmp_path, target=target, select=["LEN"]).exit_code == 0


SWIFT = "model: ZhipuAI/glm-4-9b-chat\ntuner_type: lora\n"
DIALOG = {"Dialog": CHAT["messages"], "id": 1}


def swift(tmp_path: Path, rows: list[Any], config: str) -> dict[str, Any]:
    """The report on an ms-swift config over one file."""
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (tmp_path / "sft.yaml").write_text(SWIFT + config, "utf-8")
    return report(tmp_path / "sft.yaml")


@pytest.mark.parametrize("said", ["{dialog: messages}", '\'{"DIALOG": "messages"}\''])
def test_columns_of_ms_swift_are_renamed_before_records_are_judged(tmp_path: Path, said: str) -> None:
    """In any case of letters, written as an object or as its JSON text; the address is that of the file."""
    bad = {"Dialog": [{"role": "user", "content": "Hi"}, {"role": "nobody", "content": "Hello"}], "id": 2}

    made = swift(tmp_path, [DIALOG, bad], f"dataset: a.jsonl\ncolumns: {said}\n")

    [group] = [group for group in made["groups"] if group["rule"] == "role-unknown"]
    assert group["examples"][0]["location"] == "a.jsonl:2#/Dialog/1/role"
    assert made["totals"]["records"] - made["totals"]["accounting"]["ms-swift"]["kept"] == 1
    assert not any("not applied" in note for note in made["notes"])


def test_without_columns_the_same_records_are_of_no_use(tmp_path: Path) -> None:
    made = swift(tmp_path, [DIALOG], "dataset: a.jsonl\n")

    assert made["totals"]["accounting"]["ms-swift"]["kept"] == 0


def test_a_dataset_that_ms_swift_registers_is_read_as_registered(tmp_path: Path) -> None:
    """By its name, from beside the registration, with its own columns."""
    entry = {"dataset_name": "mine", "dataset_path": "a.jsonl", "columns": {"Dialog": "messages"}}
    (tmp_path / "info.json").write_text(json.dumps([entry, {"ms_dataset_id": "hub/set"}, 3]), "utf-8")

    made = swift(tmp_path, [DIALOG], "dataset: [mine]\ncustom_dataset_info: info.json\n")

    assert [split["files"] for split in made["splits"]] == [["a.jsonl"]]
    assert made["groups"] == []
    assert made["totals"]["accounting"]["ms-swift"]["kept"] == 1


@pytest.mark.parametrize(
    ("columns", "row", "kept"),
    [
        (
            "{frage: query, antwort: response}",
            {"Frage": "Hi", "Antwort": "Hello"},
            {"query": "Hi", "response": "Hello"},
        ),
        ("{q: query, p: query}", {"q": "a", "p": "b", "response": "c"}, {"q": "a", "p": "b", "response": "c"}),
        ("{q: query}", {"q": "a", "query": "b"}, {"q": "a", "query": "b"}),
        ("{query: query}", {"query": "b"}, {"query": "b"}),
    ],
)
def test_columns_are_renamed_as_safe_rename_columns_does_it(
    tmp_path: Path, columns: str, row: dict[str, Any], kept: dict[str, Any]
) -> None:
    """Ran with swift.dataset.load_dataset: two columns for one name keep theirs."""
    swift(tmp_path, [row], f"dataset: a.jsonl\ncolumns: {columns}\n")
    dataset = configured.named(str(tmp_path / "sft.yaml"), None)
    [record] = sources.sample(dataset.splits[0].files[0], 1)

    assert record.value == kept


@pytest.mark.parametrize("said", ["[1, 2]", "3", "'{broken'", "{1: [x]}"])
def test_columns_that_are_no_names_are_said_not_to_be_applied(tmp_path: Path, said: str) -> None:
    made = swift(tmp_path, [CHAT], f"dataset: a.jsonl\ncolumns: {said}\n")

    assert any("columns of sft.yaml is not applied" in note for note in made["notes"])


@pytest.mark.parametrize(
    ("model", "written", "meant"),
    [
        ("THUDM/glm-4-9b-chat", "chatglm4", "glm4"),
        ("/models/GLM-4-9B-0414/", "chatglm-4", "glm4"),
        ("THUDM/GLM-4.1V-9B-Thinking", "glm4_1v", "glm4v"),
        ("THUDM/GLM-4.1V-9B-Thinking", "glm-4", "glm4v"),
        ("zai-org/GLM-4.5V", "glm4-v", "glm4_5v"),
        ("zai-org/GLM-4.6V-Flash", "glm4_6v", "glm4_5v"),
        ("zai-org/GLM-4.5-Air", "glm4_5", "glm4_moe"),
        ("zai-org/GLM-Z1-9B-0414", "glm-z1", "glmz1"),
        ("zai-org/chatglm3-6b", "chatglm", "chatglm3"),
        ("/models/mine", "chatglm4", "glm4"),
        ("/models/mine", "glm4_1v", "glm4v"),
        ("/models/mine", "glm-4v", "glm4v"),
        ("/models/mine", "lama3", "llama3"),
        ("THUDM/glm-4v-9b", "glm-4v", None),
        ("THUDM/glm-4-9b-chat", "my_company_style", None),
    ],
)
def test_the_template_that_is_meant_is_told_by_the_model_and_else_by_the_name(
    tmp_path: Path, model: str, written: str, meant: str | None
) -> None:
    path = llama(tmp_path, "dataset: a\n")
    text = path.read_text().replace("THUDM/glm-4-9b-chat", model).replace("template: glm4", f"template: {written}")
    path.write_text(text)

    found = [group for group in report(path)["groups"] if group["rule"] == "template-unfit"]

    assert [group["case"] or "" for group in found] == ["misspelt" if meant else ""]
    for lang, said in (("en", "write"), ("zh", "改成")):
        shown = CliRunner().invoke(main, [str(path), "--lang", lang]).output
        assert (f"{said}  template: {meant}" in shown) == (meant is not None)


def test_several_training_configs_above_the_data_are_left_aside_and_said(tmp_path: Path) -> None:
    llama(tmp_path, "dataset: a\n")
    llama(tmp_path, "dataset: b\n", name="other.yaml")
    assert "2 training configs here, none used: name one as PATH (other.yaml, train.yaml)" in report(tmp_path)["notes"]
    chinese = CliRunner().invoke(main, [str(tmp_path), "--lang", "zh"]).output
    assert "这里有 2 个训练配置，一个也没有使用" in chinese


def test_an_unknown_template_is_asked_for_by_what_the_records_hold(tmp_path: Path) -> None:
    record: dict[str, Any] = {"instruction": "Hi", "input": "", "output": "Hello"}
    for folder, more, hint in (("text", {}, "glm4)"), ("image", {"images": ["a.png"]}, "glm4v)")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "dataset_info.json").write_text(
            '{"a": {"file_name": "a.json", "columns": {"images": "images"}}}'
        )
        (tmp_path / folder / "a.json").write_text(json.dumps([{**record, **more}]))
        assert f"--set template={hint}" in CliRunner().invoke(main, [str(tmp_path / folder)]).output
