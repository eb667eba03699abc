"""Datasets of one training: what LLaMA-Factory's align step and concatenate_datasets made of these pairs when run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from glm_schema_lint import lint

ALPACA: dict[str, Any] = {"instruction": "q", "input": "", "output": "a"}
BYTES = {"bytes": None, "path": "a.png"}


def chat(ask: Any = "hi", answer: Any = "yo", **more: Any) -> dict[str, Any]:
    """A sharegpt record."""
    return {"conversations": [{"from": "human", "value": ask}, {"from": "gpt", "value": answer}], **more}


PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "text and images": (ALPACA, chat(images=["a.png"]), None),
    "paths and objects": (chat(images=["a.png"]), chat(images=[BYTES]), "images"),
    "an empty list and paths": (chat(images=[]), chat(images=["a.png"]), None),
    "null and paths": (chat(images=None), chat(images=["a.png"]), None),
    "a bare path and paths": (chat(images="a.png"), chat(images=["a.png"]), None),
    "a bare path and objects": (chat(images="a.png"), chat(images=[BYTES]), "images"),
    "frames and paths": (chat(images=[["a.png"]]), chat(images=["a.png"]), "images"),
    "videos and frames": (chat(videos=["a.mp4"]), chat(videos=[["a.png"]]), "videos"),
    "tools as text and as a list": (chat(tools="[]"), chat(tools=[{"name": "a"}]), "tools"),
    "no tools and text": (ALPACA, chat(tools="[]"), None),
    "tools as text and null": (chat(tools="[]"), chat(tools=None), None),
    "content of numbers": (chat(), chat(5, 6), "value"),
    "content in parts": (chat(), chat([{"type": "text"}], [{"type": "text"}]), "value"),
    "system of numbers": (chat(system="x"), chat(system=5), "system"),
    "no system": (chat(system="x"), chat(system=None), None),
}  # fmt: skip


def entry(name: str, record: dict[str, Any]) -> dict[str, Any]:
    """The entry of dataset_info.json that fits a record."""
    if "instruction" in record:
        return {"file_name": f"{name}.json"}
    beside = {key: key for key in ("images", "videos", "tools", "system") if key in record}
    return {"file_name": f"{name}.json", "formatting": "sharegpt", "columns": {"messages": "conversations", **beside}}


def fields(folder: Path, one: Any, other: Any, **settings: Any) -> list[str]:
    """The columns that datasets-not-concatenable names for the two datasets."""
    for name, record in (("one", one), ("other", other)):
        (folder / f"{name}.json").write_text(json.dumps([record, record]), "utf-8")
    info = {"one": entry("one", one), "other": entry("other", other)}
    (folder / "dataset_info.json").write_text(json.dumps(info), "utf-8")
    made = lint(folder, settings=settings, images="none", select=["FIELD009"])
    return [str(f.values["field"]) for group in made.result.groups for f in group.examples]


@pytest.mark.parametrize("pair", PAIRS)
def test_what_concatenation_refuses_is_found_and_nothing_else(tmp_path: Path, pair: str) -> None:
    one, other, column = PAIRS[pair]

    assert fields(tmp_path, one, other, dataset="one,other") == ([column] if column else [])
    assert fields(tmp_path, other, one, dataset="one, other") == ([column] if column else [])


def test_datasets_of_different_trainings_are_not_compared(tmp_path: Path) -> None:
    one, other, _ = PAIRS["paths and objects"]

    assert fields(tmp_path, one, other) == []
    assert fields(tmp_path, one, other, dataset="one") == []
    assert fields(tmp_path, one, other, dataset="one", eval_dataset="other") == []


def test_the_finding_names_both_datasets(tmp_path: Path) -> None:
    one, other, _ = PAIRS["tools as text and as a list"]
    fields(tmp_path, one, other)

    report = lint(tmp_path, settings={"dataset": "one,other"}, select=["FIELD009"]).to_dict()

    (group,) = report["groups"]
    assert (group["split"], group["file"], group["findings"], group["effect"]) == ("other", "other.json", 2, "crash")
    assert group["examples"][0]["location"] == "other.json@0#/tools"
    assert group["examples"][0]["related"][0]["location"] == "one.json@0#/tools"
