"""CPU and memory of linting JSON Lines, as ratios to ``orjson.loads`` over the same lines.

``python benchmarks/jsonl.py CORPUS [--rounds 5] [--target glm-4]``: each round runs both in processes of their own, the
order rotated; reported are medians of CPU seconds (user + system), the median of the ratios within a round, and the
largest resident set. A run before the first round compiles our modules, as pip does when it installs them. Machines are
shared and noisy: read the ratios.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PARSE = "import sys, orjson\nfor line in open(sys.argv[1], 'rb'):\n    orjson.loads(line)\n"


def cost(command: list[str], compiled: str) -> tuple[float, int]:
    """(CPU seconds, peak resident KiB) of a command; anything but exit 0 stops the benchmark.

    ``compiled`` is a folder for bytecode, whatever the environment says about writing it.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**kept, "PYTHONPYCACHEPREFIX": compiled})
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--target", default=None)
    wanted = parser.parse_args()
    lint = [sys.executable, "-m", "glm_schema_lint", str(wanted.corpus), "-q"]
    if wanted.target:
        lint += ["--target", wanted.target]
    contenders = {"orjson.loads": [sys.executable, "-c", PARSE, str(wanted.corpus)], "glm-lint": lint}
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    memory: dict[str, int] = dict.fromkeys(contenders, 0)
    with tempfile.TemporaryDirectory() as compiled:
        cost([*lint, "--max-records", "10"], compiled)
        for number in range(wanted.rounds):
            names = list(contenders)
            for name in names if number % 2 == 0 else reversed(names):
                used, peak = cost(contenders[name], compiled)
                seconds[name].append(used)
                memory[name] = max(memory[name], peak)
    for name in contenders:
        print(f"{name:14} {statistics.median(seconds[name]):7.2f} CPU s   {memory[name] / 1024:6.0f} MiB")
    ratios = [lint_s / parse_s for lint_s, parse_s in zip(seconds["glm-lint"], seconds["orjson.loads"], strict=True)]
    print(f"ratio          {statistics.median(ratios):7.2f}   (rounds: {', '.join(f'{r:.2f}' for r in ratios)})")


if __name__ == "__main__":
    main()
