"""Asks workers/guard.py: objects of the guard in a real Seq2SeqTrainer, in the environment of a fidelity stack.

The environment has no glm-lint: the worker imports it from this repository and what it needs from the environment of the
tests, behind its own packages. GUARD_PYTHON names another interpreter of the same Python version to ask instead.
"""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from . import runner
from .stacks import STACKS

STACK = next(stack for stack in STACKS if stack.name == "transformers-4.46.3")
ROOT = Path(__file__).resolve().parents[2]
OTHER = os.environ.get("GUARD_PYTHON", "")


def why_not() -> str:
    """Why the worker cannot be asked; "" if it can. FIDELITY=1 makes the environment first."""
    if OTHER or runner.ready(STACK):
        return ""
    if os.environ.get("FIDELITY") != "1":
        return f"no environment for {STACK.name}: `make fidelity-sample` makes it"
    runner.build(STACK)
    return ""


class Worker:
    """The process, started when it is first asked. ``versions`` are those of its packages."""

    def __init__(self) -> None:
        self.home = tempfile.TemporaryDirectory(prefix="guard-")
        self.log = open(Path(self.home.name) / "log", "w+b")
        env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
        env |= {
            "GUARD_PATHS": os.pathsep.join([str(ROOT), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]),
            "CUDA_VISIBLE_DEVICES": "",
            "TOKENIZERS_PARALLELISM": "false",
            "HF_HOME": self.home.name,
        }
        self.process = subprocess.Popen(
            [OTHER or str(runner.python_of(STACK)), str(Path(__file__).parent / "workers" / "guard.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, cwd=self.home.name, env=env,
        )  # fmt: skip
        self.versions = self._line()["ready"]

    def ask(self, do: str, **case: Any) -> dict[str, Any]:
        """The answer to one question; see ANSWERS in the worker."""
        self.process.stdin.write(json.dumps({"do": do, **case}).encode() + b"\n")
        self.process.stdin.flush()
        answer = self._line()
        assert "broken" not in answer, (answer, self._said())
        return answer

    def _line(self) -> dict[str, Any]:
        line = self.process.stdout.readline()
        assert line, f"the worker ended\n{self._said()}"
        return json.loads(line)

    def _said(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-4000:]

    def close(self) -> None:
        """End the process."""
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()
        self.log.close()
        self.home.cleanup()
