"""Bad input of every kind (see bad.py) through the real command line: named, never a traceback, never a silent pass."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bad
import pytest
from bad import Kind
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from glm_schema_lint import lint, targets
from glm_schema_lint.cli import main

FORMATS = ("full", "concise", "json", "github")
EVERY = (None, *targets.NAMES)
DATA = [*bad.text(), *bad.content(), *bad.columnar(), *bad.special(), *bad.folders(), *bad.images()]
ROOT = Path(__file__).parent.parent


def names_of(kinds: list[Kind]) -> list[str]:
    """Test ids without what a terminal or a file system would not take."""
    return [re.sub(r"[^\w ,.-]", "_", kind.name) for kind in kinds]


def run(*args: object) -> Result:
    """The command line in this process; a fault of the tool itself fails the test here."""
    result = CliRunner(env={"LANG": "C", "LC_ALL": ""}).invoke(main, [str(arg) for arg in args])
    assert result.exit_code in (0, 1, 2, 3), result.output
    assert isinstance(result.exception, SystemExit | None)
    assert "Traceback" not in result.output
    assert "internal error" not in result.output
    assert "rule-crashed" not in result.output
    odd = [c for c in result.output if (c != "\n" and unicodedata.category(c) in ("Cc", "Cs")) or c in "\u202e\u2066"]
    assert not odd, "a terminal would obey it"
    if result.exit_code == 2:
        assert result.stderr.count("\n") == 1
        assert result.stdout == ""
    return result


def report_of(*args: object) -> tuple[int, dict[str, Any]]:
    """(exit code, JSON report)."""
    result = run(*args, "--format", "json")
    return result.exit_code, json.loads(result.stdout)


def state(folder: Path) -> list[tuple[str, str, int]]:
    """Every name below ``folder`` with a digest of its content and its time."""
    found = []
    for path in sorted(folder.rglob("*")):
        plain = path.is_file() and not path.is_symlink()
        digest = hashlib.md5(path.read_bytes()).hexdigest() if plain else str(path.lstat().st_mode)
        found.append((str(path.relative_to(folder)), digest, path.lstat().st_mtime_ns))
    return found


def every_format(folder: Path, *options: str, formats: tuple[str, ...] = FORMATS) -> None:
    """All formats in both languages."""
    for format_ in formats:
        for lang in ("en", "zh"):
            result = run(folder, "--format", format_, "--lang", lang, *options)
            if format_ == "json" and result.exit_code != 2:
                json.loads(result.stdout)


@pytest.mark.parametrize("kind", DATA, ids=names_of(DATA))
def test_bad_data_is_named_and_the_rest_is_read(kind: Kind, tmp_path: Path) -> None:
    """The bad split is named by the rule the kind says, or fine; the good one beside it is read; nothing is written."""
    kind.write(tmp_path)
    (tmp_path / "validation.jsonl").write_bytes(bad.lines(bad.row(101), bad.row(102)))
    before = state(tmp_path)
    fine = (
        "file-extension-refused",
        *(
            ("image-too-small", "message-key-dropped", "fails-everywhere", "placeholder-count-mismatch")
            if kind.name.startswith("image")
            else ()
        ),
    )
    heavy = kind.name.startswith("100,000 ") and "message" in kind.name

    for target in ("glm-4",) if heavy else EVERY:
        code, report = report_of(tmp_path, *(("--target", target) if target else ()))
        beside = {split["name"]: split["records"] for split in report["splits"]}
        groups = [g for g in report["groups"] if g["split"] != "validation"]
        assert beside["validation"] == 2, target
        assert code == (1 if any(g["severity"] == "error" for g in report["groups"]) else 0), target
        if kind.records is not None:
            assert sum(beside.values()) - 2 == kind.records, target
        if kind.want and target not in kind.but:
            named = {g["rule"] for g in groups}
            if target == "chatglm3" and "required-key-missing" in named:
                continue  # it reads conversations: what is wrong with messages does not matter then
            assert named & set(kind.want), (target, "a silent pass")
        if not kind.want and target in (None, "llama-factory", "trl"):
            loud = [g["rule"] for g in groups if g["severity"] == "error" and g["rule"] not in fine]
            assert not loud, (target, "a false alarm")
    every_format(tmp_path, formats=() if heavy else FORMATS)

    assert state(tmp_path) == before


CONFIGS = list(bad.configs())


@pytest.mark.parametrize("kind", CONFIGS, ids=names_of(CONFIGS))
def test_a_broken_config_is_a_finding_or_one_sentence(kind: Kind, tmp_path: Path) -> None:
    """Configs are read with care: no bomb, no device, no object of Python, and what is wrong is said."""
    kind.write(tmp_path)
    before = state(tmp_path)

    for target in (None, "glm-4", "llama-factory"):
        every_format(tmp_path, *(("--target", target) if target else ()), formats=("full", "json"))
    every_format(tmp_path, formats=("concise", "github"))

    result = run(tmp_path, "--format", "json")
    if kind.want == ("exit 2",):
        assert result.exit_code == 2
    else:
        assert result.exit_code in (0, 1)
        assert not kind.want or {g["rule"] for g in json.loads(result.stdout)["groups"]} & set(kind.want)
    named = tmp_path / kind.name.partition(":")[0]
    if not named.is_symlink():
        every_format(named, formats=("full", "json"))  # the config as PATH
    assert state(tmp_path) == before


@pytest.mark.parametrize("name", list(bad.names()), ids=lambda name: re.sub(r"\W", "_", str(name)))
def test_odd_file_names(name: str | bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is linted whatever its name, typed or found, and its name breaks no output."""
    typed = os.fsdecode(name)
    (tmp_path / typed).write_bytes(bad.lines(bad.row(1), {"messages": [bad.ASK]}))
    monkeypatch.chdir(tmp_path)

    for path in (".", f"./{typed}", tmp_path / typed):
        every_format(path, "--target", "glm-4")
        code, report = report_of(path, "--target", "glm-4")
        assert code == 1
        assert [s["files"] for s in report["splits"]] == [[typed]]
        assert {g["rule"] for g in report["groups"]} - {"file-extension-refused"} == {"assistant-missing"}
    if typed.startswith("-"):
        assert "assistant-missing" in run("--target", "glm-4", "--", typed).stdout
    for line in run(".", "--target", "glm-4", "--format", "github").stdout.splitlines():
        assert not line.startswith("::error::")


