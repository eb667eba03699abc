"""Config files beside the data: dataset_info.json, the finetune yaml, versions, options."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from glm_schema_lint import config, lint
from glm_schema_lint.config import blame, versions
from glm_schema_lint.record import Split
from glm_schema_lint.targets import load
from glm_schema_lint.targets.versions import Version
from glm_schema_lint.views import Viewer

FOUR_TAGS = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}


def stanzas(folder: Path, info: Any, *files: str) -> tuple[dict[str, config.Stanza], list[tuple[str, str, str]]]:
    """Write dataset_info.json and empty data files; the stanzas by name, and (rule, case, pointer) of each problem."""
    (folder / "dataset_info.json").write_text(info if isinstance(info, str) else json.dumps(info), "utf-8")
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("[]", "utf-8")
    found, problems = config.dataset_info(folder / "dataset_info.json")
    return {s.name: s for s in found}, [(p.rule, p.case, p.pointer) for p in problems]


def test_stanza_without_blocks_has_the_defaults(tmp_path: Path) -> None:
    found, problems = stanzas(tmp_path, {"a": {"file_name": "a.json"}}, "a.json")

    mapping = found["a"].mapping
    assert not problems
    assert (mapping.reads.prompt, mapping.reads.query, mapping.reads.response) == ("instruction", "input", "output")
    assert mapping.reads.history == mapping.reads.images == mapping.reads.messages == ""
    assert mapping.roles["user"] == ["human"]
    assert mapping.sft


def test_listed_block_sets_the_rest_to_none(tmp_path: Path) -> None:
    info = {
        "a": {"file_name": "a.json", "formatting": "sharegpt", "columns": {"messages": "messages"}, "tags": FOUR_TAGS}
    }

    found, _ = stanzas(tmp_path, info, "a.json")

    mapping = found["a"].mapping
    assert (mapping.reads.messages, mapping.reads.role, mapping.reads.content) == ("messages", "role", "content")
    assert mapping.roles == {
        "user": ["user"],
        "assistant": ["assistant"],
        "observation": [],
        "function": [],
        "system": [],
    }
    assert mapping.takes["prompt"] is mapping.takes["system_tag"] is None


@pytest.mark.parametrize(
    ("stanza", "purpose"),
    [
        ({"ranking": True}, "ranking"),
        ({"formatting": "sharegpt", "columns": {"messages": "messages", "kto_tag": "label"}}, "kto"),
        ({"columns": {"prompt": "text"}}, "pretrain"),
        ({"columns": {"prompt": "instruction", "query": "input"}}, "sft"),
        ({"formatting": "sharegpt", "columns": {"messages": "messages"}}, "sft"),
    ],
)
def test_purpose(tmp_path: Path, stanza: dict[str, Any], purpose: str) -> None:
    found, _ = stanzas(tmp_path, {"a": {"file_name": "a.json", **stanza}}, "a.json")

    assert found["a"].mapping.purpose == purpose
    assert found["a"].sft is (purpose == "sft")


def test_hub_beats_file_and_hf_beats_script(tmp_path: Path) -> None:
    found, problems = stanzas(
        tmp_path, {"a": {"file_name": "a.json", "script_url": "s", "ms_hub_url": "m"}, "b": {"script_url": "s"}}
    )

    assert not problems
    assert (found["a"].source, found["b"].source) == ("ms_hub_url", "script_url")
    assert not found["a"].files


def test_folder_is_listed_whole(tmp_path: Path) -> None:
    found, problems = stanzas(tmp_path, {"a": {"file_name": "a"}}, "a/2.json", "a/1.jsonl", "a/.DS_Store")

    assert [path.name for path in found["a"].files] == ["1.jsonl", "2.json"]
    assert problems == [("stray-file", "", "/a/file_name")]


def test_text_files_are_listed_but_not_read(tmp_path: Path) -> None:
    found, problems = stanzas(tmp_path, {"wiki": {"file_name": "wiki.txt", "columns": {"prompt": "text"}}}, "wiki.txt")

    assert not problems
    assert [p.name for p in found["wiki"].listed] == ["wiki.txt"]
    assert not found["wiki"].files


@pytest.mark.parametrize(
    ("name", "problems"),
    [
        ("gone.json", [("split-file-missing", "", "/a/file_name")]),
        ("data/here.json", [("split-file-missing", "doubled", "/a/file_name")]),
        ("alpaca_en_demo.json", []),
        ("here.json", []),
    ],
)
def test_missing_files(tmp_path: Path, name: str, problems: list[tuple[str, str, str]]) -> None:
    _, found = stanzas(tmp_path, {"a": {"file_name": name}}, "here.json")

    assert found == problems


@pytest.mark.parametrize(
    ("entry", "case"),
    [
        (5, "not-object"), ("a.json", "not-object"), (None, "not-object"), ({}, "no-source"),
        ({"file_name": 3}, "not-a-name"),
        ({"file_name": "a.json", "formatting": "chatml"}, "formatting"),
        ({"file_name": "a.json", "formatting": None}, "formatting"),
        ({"file_name": "a.json", "columns": None}, "block"), ({"file_name": "a.json", "tags": []}, "block"),
        ({"file_name": "a.json", "columns": {"messages": ["m"]}}, "not-a-name"),
        ({"file_name": "a.json", "split": "test"}, "split"),
    ],
)  # fmt: skip
def test_stanzas_that_cannot_be_used(tmp_path: Path, entry: Any, case: str) -> None:
    _, problems = stanzas(tmp_path, {"a": entry}, "a.json")

    assert [(rule, found) for rule, found, _ in problems] == [("stanza-invalid", case)]


@pytest.mark.parametrize("split", ["train", "train[:10]", "train[10%:20%]", "train[:5]+train[9:]"])
def test_parts_of_train_are_fine(tmp_path: Path, split: str) -> None:
    _, problems = stanzas(tmp_path, {"a": {"file_name": "a.json", "split": split}}, "a.json")

    assert not problems


@pytest.mark.parametrize(
    ("text", "case"), [("", ""), ("{,}", ""), ("\ufeff{}", ""), ("[]", "not-object"), ("null", "not-object")]
)
def test_unreadable_file(tmp_path: Path, text: str, case: str) -> None:
    found, problems = stanzas(tmp_path, text)

    assert not found
    assert problems == [("dataset-info-unreadable", case, "")]
    assert config.is_dataset_info(tmp_path / "dataset_info.json")


def test_the_file_that_datasets_writes_is_no_config(tmp_path: Path) -> None:
    path = tmp_path / "dataset_info.json"
    path.write_text(json.dumps({"citation": "", "features": {"input_ids": {}}, "builder_name": "json", "splits": {}}))

    assert not config.is_dataset_info(path)


def test_unregistered_files(tmp_path: Path) -> None:
    found, _ = stanzas(tmp_path, {"a": {"file_name": "a.json"}}, "a.json", "b.jsonl", "notes.md")

    assert [p.name for p in config.unregistered(tmp_path, list(found.values()))] == ["b.jsonl"]


def test_view_reads_what_the_stanza_maps(tmp_path: Path) -> None:
    info = {
        "s": {
            "file_name": "a.json",
            "formatting": "sharegpt",
            "columns": {"messages": "talk", "images": "pics"},
            "tags": FOUR_TAGS,
        },
        "a": {"file_name": "a.json", "columns": {"prompt": "q", "response": "a"}},
        "r": {"file_name": "a.json", "ranking": True},
    }
    found, _ = stanzas(tmp_path, info, "a.json")

    def view(name: str, value: Any) -> Any:
        return Viewer(load("llama-factory"), Split(name, "train", [], stanza=name, mapping=found[name].mapping))(value)

    talk = view(
        "s", {"talk": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}], "pics": ["p.png"]}
    )
    pair = view("a", {"q": "Q", "a": "A", "input": "ignored"})
    assert [turn.kind for turn in talk.turns] == [None, "user"]
    assert [image.pointer for image in talk.images] == ["/pics/0"]
    assert [(turn.kind, turn.content) for turn in pair.turns] == [("user", "Q"), ("assistant", "A")]
    assert view("r", {"instruction": "i", "output": "o"}) is None


def test_what_all_records_lack_is_the_fault_of_the_stanza(tmp_path: Path) -> None:
    info = {
        "s": {"file_name": "a.json", "formatting": "sharegpt", "columns": {"messages": "messages"}},
        "a": {"file_name": "a.json"},
        "m": {"file_name": "a.json", "columns": {"messages": "messages"}},
        "t": {"file_name": "a.json", "columns": {"prompt": "text"}},
    }
    found, _ = stanzas(tmp_path, info, "a.json")
    talk = {"messages": [{"role": "user", "content": "u"}]}
    pair = {"instruction": "i", "input": "", "answer": "a"}

    assert found["s"].mapping.seen([talk]).lost == {"role_tag", "content_tag"}
    assert found["a"].mapping.seen([pair]).lost == {"response"}
    assert found["a"].mapping.seen([pair, {**pair, "output": "o"}]).lost == frozenset()
    assert found["m"].mapping.seen([talk]).lost == {"formatting"}
    assert found["t"].mapping.seen([{"text": "t"}]).lost == frozenset()
    assert found["s"].mapping.seen([]).lost == frozenset()


@pytest.mark.parametrize(
    ("roles", "tags", "blamed"),
    [
        (["system", "user", "assistant"], FOUR_TAGS, ["system_tag unset"]),
        (
            ["user", "function_call", "observation", "assistant"],
            FOUR_TAGS,
            ["function_tag unset", "observation_tag unset"],
        ),
        (["human", "gpt"], FOUR_TAGS, ["user_tag other", "assistant_tag other"]),
        (["human", "gpt", "user", "assistant"], FOUR_TAGS, []),
        (["user", "assistant", "system"], FOUR_TAGS, []),
        (["narrator", "assistant"], FOUR_TAGS, []),
        (["user", "assistant"], FOUR_TAGS, []),
    ],
)
def test_wrong_tags(tmp_path: Path, roles: list[str], tags: dict[str, str], blamed: list[str]) -> None:
    columns = {"messages": "messages"}
    found, _ = stanzas(
        tmp_path, {"s": {"file_name": "a.json", "formatting": "sharegpt", "columns": columns, "tags": tags}}, "a.json"
    )
    split = Split("s", "train", [], stanza="s", mapping=found["s"].mapping)
    target = load("llama-factory")
    talk = Viewer(target, split)({"messages": [{"role": role, "content": "c"} for role in roles]})
    assert talk is not None

    assert [f"{wrong.tag} {wrong.case}" for wrong in blame.wrong_tags(talk, split.mapping)] == blamed
    assert blame.config_explains(talk, split, target) is bool(blamed)
    assert not blame.config_explains(talk, split, load("glm-4"))


@pytest.mark.parametrize(
    ("answers", "tags", "blamed", "word"),
    [
        (["gpt"] * 11 + ["bot"], None, 0, ""),
        (["gpt"] * 6 + ["bot"] * 6, None, 0, ""),
        (["bot"] * 11 + ["gpt"], None, 11, "bot"),
        (["bot"] * 12, None, 12, "bot"),
        (["bot"] * 11 + ["gpt"], {"role_tag": "from", "content_tag": "value", "user_tag": "human"}, 12, "bot"),
    ],
)
def test_a_tag_is_blamed_where_hardly_a_record_uses_its_word(
    tmp_path: Path, answers: list[str], tags: dict[str, str] | None, blamed: int, word: str
) -> None:
    stanza = {"file_name": "a.json", "formatting": "sharegpt"} | ({"tags": tags} if tags else {})
    found, _ = stanzas(tmp_path, {"s": stanza}, "a.json")
    values = [{"conversations": [{"from": "human", "value": "q"}, {"from": who, "value": "a"}]} for who in answers]
    mapping = found["s"].mapping.seen(values)
    view = Viewer(load("llama-factory"), Split("s", "train", [], stanza="s", mapping=mapping))
    wrong = [one for value in values if (talk := view(value)) for one in blame.wrong_tags(talk, mapping)]

    assert len(wrong) == blamed
    blocks = [blame.fitting_tags(mapping, one) for one in wrong]
    assert {block["assistant_tag"] for block in blocks} == ({word} if word else set())
    assert all(block["user_tag"] == "human" and block["role_tag"] == "from" for block in blocks)


YAML = """\
data_config:
  train_file: train.jsonl
  val_file: dev.jsonl
  test_file: {test}
  num_proc: 1
