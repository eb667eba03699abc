"""Runs real trainer code on clean and faulty datasets and compares what it did with what lint said.

The protocol, for the writer of a worker
----------------------------------------
A worker is one file, `workers/<name>.py`. It runs under its stack's own interpreter, imports the standard library and its
stack, nothing of ours (but `serve`, which takes workers/ off the path, so that workers/trl.py does not hide trl). It is
started once per stack, in an empty folder, as

    python workers/<name>.py STACK_NAME          (environment: FIDELITY_SOURCE=<checkout> where Stack.source asks for one)

and speaks JSON lines:

1. It prints one line when ready:  {"ready": {"packages": {"datasets": "3.6.0"}, "stubs": ["tokenizer: ..."]}}
2. For each line on stdin - a `protocol.Case` as JSON - it prints one line - a `protocol.Answer` as JSON - in the same order:
       {"id": "...", "events": [{"effect": "crash", "stage": "map", "error": "KeyError: 'role'", "split": "train", "record": 3,
        "detail": ""}], "skipped": "", "stubbed": [], "notes": []}
   Missing fields take their defaults. No events and no `skipped`: all went well.
3. End of stdin: exit 0. Everything else it writes (progress, warnings) goes to stderr: put `sys.stdout = sys.stderr` first and keep
   the real stdout for answers.

What a worker does with a case: go to `case.folder` (chdir), read `case.splits` with the trainer's own loader where there is one, run the trainer's
own code over *every* record of every split, and say what happened. It reads no verdict and no fault name: `fault`, `record` and
`pointer` are there for people and for the report. Effects:
  crash    an exception left the trainer's code. `error` is "Type: text" of the exception (the innermost cause where the trainer wraps it);
           `stage` the step it left. If records are looked at one by one, go on with the next record (catch, note, continue),
           so that all records are covered; a real run would have stopped at the first.
  drop     the record is not in the trainer's output.
  corrupt  what reaches the model is not what the record says: text, role, image, order or a value differs. Compare with the record
           as parsed by `json`; know from the records alone what a faithful reading is.
  starve   no label counts (all -100).
An aborted process counts as a crash: the runner starts the worker again and goes on with the next case.

Stacks are declared in stacks.py (one entry per environment), cases are built in cases.py from mutate.py; `record` numbers are 0-based in
the split's file. Comparison (compare.py): effects crash, drop, corrupt, starve against findings of severity error, only for stages
in `Stack.stages`, then stage, record and the first words of the error.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import dataclasses
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import compare, proven, table
from .cases import cases
from .protocol import Answer, Case, Event, Stack
from .stacks import STACKS

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("FIDELITY_CACHE", HERE.parent.parent / ".fidelity"))
WAIT = 300  # seconds for one case


def python_of(stack: Stack) -> Path:
    """The interpreter of a stack's environment."""
    return CACHE / (stack.environment or stack.name) / "bin" / "python"


def ready(stack: Stack) -> bool:
    """Whether its environment exists and holds what the stack asks for."""
    done = python_of(stack).parent.parent / ".fidelity"
    return done.exists() and done.read_text() == _wanted(stack)


def _wanted(stack: Stack) -> str:
    owner = next(s for s in STACKS if s.name == (stack.environment or stack.name))
    return "\n".join([*owner.requires, "--no-deps", *owner.plain])


def build(stack: Stack) -> None:
    """Make the environment of a stack, unless it stands already."""
    if ready(stack):
        return
    owner = next(s for s in STACKS if s.name == (stack.environment or stack.name))
    folder = CACHE / owner.name
    print(f"{owner.name}: setting up", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *owner.requires], check=True)
    if owner.plain:
        subprocess.run([*pip, "--no-deps", *owner.plain], check=True)
    (folder / ".fidelity").write_text(_wanted(stack))