def folder_of_oddities(folder: Path) -> None:
    """Things a person may type by mistake."""
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "zero.jsonl").symlink_to("/dev/zero")
    (folder / "loop.jsonl").symlink_to("loop.jsonl")
    (folder / "nowhere.jsonl").symlink_to("none")
    (folder / "folder.jsonl").mkdir()
    (folder / "photo.png").write_bytes(bad.png())
    (folder / "table.csv").write_text("a,b\n1,2\n")
    (folder / "only_csv").mkdir()
    (folder / "only_csv" / "table.csv").write_text("a,b\n1,2\n")
    (folder / "no_suffix").write_bytes(bad.lines(bad.row(1)))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("pipe.jsonl", 1), ("zero.jsonl", 1), ("loop.jsonl", 2), ("nowhere.jsonl", 2), ("folder.jsonl", 3), ("photo.png", 1), ("table.csv", 2),
        ("only_csv", 3), ("no_suffix", 0), ("no_suffix/x", 2), ("", 2), ("x" * 300, 2), ("a\nb\x1b[31m\u202e", 2), ("\udcff", 2), ("/dev/null", 1),
        ("/dev/zero", 1), (".", 1),
    ],
)  # fmt: skip
def test_odd_paths(path: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PATH that cannot be linted is a sentence, a finding or exit 3, and never waited for."""
    folder_of_oddities(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = state(tmp_path)

    every_format(path, "--target", "glm-4")  # type: ignore[arg-type]

    assert run(path, "--target", "glm-4").exit_code == code
    assert state(tmp_path) == before


UNPRIVILEGED = """
import contextlib, io, os, sys
from glm_schema_lint.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main([sys.argv[1], "--target", "glm-4"])  # another user may not be able to import what is imported when used
if os.getuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
main(sys.argv[2:])
"""


def test_no_permission(tmp_path: Path) -> None:
    """Without read permission a file is a finding, a folder a sentence, and the good split is read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    good, folder = tmp_path / "good", tmp_path / "data"
    for here in (good, folder):
        here.mkdir()
        (here / "train.jsonl").write_bytes(bad.lines(bad.row(1)))
        (here / "validation.jsonl").write_bytes(bad.lines(bad.row(101), bad.row(102)))
        pq.write_table(pa.Table.from_pylist([bad.row(1)]), here / "test.parquet")
    (good / "train.jsonl").write_bytes(b"x\n")
    for name in ("train.jsonl", "test.parquet"):
        (folder / name).chmod(0)
    (tmp_path / "locked").mkdir(mode=0)
    for here in (tmp_path, *list(tmp_path.parents)[:3]):
        if here.stat().st_uid == os.getuid() and here.name.startswith(("pytest", "test_", "popen")):
            here.chmod(0o755)

    def unprivileged(*args: str | Path) -> tuple[int, str, str]:
        command = [sys.executable, "-c", UNPRIVILEGED, str(good), *map(str, args)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        return done.returncode, done.stdout, done.stderr

    code, out, err = unprivileged(folder, "--target", "glm-4", "--format", "json")
    locked = unprivileged(tmp_path / "locked")
    for name in ("data/train.jsonl", "data/test.parquet", "locked"):
        (tmp_path / name).chmod(0o755)

    assert (code, err) == (1, "")
    report = json.loads(out)
    found = {(g["file"], g["rule"], g["case"]) for g in report["groups"]}
    assert {
        ("train.jsonl", "file-unreadable", "permission"),
        ("test.parquet", "file-unreadable", "permission"),
    } <= found
    assert report["totals"]["records"] == 2
    assert (locked[0], locked[1], locked[2].count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    ("end", "records", "rules"),
    [('"}, {"role": "assistant", "content": "b"}]}\n', 3, set()), ('"},,]}\n', 2, {"line-not-json"})],
    ids=["valid", "broken"],
)
def test_a_line_of_100_mb(end: str, records: int, rules: set[str], tmp_path: Path) -> None:
    """It takes seconds, a few times its own size, and is quoted in 80 characters."""
    from test_streaming import MEASURED

    path = tmp_path / "train.jsonl"
    with path.open("wb") as out:
        out.write(bad.lines(bad.row(1)) + b'{"messages": [{"role": "user", "content": "')
        for _ in range(100):
            out.write(b"x" * (1 << 20))
        out.write(end.encode() + bad.lines(bad.row(2)))

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path), "--target", "glm-4", "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    path.unlink()

    report = json.loads(done.stdout)
    assert {g["rule"] for g in report["groups"]} == rules
    assert report["totals"]["records"] == records
    assert len(done.stdout) < 10_000
    assert int(done.stderr.split()[-1]) < 800


KEYS = [
    "messages",
    "role",
    "content",
    "image",
    "images",
    "input_ids",
    "labels",
    "attention_mask",
    "position_ids",
    "output_ids",
    "tools",
    "tool_calls",
    "function",
    "name",
    "arguments",
    "parameters",
    "type",
    "text",
    "conversations",
    "from",
    "value",
    "instruction",
    "input",
    "output",
    "history",
    "system",
    "query",
    "response",
    "objects",
    "videos",
    "audios",
    "loss",
    "metadata",
    "url",
    "image_url",
    "path",
    "bytes",
    "thinking",
]
WORDS = [
    *[
        "user",
        "assistant",
        "system",
        "tool",
        "gpt",
        "human",
        "observation",
        "<image>",
        "a.png",
        "[]",
        "{}",
        "text",
        "image",
        "{x}",
        "[red]",
        "2024-01-01",
    ],
    "",
    "\0",
    "\u202e",
    "C:\\a.png",
    "data:image/png;base64,AA",
]
leaf = (
    st.none() | st.booleans() | st.integers(-200, 160_000) | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5)
)
nested = st.recursive(
    leaf,
    lambda kids: st.lists(kids, max_size=4) | st.dictionaries(st.sampled_from(KEYS), kids, max_size=4),
    max_leaves=12,
)
turn = st.fixed_dictionaries(
    {"role": st.sampled_from(WORDS) | leaf, "content": nested},
    optional={"image": nested, "tools": nested, "tool_calls": nested, "loss": leaf},
)
shaped = st.fixed_dictionaries(
    {"messages": st.lists(turn | nested, max_size=4)}, optional={"images": nested, "tools": nested, "system": nested}
)
tokens = st.fixed_dictionaries(
    {"input_ids": st.lists(st.integers(-200, 160_000), max_size=5) | nested, "labels": nested},
    optional={"attention_mask": nested, "position_ids": nested, "images": nested},
)
flat = st.fixed_dictionaries(
    {"instruction": nested, "output": nested}, optional={"history": nested, "input": nested, "images": nested}
)
talk = st.fixed_dictionaries(
    {"conversations": st.lists(st.fixed_dictionaries({"from": leaf, "value": nested}), max_size=3) | nested}
)


