"""The datasets under examples/: good ones say nothing, broken ones name their fault and no other, and so do larger copies."""

from __future__ import annotations

import json
import random
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from glm_schema_lint.cli import main

HERE = Path(__file__).resolve().parent.parent / "examples"
LISTED = tomllib.loads((HERE / "examples.toml").read_text("utf-8"))["example"]
ALL = [pytest.param(example, id=example["path"]) for example in LISTED]
MORE = 1_000
BYTES = {
    "line-not-json": lambda data: data[:-40],
    "not-utf8": lambda data: data.decode("utf-8").encode("gb18030"),
}
"""Faults that lie in the bytes of the training file rather than in a record."""


def run(folder: Path, args: list[str]) -> Result:
    """The command as a person types it, with the report as JSON."""
    return CliRunner().invoke(main, [str(folder), *args, "--format", "json"])


def fired(result: Result) -> set[str]:
    """Rules that fired."""
    return {group["rule"] for group in json.loads(result.stdout)["groups"]}


@pytest.mark.parametrize("example", ALL)
def test_example(example: dict[str, Any]) -> None:
    """A good dataset exits 0 with no finding at all; a broken one exits 1 and names its fault and no other."""
    result = run(HERE / example["path"], example.get("args", []))

    rule = example.get("rule", "")
    assert fired(result) == ({rule} if rule else set())
    assert result.exit_code == (1 if rule else 0)


def test_every_folder_is_listed() -> None:
    """No example goes unjudged."""
    folders = {f"{kind}/{p.name}" for kind in ("good", "broken") for p in (HERE / kind).iterdir()} | {"keyerror-labels"}

    assert folders == {example["path"] for example in LISTED}


def renamed(name: str) -> str:
    """Another file name that means the same split."""
    for old, new in (("train", "training"), ("dev", "val"), ("validation", "valid"), ("test", "testing")):
        if name.startswith(f"{old}."):
            return new + name[len(old) :]
    return name


def fresh(row: dict[str, Any], number: int) -> dict[str, Any]:
    """A good record like ``row`` with other words, so that it is no duplicate."""
    return json.loads(
        json.dumps(row, ensure_ascii=False), object_hook=lambda obj: {k: reworded(k, v, number) for k, v in obj.items()}
    )


def reworded(key: str, value: Any, number: int) -> Any:
    """Text gets a number; ids get another value in the middle."""
    if key in ("content", "value", "output", "instruction", "text") and isinstance(value, str):
        plain = value.strip() and not value.startswith("{")  # a call stays JSON
        return f"{value} <{number}>" if plain else value
    if key in ("input_ids", "labels", "output_ids") and isinstance(value, list) and len(value) > 4:
        return [v if not 1000 <= v < 90000 else 1000 + (v * 7 + number * 13) % 88000 for v in value]
    return value


@pytest.mark.parametrize("example", ALL)
def test_a_larger_shuffled_renamed_copy_says_the_same(example: dict[str, Any], tmp_path: Path) -> None:
    """Other names, another order and 1,000 more good records change nothing of the verdict."""
    source, rule = HERE / example["path"], example.get("rule", "")
    folder = tmp_path / "copy of data"
    shutil.copytree(source, folder)
    story = example["path"] == "keyerror-labels"
    base = source if story else HERE / "good" / good_of(example)
    for path in sorted(folder.glob("*")):
        if path.suffix not in (".jsonl", ".json", ".parquet") or path.name == "dataset_info.json":
            continue
        good = base / path.name
        bytes_at_fault = rule in BYTES and path.stem == "train"
        rows = read(good if bytes_at_fault else path)
        likes = read(good)
        rows += [fresh(likes[n % len(likes)], n + 1 + 5_000 * (path.stem != "train")) for n in range(MORE)]
        if rule == "split-columns-differ" and path.stem == "dev":
            rows = [{**row, "source": "forum"} for row in rows]
        random.Random(7).shuffle(rows)
        target = path.with_name(
            path.name if (folder / "dataset_info.json").exists() or list(folder.glob("*.yaml")) else renamed(path.name)
        )
        path.unlink()
        write(target, rows)
        if bytes_at_fault:
            target.write_bytes(BYTES[rule](target.read_bytes()))

    result = run(folder, [*example.get("args", []), "--ignore", "pixels-overflow-arrow"])  # which counts records

    assert fired(result) == ({rule} if rule else set())
    assert result.exit_code == (1 if rule else 0)
    assert json.loads(result.stdout)["totals"]["records"] > MORE


def good_of(example: dict[str, Any]) -> str:
    """The good dataset a broken one was made from."""
    path = HERE / example["path"]
    if path.parent.name == "good":
        return path.name
    for base in sorted((HERE / "good").iterdir()):
        names = {p.name for p in base.iterdir()}
        same = {p.name for p in path.iterdir()} == names
        if same and any(p.is_file() and p.read_bytes() == (base / p.name).read_bytes() for p in path.iterdir()):
            return base.name
    raise AssertionError(f"{path} has no base")


def read(path: Path) -> list[dict[str, Any]]:
    """Records of a file."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return pq.read_table(path).to_pylist()
    text = path.read_text("utf-8")
    return json.loads(text) if text.lstrip().startswith("[") else [json.loads(line) for line in text.splitlines()]


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """Records back to a file of the same kind."""
    if path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".json":
        path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    else:
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