class Worker:
    """A worker process; started again when a case kills it."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.process = stack, None
        self.about: dict[str, Any] = {}
        self.home = tempfile.TemporaryDirectory(prefix="fidelity-")

    def _start(self) -> None:
        env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
        env |= {
            "HF_HUB_OFFLINE": "1",
            "TOKENIZERS_PARALLELISM": "false",
            "OMP_NUM_THREADS": "1",  # models of one layer: more threads only wait for one another
            "HF_HOME": str(Path(self.home.name) / "hf"),
            "CUDA_VISIBLE_DEVICES": "",
        }
        if self.stack.source:
            env["FIDELITY_SOURCE"] = os.environ[self.stack.source]
        self.log = open(CACHE / f"{self.stack.name}.log", "ab")
        self.process = subprocess.Popen(
            [str(python_of(self.stack)), str(HERE / "workers" / f"{self.stack.worker}.py"), self.stack.name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, cwd=self.home.name, env=env,
        )  # fmt: skip
        line = self._line()
        if line is None:
            raise RuntimeError(f"{self.stack.name}: the worker does not start; see {self.log.name}")
        self.about = json.loads(line)["ready"]

    def _line(self) -> bytes | None:
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            if select.select([self.process.stdout], [], [], 1)[0]:
                return self.process.stdout.readline() or None
            if self.process.poll() is not None:
                return None
        return None

    def ask(self, case: Case) -> Answer:
        """What the trainer does with a case."""
        if self.process is None:
            self._start()
        self.process.stdin.write(json.dumps(dataclasses.asdict(case)).encode() + b"\n")
        self.process.stdin.flush()
        line = self._line()
        if line is None:
            self.close()
            return Answer(case.id, [Event("crash", self.stack.stages[-1], "the process died or did not answer")])
        said = json.loads(line)
        assert said["id"] == case.id, (said["id"], case.id)
        return Answer(**{**said, "events": [Event(**event) for event in said.get("events", [])]})

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout, self.log):
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
            self.process = None


def run(stack: Stack, root: Path, *, sample: bool = False, only: str = "") -> table.Run:
    """All cases of one stack."""
    worker, made, started = Worker(stack), table.Run(stack), time.monotonic()
    try:
        for case in cases(stack, root, sample=sample, only=only):
            answer = worker.ask(case)
            said = [] if answer.skipped else compare.verdicts(case, stack)
            made.add(compare.compare(case, stack, answer, said), answer)
    finally:
        worker.close()
        worker.home.cleanup()
    made.about, made.seconds = worker.about, time.monotonic() - started
    return made


def chosen(names: Iterable[str], sample: bool) -> Iterator[Stack]:
    """The stacks named, or all of them."""
    for stack in STACKS:
        if (not names or stack.name in names) and (stack.sample or names or not sample):
            yield stack


def _shown(runs: list[table.Run]) -> tuple[collections.Counter[str], list[str]]:
    """Outcomes shown by these runs, and of stacks not run now by their last whole run; the stacks that had none."""
    total, missing = collections.Counter[str](), []
    now = {made.stack.name: made.shown for made in runs if made.results}
    for stack in STACKS:
        found = now.get(stack.name, proven.kept(CACHE, stack.name))
        if found is None:
            missing.append(stack.name)
        else:
            total.update(found)
    return total, missing


def main() -> int:
    """Build, run, write the table; 1 if a disagreement has no recorded reason."""
    parser = argparse.ArgumentParser(description="Run trainers on clean and faulty data and compare with lint.")
    parser.add_argument("stacks", nargs="*", help="stacks to run (default: all)")
    parser.add_argument(
        "--sample", action="store_true", help="the fixed sample, on the stacks that are cheap to install"
    )
    parser.add_argument("--only", default="", help="cases whose fault contains this")
    parser.add_argument("--coverage", action="store_true", help="print which outcomes of the contracts no case shows")
    parser.add_argument("--write", type=Path, help="write the table to this file")
    args = parser.parse_args()
    CACHE.mkdir(exist_ok=True)
    runs = []
    with tempfile.TemporaryDirectory(prefix="fidelity-data-") as root:
        for stack in chosen(args.stacks, args.sample):
            if stack.source and not os.environ.get(stack.source):
                runs.append(table.Run(stack, skipped=f"{stack.source} is not set: needs a checkout"))
                continue
            build(stack)
            runs.append(run(stack, Path(root), sample=args.sample, only=args.only))
            print(runs[-1].line(), file=sys.stderr, flush=True)
    for made in runs:
        (CACHE / f"{made.stack.name}.jsonl").write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made.rows()), "utf-8"
        )
        if made.results and not args.only and not args.sample:
            proven.keep(CACHE, made.stack.name, made.shown)
    for text in table.disagreements(runs):
        print(text)
    outcomes = list(proven.rows(*_shown(runs)))
    if args.coverage:
        print("\n".join(outcomes))
    if args.write:
        args.write.parent.mkdir(exist_ok=True)
        table.write(runs, args.write, outcomes)
    return 1 if any(made.unexplained for made in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
