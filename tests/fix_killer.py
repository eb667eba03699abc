"""Run as a script: starts ``glm-lint fix`` again and again in children, kills each at a random moment, looks at what it left.

The writer is slowed, so that most moments fall while files are written. Prints what was seen as JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import select
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from glm_schema_lint.cli import main
from glm_schema_lint.fix import text

PAUSE = 0.002


def digest(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def child(data: Path, out: Path, first_byte: int) -> None:
    """What runs until it is killed. Tells its parent when the first record is on its way to the disk."""
    plain = text.TextWriter.__call__

    def slow(self: Any, line: bytes) -> None:
        plain(self, line)
        self._out.flush()
        os.write(first_byte, b"x")
        time.sleep(PAUSE)

    text.TextWriter.__call__ = slow  # type: ignore[method-assign]
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        main(["fix", str(data), "--target", "glm-4v", "-o", str(out)])
    except SystemExit as end:
        os._exit(int(end.code or 0))


def warm(data: Path, out: Path) -> None:
    """One run in this process, so that the children need not import anything."""
    shown = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        main(["fix", str(data), "--target", "glm-4v", "-o", str(out)])
    except SystemExit:
        os.dup2(shown, 1)
    shutil.rmtree(out)
    out.with_name("warm.report.json").unlink()


def start(data: Path, out: Path) -> tuple[int, int]:
    read, write = os.pipe()
    os.set_blocking(write, False)
    pid = os.fork()
    if not pid:
        os.close(read)
        child(data, out, write)
        os._exit(99)
    os.close(write)
    return pid, read


def run(base: Path, kills: int, seed: int) -> dict[str, Any]:
    data, out, chance = base / "data", base / "out", random.Random(seed)
    before = digest(data)
    warm(data, base / "warm")
    clock = time.monotonic()
    pid, pipe = start(data, out)
    select.select([pipe], [], [], 60)
    writing = time.monotonic()
    os.waitpid(pid, 0)
    os.close(pipe)
    began, lasts, whole = writing - clock, time.monotonic() - writing, digest(out)
    seen = {"kills": 0, "after_first_byte": 0, "nothing": 0, "whole": 0, "half": [], "input": True, "strangers": []}
    for number in range(kills):
        shutil.rmtree(out, ignore_errors=True)
        (base / "out.report.json").unlink(missing_ok=True)
        pid, pipe = start(data, out)
        if number % 4:  # three of four wait for the first byte
            select.select([pipe], [], [], 60)
            time.sleep(chance.random() * lasts * 1.1)
        else:
            time.sleep(chance.random() * began)
        seen["after_first_byte"] += bool(select.select([pipe], [], [], 0)[0] and os.read(pipe, 1))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        seen["kills"] += os.WIFSIGNALED(status)
        os.close(pipe)
        if not out.exists():
            seen["nothing"] += 1
        elif digest(out) == whole:
            seen["whole"] += 1
        else:
            seen["half"].append(sorted(digest(out)))
        seen["input"] = seen["input"] and digest(data) == before
        names = {entry.name for entry in base.iterdir()} - {"data", "out", "out.report.json"}
        seen["strangers"] += [name for name in names if not name.startswith(".out.")]
        if seen["kills"] >= kills:
            break
    main_pid, pipe = start(data, out)
    os.waitpid(main_pid, 0)
    os.close(pipe)
    seen["last"] = digest(out) == whole
    seen["left"] = sorted(entry.name for entry in base.iterdir() if entry.name.endswith(".partial"))
    return seen


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
