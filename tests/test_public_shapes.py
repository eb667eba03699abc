"""Miniatures of shapes met in public datasets: what is good for its own trainer is not reported as a fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image

from glm_schema_lint import lint

ASK, SAY = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
CHAT = {"messages": [ASK, SAY]}
SHARED = {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}


def put(folder: Path, **files: Any) -> Path:
    """``train_jsonl=record`` or a list of records; ``__`` stands for a slash."""
    for name, value in files.items():
        path = folder / name.replace("__", "/").replace("_jsonl", ".jsonl").replace("_json", ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value), encoding="utf-8")
    return folder


def picture(path: Path) -> None:
    """A small image."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 48)).save(path)


def rules(report: dict[str, Any]) -> list[str]:
    """Names of the rules that found something, with the severity."""
    return sorted(f"{group['rule']} {group['severity']}" for group in report["groups"])


def test_the_dataset_info_of_a_checkout_stands_in_data(tmp_path: Path) -> None:
    """LLaMA-Factory looks in data/ where no dataset_dir is set."""
    info = {"demo": {"file_name": "demo.json", "formatting": "sharegpt"}}
    put(tmp_path, data__dataset_info_json=info, data__demo_json=[SHARED], data__other_json=[CHAT])
    report = lint(tmp_path).to_dict()
    assert report["target"]["name"] == "llama-factory"
    assert [split["name"] for split in report["splits"]] == ["demo"]
    assert not report["groups"]


def test_data_outside_data_are_not_left_out_for_it(tmp_path: Path) -> None:
    """A stanza in data/ speaks for data/ only."""
    info = {"demo": {"file_name": "demo.json", "formatting": "sharegpt"}}
    put(tmp_path, data__dataset_info_json=info, data__demo_json=[SHARED], train_jsonl=SHARED)
    report = lint(tmp_path).to_dict()
    assert {file for split in report["splits"] for file in split["files"]} == {"data/demo.json", "train.jsonl"}


def test_an_image_on_a_message_means_glm_4v_whatever_the_suffix(tmp_path: Path) -> None:
    """The suffix is the fault; which trainer is meant is plain to see."""
    picture(tmp_path / "a.png")
    put(tmp_path, train_json=[{"messages": [{**ASK, "image": "a.png"}, SAY]}])
    report = lint(tmp_path).to_dict()
    assert report["target"]["name"] == "glm-4v"
    assert rules(report) == ["file-extension-refused error"]


def test_a_placeholder_in_the_text_was_not_written_for_trl(tmp_path: Path) -> None:
    """TRL has no text placeholders, so such data are judged without it; asked for, it says what becomes of them."""
    picture(tmp_path / "a.png")
    put(tmp_path, train_json=[{"messages": [{"role": "user", "content": "<image>a"}, SAY], "images": ["a.png"]}])
    assert not lint(tmp_path).to_dict()["groups"]
    report = lint(tmp_path, target="trl").to_dict()
    assert rules(report) == ["placeholder-count-mismatch error"]
    assert report["groups"][0]["examples"][0]["expected"] == "0 x <image>"


def test_tokenized_rows_in_a_folder_do_not_decide_for_its_other_datasets(tmp_path: Path) -> None:
    """Each kind of records is judged by who reads it."""
    put(tmp_path, a_json={"input_ids": [1, 2], "labels": [1, 2], "attention_mask": [1, 1]}, b_json=SHARED)
    assert not lint(tmp_path).to_dict()["groups"]


def test_raw_material_beside_named_splits_is_noted(tmp_path: Path) -> None:
    """Neither `datasets` nor a trainer would read it; a file that could be trained on is linted."""
    raw, pair = {"sql": "SELECT 1", "prompt": "one"}, {"prompt": "a", "response": "b"}
    put(tmp_path, train_jsonl=CHAT, source_jsonl=raw, pairs_jsonl=pair)
    report = lint(tmp_path, target="ms-swift").to_dict()
    assert [split["name"] for split in report["splits"]] == ["train", "pairs.jsonl"]
    assert not report["groups"]
    assert any("source.jsonl" in note and "not linted" in note for note in report["notes"])
    assert "required-key-missing error" in rules(lint(tmp_path / "source.jsonl", target="ms-swift").to_dict())


def test_conversations_of_role_and_content_need_tags_only(tmp_path: Path) -> None:
    """ChatGLM3 wrote them so; LLaMA-Factory reads them once the stanza names the tags."""
    put(tmp_path, train_jsonl={"conversations": [ASK, SAY]})
    for target in (None, "llama-factory", "ms-swift"):
        assert not lint(tmp_path, target=target).to_dict()["groups"]


def test_a_single_image_key_is_mapped_by_a_stanza(tmp_path: Path) -> None:
    """``image`` beside the conversation, as LLaVA and Qwen-VL write it."""
    picture(tmp_path / "a.png")
    talk = [{"from": "human", "value": "<image>a"}, {"from": "gpt", "value": "b"}]
    put(tmp_path, train_json=[{"image": "a.png", "conversations": talk}])
    assert not lint(tmp_path, target="llama-factory").to_dict()["groups"]


def test_an_image_above_its_file_is_found(tmp_path: Path) -> None:
    """Paths that start at a folder between the dataset folder and the file."""
    picture(tmp_path / "repo/demo/images/a.png")
    talk = [{"from": "human", "value": "<image>a"}, {"from": "gpt", "value": "b"}]
    put(tmp_path, repo__demo__train_json=[{"image": "demo/images/a.png", "conversations": talk}])
    report = lint(tmp_path, target="ms-swift").to_dict()
    assert "repo/demo/images/a.png" in report["groups"][0]["examples"][0]["message"]
