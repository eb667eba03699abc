"""Killed at any moment, glm-lint fix leaves nothing under the wanted name or the whole, and the input as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
KILLS = 200


def make(folder: Path) -> None:
    """Two splits of conversations with images, a repair in every record."""
    (folder / "images").mkdir(parents=True)
    for n in range(3):
        Image.new("RGB", (64, 64), (n, 0, 0)).save(folder / "images" / f"{n}.png")
    for name, count in (("train", 12), ("dev", 6)):
        rows = [
            {
                "messages": [
                    {"role": "human", "content": f"{name} {n}", "image": f"images/{n % 3}.png"},
                    {"role": "gpt", "content": "好"},
                ]
            }
            for n in range(count)
        ]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, "utf-8")


def test_two_hundred_kills_leave_nothing_half_written(tmp_path: Path) -> None:
    make(tmp_path / "data")

    run = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("fix_killer.py")), str(tmp_path), str(KILLS), "7"],
        capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert seen["half"] == []
    assert seen["input"]
    assert seen["strangers"] == []
    assert seen["nothing"] + seen["whole"] == KILLS
    assert seen["after_first_byte"] >= KILLS // 2
    assert seen["nothing"] >= KILLS // 4, "most kills come before the end"
    assert seen["last"], "the next run finishes"
    assert seen["left"] == [], "and clears away what the killed ones began"


def test_a_polite_request_to_end_removes_what_was_begun(tmp_path: Path) -> None:
    make(tmp_path / "data")
    code = (
        "import os, signal, sys\n"
        "from glm_schema_lint.fix import text\n"
        "plain = text.TextWriter.__call__\n"
        "def slow(self, line):\n    plain(self, line)\n    os.kill(os.getpid(), signal.SIGTERM)\n"
        "text.TextWriter.__call__ = slow\n"
        "from glm_schema_lint.cli import main\n"
        f"main(['fix', {str(tmp_path / 'data')!r}, '--target', 'glm-4v', '-o', {str(tmp_path / 'out')!r}])\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert run.returncode == 128 + signal.SIGINT
    assert run.stderr.strip() == "glm-lint: interrupted"
    assert os.listdir(tmp_path) == ["data"]