def sound(data: Any, target: str | None) -> None:
    """lint() raises nothing and no rule of it crashes; the report can be written."""
    report = lint(data, target=target)
    json.dumps(report.to_dict())
    str(report)
    crashed = [
        (g.examples[0].values, g.examples[0].found) for g in report.result.groups if g.key.rule == "rule-crashed"
    ]
    assert not crashed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples."""
    return tmp_path_factory.mktemp("random")


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@example([{"messages": [], "tools": {"name": [None]}}], [])  # a name that is no text, and cannot be looked up
@given(st.lists(nested | shaped | tokens | flat | talk, min_size=1, max_size=4), st.lists(shaped | tokens, max_size=2))
@example(rows=[{"messages": []}], more=[{"messages": [{"role": {"a": 1}, "content": "q"}]}])
@example(rows=[{"messages": [], "tools": {"messages": None, "name": [None]}}], more=[])
def test_random_records_never_crash(folder: Path, rows: list[Any], more: list[Any]) -> None:
    """Random values under the known keys, in lines, in an array and in memory, for every target."""
    (folder / "train.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    (folder / "validation.json").write_text(json.dumps(more), "utf-8")
    (folder / "test.jsonl").unlink(missing_ok=True)
    for target in EVERY:
        sound(folder, target)
    sound({"train": [one for one in rows if isinstance(one, dict)]}, None)


def _mangle(draw: Callable[..., Any]) -> bytes:
    raw = bytearray(
        draw(
            st.sampled_from(
                [
                    bad.lines(bad.row(1), bad.row(2)),
                    json.dumps([bad.row(1)], indent=1).encode(),
                    bad.lines(bad.row(1)).decode().encode("utf-16"),
                    b"",
                ]
            )
        )
    )
    for at, piece in draw(
        st.lists(
            st.tuples(
                st.integers(0, 200),
                st.binary(max_size=6)
                | st.sampled_from([b'"', b"{", b"[", b"\\", b"\n", b"\0", b"\xef\xbb\xbf", b",", b"NaN"]),
            ),
            max_size=6,
        )
    ):
        raw[min(at, len(raw)) : min(at, len(raw)) + 1] = piece
    return bytes(raw)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=300) | st.composite(_mangle)(),
    st.sampled_from(["test.jsonl", "test.json", "test.jsonl.gz", "test.jsonl.zst", "test.parquet", "test.arrow"]),
)
def test_random_bytes_never_crash(folder: Path, data: bytes, name: str) -> None:
    """Random and mangled bytes under every suffix."""
    for old in folder.iterdir():
        old.unlink()
    (folder / name).write_bytes(data)
    for target in (None, "glm-4v"):
        sound(folder, target)
