"""glm-lint fix on bad input of every kind (see bad.py): never a traceback, nothing lost without a word, the input as it was."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import bad
import pytest
from click.testing import CliRunner
from test_bad_input import DATA, Kind, names_of, state

from glm_schema_lint.cli import main

WAYS = {
    "safe": ["--target", "glm-4v"],
    "unsafe": ["--target", "ms-swift", "--unsafe-fixes"],
    "to": ["--to", "llama-factory"],
}


PAIRS = [(kind, list(WAYS)[number % len(WAYS)]) for number, kind in enumerate(DATA)]
"""Each kind goes one way: all of them, all ways, take minutes and have been run."""


@pytest.mark.parametrize(
    ("kind", "way"), PAIRS, ids=[f"{name}-{way}" for name, (_, way) in zip(names_of(DATA), PAIRS, strict=True)]
)
def test_a_repair_ends_in_a_whole_folder_or_in_one_sentence(kind: Kind, way: str, tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    kind.write(data)
    (data / "validation.jsonl").write_bytes(bad.lines(bad.row(101), bad.row(102)))
    before = state(data)

    run = CliRunner(env={"LANG": "C", "LC_ALL": ""}).invoke(main, ["fix", str(data), *WAYS[way], "-o", str(out)])

    assert "internal error" not in run.output, run.output
    assert run.exit_code in (0, 1, 2)
    assert not [c for c in run.output if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")]
    assert state(data) == before
    left = sorted(entry.name for entry in tmp_path.iterdir())
    if run.exit_code == 2:
        assert run.stdout == ""
        assert run.stderr.count("\n") == 1
        assert left == ["data"]
        return
    report = json.loads((tmp_path / "out.report.json").read_text("utf-8"))
    counts = report["records"]
    assert left == ["data", "out", "out.report.json"]
    assert counts["read"] == counts["written"] + len(report["dropped"])
    assert report["remaining"]["totals"]["records"] <= counts["output"]