combine: True
freezeV: True
training_args:
  learning_rate: 5e-4
  {evaluate}
  predict_with_generate: {generate}
"""


def tuned(
    folder: Path, *, test: str = "test.jsonl", evaluate: str = "eval_strategy: steps", generate: str = "true"
) -> config.Finetune:
    """A finetune yaml in ``folder``, read."""
    (folder / "lora.yaml").write_text(YAML.format(test=test, evaluate=evaluate, generate=generate))
    return config.finetune_yaml(folder / "lora.yaml", folder)


def test_finetune_yaml(tmp_path: Path) -> None:
    for name in ("train", "dev", "test"):
        (tmp_path / f"{name}.jsonl").write_text('{"messages": [{"role": "user", "content": "u", "image": "a.png"}]}\n')

    found = tuned(tmp_path)

    assert {kind: [rel for _, rel in files] for kind, files in found.files.items()} == {
        "train": ["train.jsonl"], "eval": ["dev.jsonl"], "test": ["test.jsonl"],
    }  # fmt: skip
    assert found.settings == {
        "predict_with_generate": True, "eval_strategy": "steps", "combine": True, "num_proc": 1,
    }  # fmt: skip
    assert found.vision is True
    assert not found.problems
    assert config.is_finetune_yaml(tmp_path / "lora.yaml")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text("{}\n")

    found = tuned(tmp_path, test=f"{tmp_path.name}/train.jsonl")

    assert [(p.case, p.pointer, p.values["kind"]) for p in found.problems] == [
        ("", "/data_config/val_file", "eval"), ("doubled", "/data_config/test_file", "test"),
    ]  # fmt: skip


@pytest.mark.parametrize("evaluate", ["eval_strategy: no", 'evaluation_strategy: "no"', "eval_steps: 5"])
def test_validation_nobody_asks_for(tmp_path: Path, evaluate: str) -> None:
    (tmp_path / "train.jsonl").write_text("{}\n")

    found = tuned(tmp_path, evaluate=evaluate, test="train.jsonl", generate="false")

    assert not found.problems
    assert found.settings["predict_with_generate"] is False
    assert found.vision is None


def test_globs_are_files(tmp_path: Path) -> None:
    for name in ("train.jsonl", "dev.jsonl", "t-2.jsonl", "t-1.jsonl"):
        (tmp_path / name).write_text("{}\n")

    assert [rel for _, rel in tuned(tmp_path, test="t-*.jsonl").files["test"]] == ["t-1.jsonl", "t-2.jsonl"]


def test_train_file_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("data_config:\n  val_file: dev.jsonl\n")

    assert [(p.rule, p.case) for p in config.finetune_yaml(path, tmp_path).problems] == [
        ("split-file-missing", "unnamed")
    ]


@pytest.mark.parametrize("text", ["data_config: [", "a: 1", "- 1", "", "\x00", "data_config: {a: b}: c"])
def test_broken_yaml_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)

    with pytest.raises(config.UsageError) as error:
        config.finetune_yaml(path, tmp_path)

    assert "a.yaml" in error.value.text.en
    assert "\n" not in error.value.text.en
    assert "a.yaml" in error.value.text.zh


FILES = {
    "requirements.txt": "torch\ntransformers>=4.46,<4.50  # a range stays a range\n"
    "datasets[audio] == 3.6.0 ; python_version > '3'\n",
    "requirements-dev.txt": "transformers==4.40.0\ntrl~=1.16.0 \\\n --hash=sha256:ab\n",
    "uv.lock": 'version = 1\n[[package]]\nname = "transformers"\nversion = "4.46.3"\n',
    "poetry.lock": '[[package]]\nname = "datasets"\nversion = "3.6.0"\n',
    "pdm.lock": '[[package]]\nname = "trl"\nversion = "0.9.0"\n[[package]]\nname = "trl"\nversion = "0.11.0"\n',
    "pylock.toml": 'lock-version = "1.0"\n[[packages]]\nname = "transformers"\nversion = "4.57.1"\n',
    "Pipfile.lock": '{"default": {"transformers": {"version": "==4.46.3"}}, "develop": {}}',
    "pyproject.toml": '[project]\nname = "x"\ndependencies = ["transformers>=4.46,<4.50", "datasets==3.6.0"]\n'
    '[tool.poetry.dependencies]\npython = "^3.11"\ntrl = "^1.16.0"\n',
    "environment.yml": "dependencies:\n  - python=3.11\n  - conda-forge::transformers=4.46\n"
    "  - datasets=3.6.0=py_0\n  - pip:\n    - trl==1.16.0\n",
}
SAID = {
    "requirements.txt": {"transformers": "<4.50,>=4.46", "datasets": "3.6.0"},
    "requirements-dev.txt": {"transformers": "4.40.0", "trl": "~=1.16.0"},
    "uv.lock": {"transformers": "4.46.3"},
    "poetry.lock": {"datasets": "3.6.0"},
    "pdm.lock": {"trl": ">=0.9.0,<=0.11.0"},
    "pylock.toml": {"transformers": "4.57.1"},
    "Pipfile.lock": {"transformers": "4.46.3"},
    "pyproject.toml": {"transformers": "<4.50,>=4.46", "datasets": "3.6.0", "trl": "<2,>=1.16.0"},
    "environment.yml": {"transformers": "==4.46.*", "datasets": "3.6.0", "trl": "1.16.0"},
}


@pytest.mark.parametrize("name", FILES)
def test_versions_from_one_file(tmp_path: Path, name: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / name).write_text(FILES[name])

    assert config.versions_beside(tmp_path) == {package: Version(said, name) for package, said in SAID[name].items()}


def test_exact_or_range(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in ("requirements.txt", "environment.yml"):
        (tmp_path / name).write_text(FILES[name])

    found = config.versions_beside(tmp_path)

    assert {name: version.exact for name, version in found.items()} == {
        "transformers": False,
        "datasets": True,
        "trl": True,
    }


def test_nearest_folder_wins_and_git_is_the_end(tmp_path: Path) -> None:
    data = tmp_path / "repo" / "sets" / "data"
    data.mkdir(parents=True)
    (tmp_path / "repo" / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text("trl==1.0.0\n")
    (tmp_path / "repo" / "requirements.txt").write_text("transformers==4.40.0\ndatasets==3.0.0\n")
    (data / "requirements.txt").write_text("transformers==4.46.3\n")

    found = config.versions_beside(data)

    assert {name: version.version for name, version in found.items()} == {"transformers": "4.46.3", "datasets": "3.0.0"}
    assert not config.versions_beside(data.parent.parent / "sets" / "data" / "x" / "y" / "z")


@pytest.mark.parametrize(
    "text", ["\x00\xff", "transformers==", "transformers @ git+https://example.org/x", "-r missing.txt", "[["]
)
@pytest.mark.parametrize("name", ["requirements.txt", "uv.lock", "Pipfile.lock", "environment.yml"])
def test_broken_version_files_say_nothing(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / name).write_text(text)

    assert config.versions_beside(tmp_path) == {}


def test_nested_requirements(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text("-r base/all.txt\n")
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "all.txt").write_text("transformers==4.46.3\n")

    assert config.versions_beside(tmp_path) == {"transformers": Version("4.46.3", "requirements.txt")}


def test_installed_needs_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    have = {"transformers": "4.46.3", "datasets": "3.6.0"}

    def version(name: str) -> str:
        from importlib.metadata import PackageNotFoundError

        if name not in have:
            raise PackageNotFoundError(name)
        return have[name]

    monkeypatch.setattr("importlib.metadata.version", version)
    assert versions.installed() == {}

    have["torch"] = "2.5.0"
    assert versions.installed() == {
        "transformers": Version("4.46.3", "installed"),
        "datasets": Version("3.6.0", "installed"),
    }


def test_the_option_wins_then_the_file_then_what_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text("transformers==4.46.3\ndatasets==3.6.0\n")
    monkeypatch.setattr(
        versions, "installed", lambda: {n: Version("1.0", "installed") for n in ("transformers", "datasets", "trl")}
    )

    found = config.resolve(dict([config.parse_with("transformers=4.57.1")]), [tmp_path])

    assert {name: version.source for name, version in found.items()} == {
        "transformers": "--with", "datasets": "requirements.txt", "trl": "installed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("transformers=4.46.3", ("transformers", "4.46.3")),
        ("Transformers == 4.46.3", ("transformers", "4.46.3")),
        ("transformers>=4.46,<4.50", ("transformers", ">=4.46,<4.50")),
        ("transformers=4.46.*", ("transformers", "==4.46.*")),
    ],
)
def test_with(text: str, said: tuple[str, str]) -> None:
    name, version = config.parse_with(text)

    assert (name, version.version) == said


@pytest.mark.parametrize(
    "text", ["transformers", "transformers=", "=4.46", "transformers=four", "transformers>=x", "", "a b=1"]
)
def test_bad_with(text: str) -> None:
    with pytest.raises(config.UsageError) as error:
        config.parse_with(text)

    assert error.value.text.en.startswith(f"--with {text}")


def test_set() -> None:
    assert config.parse_set("template=glm4v") == ("template", "glm4v")
    assert config.parse_set("predict_with_generate=False") == ("predict_with_generate", False)
    assert config.parse_set("cutoff_len = 2048") == ("cutoff_len", 2048)
    for bad in ("template", "=x", "template="):
        with pytest.raises(config.UsageError):
            config.parse_set(bad)
    with pytest.raises(config.UsageError, match="known: stage, template"):
        config.parse_set("tempalte=x", ["template", "stage"])


def test_num_proc_of_a_finetune_yaml_counts_as_the_trainer_counts_it(tmp_path: Path) -> None:
    """What is left out or null is one process."""
    for name in ("train", "dev", "test"):
        (tmp_path / f"{name}.jsonl").write_text("{}\n")
    said = []
    for line in ("", "  num_proc: 4\n", "  num_proc: null\n"):
        (tmp_path / "lora.yaml").write_text(f"data_config:\n  train_file: train.jsonl\n{line}")
        said.append(config.finetune_yaml(tmp_path / "lora.yaml", tmp_path).settings["num_proc"])

    assert said == [1, 4, 1]


@pytest.mark.parametrize("place", ["data", "../data"])
def test_a_finetune_yaml_is_read_with_the_one_folder_near_it_that_holds_its_files(tmp_path: Path, place: str) -> None:
    here = tmp_path / "configs"
    data = here / place
    (here / "old").mkdir(parents=True)
    data.mkdir(parents=True)
    for name in ("train", "dev"):
        (data / f"{name}.jsonl").write_text(
            '{"messages": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}]}\n'
        )
    (here / "lora.yaml").write_text(YAML.format(test="tset.jsonl", evaluate="eval_strategy: steps", generate="true"))

    for typed in (here / "lora.yaml", here):
        report = lint(typed)
        shown = os.path.normpath(data)
        missing = [group for group in report.to_dict()["groups"] if group["rule"] == "split-file-missing"]
        assert [group["findings"] for group in missing] == [1]
        said = f"test_file names 'tset.jsonl', which does not exist in the data folder {shown}/"
        assert said in json.dumps(missing)
        assert sum(split["records"] for split in report.to_dict()["splits"]) == 2
        assert any(f"{shown}/ holds the files that lora.yaml names" in note for note in report.to_dict()["notes"])


def test_two_folders_that_hold_the_files_of_a_finetune_yaml_are_not_chosen_between(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        for name in ("train", "dev", "test"):
            (tmp_path / folder / f"{name}.jsonl").write_text("{}\n")
    (tmp_path / "lora.yaml").write_text(YAML.format(test="test.jsonl", evaluate="", generate="true"))

    assert config.folder_of(tmp_path / "lora.yaml") == tmp_path

    (tmp_path / "two" / "train.jsonl").unlink()
    (tmp_path / "two" / "dev.jsonl").unlink()
    assert config.folder_of(tmp_path / "lora.yaml") == tmp_path / "one"
