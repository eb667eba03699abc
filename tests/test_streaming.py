"""Memory stays flat however large a file is: peak memory of the real command over files far larger than it may take."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

SIZE = 60 << 20
LIMIT = 150
"""MB, the interpreter and its libraries (some 75 MB) included."""
MEASURED = """
import sys
from glm_schema_lint.cli import main
try:
    main(sys.argv[1:])
finally:
    sys.stdout.flush()
    with open("/proc/self/status") as status:  # ru_maxrss would hold the peak of the parent too
        print(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024, file=sys.stderr)
"""
TEXT = "some words that a user may well have typed, and 一些中文 beside them; " * 10


def row(number: int) -> str:
    """A record that is like no other, of about 1 kB."""
    said = [{"role": "user", "content": f"{number} {TEXT}"}, {"role": "assistant", "content": f"answer {number}"}]
    return json.dumps({"messages": said}, ensure_ascii=False)


def write(path: Path, size: int) -> int:
    """Fill ``path`` with records of ``size`` bytes altogether, laid out as its name says; how many there are."""
    count = size // len(row(1).encode())
    opened = gzip.open(path, "wb", compresslevel=1) if path.suffix == ".gz" else path.open("wb")
    array = ".jsonl" not in path.name
    with opened as out:
        out.write(b"[" if array else b"")
        for number in range(count):
            out.write(((",\n" if array and number else "") + row(number) + ("" if array else "\n")).encode())
        out.write(b"]" if array else b"")
    return count


def measure(path: Path, *options: str) -> tuple[dict[str, int], int]:
    """(totals of the report, peak memory in MB)."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path), "--target", "glm-4", "--format", "json", *options],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    totals: dict[str, int] = json.loads(done.stdout)["totals"]
    return totals, int(done.stderr.split()[-1])


pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")


@pytest.mark.parametrize("name", ["train.jsonl", "train.json", "train.jsonl.gz", "train.json.gz"])
def test_memory_is_flat(name: str, tmp_path: Path) -> None:
    """Lines, an array, and both packed."""
    count = write(tmp_path / name, SIZE)

    totals, peak = measure(tmp_path / name)

    assert totals["records"] == count
    assert peak < LIMIT


def test_findings_do_not_gather_either(tmp_path: Path) -> None:
    """Every record of 20 MB has a finding: all are counted, few are kept."""
    path = tmp_path / "train.jsonl"
    line = row(0).replace('"assistant"', '"asistant"').encode() + b"\n"
    count = SIZE // 3 // len(line)
    with path.open("wb") as out:
        for _ in range(count):
            out.write(line)

    totals, peak = measure(path)

    assert totals["errors"] >= count
    assert peak < LIMIT
