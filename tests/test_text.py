"""Reading of JSON text: records and lines in every layout, and a named problem for everything that is broken."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glm_schema_lint.record import DataFile, Problem, Record
from glm_schema_lint.sources import text, text_gbk
from glm_schema_lint.sources._batch import Batch

GOOD = [json.dumps({"messages": [{"role": "user", "content": f"你好 {n}"}]}, ensure_ascii=False) for n in range(5)]
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
    lambda kids: st.lists(kids, max_size=3) | st.dictionaries(st.text(max_size=5), kids, max_size=3),
    max_leaves=8,
)
records = st.lists(
    st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=6), values, max_size=4), max_size=12
)


def put(data: bytes | str, name: str = "train.jsonl", folder: Path | None = None) -> DataFile:
    """A file with these bytes."""
    path = (folder or Path(tempfile.mkdtemp(dir=put.root))) / name  # type: ignore[attr-defined]
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    packing = {"gz": "gz", "zst": "zst"}.get(path.suffix[1:])
    return DataFile(path, name, "array" if name.startswith("a.json") else "lines", packing)


@pytest.fixture(autouse=True, scope="module")
def _root(tmp_path_factory: pytest.TempPathFactory) -> None:
    put.root = tmp_path_factory.mktemp("text")  # type: ignore[attr-defined]


def read(file: DataFile, **where: Any) -> tuple[list[Record], list[Problem], list[Batch]]:
    """All records and problems of a file."""
    batches = list(text.read(file, **where))
    return [r for b in batches for r in b.records], [p for b in batches for p in b.problems], batches


def said(file: DataFile) -> list[tuple[str, str, int | None]]:
    """Rule, case and line of every problem, hidden ones included."""
    found, problems, _ = read(file)
    return [(p.rule, p.case, p.line) for p in (*problems, *(q for r in found for q in text.hidden_problems(r)))]


def compact(value: Any) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False)


@given(
    records,
    st.sampled_from(["\n", "\r\n", "\n\n", "\n \t\n"]),
    st.booleans(),
    st.sampled_from(["", ".gz", ".zst"]),
    st.booleans(),
)
def test_lines_read_back_with_their_numbers(rows: list[Any], end: str, bom: bool, packing: str, last: bool) -> None:
    data = end.join(map(compact, rows)) + (end if last and rows else "")
    raw = (b"\xef\xbb\xbf" if bom else b"") + data.encode()
    pack = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}[packing]

    found, problems, batches = read(put(pack(raw), f"train.jsonl{packing}"))

    assert [r.value for r in found] == rows
    assert [r.index for r in found] == list(range(len(rows)))
    assert [r.line for r in found] == [1 + n * end.count("\n") for n in range(len(rows))]
    assert {(p.rule, p.case) for p in problems} <= {("byte-order-mark", "utf-8")}
    assert sum(b.lines for b in batches) == len(data.split("\n")) - (data.endswith("\n") or not data)


@given(
    records,
    st.sampled_from([None, 0, 2, "\t"]),
    st.sampled_from([", ", ",\n", "\n,"]),
    st.sampled_from(["", ".gz", ".zst"]),
)
def test_arrays_read_back(rows: list[Any], indent: Any, comma: str, packing: str) -> None:
    data = (
        json.dumps(rows, indent=indent, ensure_ascii=False)
        if indent is not None
        else f"[{comma.join(map(compact, rows))}]"
    )
    pack = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}[packing]

    found, problems, batches = read(put(pack(data.encode()), f"a.json{packing}"))

    assert [r.value for r in found] == rows
    assert [(r.index, r.line) for r in found] == [(n, None) for n in range(len(rows))]
    assert not problems
    assert {b.chunk for b in batches} <= {0}


@given(
    st.lists(
        st.dictionaries(st.text("ab", min_size=1, max_size=3), values, min_size=1, max_size=3), min_size=2, max_size=8
    )
)
def test_pretty_printed_objects_are_one_note_and_keep_their_lines(rows: list[Any]) -> None:
    parts = [json.dumps(row, indent=2, ensure_ascii=False) for row in rows]
    found, problems, _ = read(put("\n".join(parts)))

    assert [r.value for r in found] == rows
    assert [r.line for r in found] == [1 + sum(p.count("\n") + 1 for p in parts[:n]) for n in range(len(parts))]
    assert [(p.rule, p.case, p.line) for p in problems] == [("json-layout-mismatch", "pretty-printed-small", 1)]


@settings(max_examples=60)
@given(records.filter(lambda r: len(r) > 2), st.integers(8, 120), st.integers(0, 9), st.booleans())
def test_shards_read_like_the_whole_file(rows: list[Any], chunk: int, broken: int, bom: bool) -> None:
    lines = [*map(compact, rows)]
    lines.insert(broken % len(lines), '{"cut": ')
    data = (b"\xef\xbb\xbf" if bom else b"") + ("\n".join(lines) + "\n").encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "CHUNK", chunk)
        patch.setattr(text, "SHARD", chunk * 2)
        file = put(data)
        whole, problems, batches = read(file)
        pieces, told, chunks = [], [], []
        index = line = 0
        for start, stop, first in text.shards(file):
            found, more, parts = read(file, start=start, stop=stop, chunk=first)
            pieces += [r._replace(index=r.index + index, line=(r.line or 0) + line) for r in found]
            told += [
                p._replace(record=p.record + index if p.record is not None else None, line=(p.line or 0) + line)
                for p in more
            ]
            chunks += [b.chunk for b in parts]
            index += sum(len(b.records) + b.skipped for b in parts)
            line += sum(b.lines for b in parts)

    assert pieces == whole
    assert told == problems
    assert chunks == [b.chunk for b in batches]


def test_chunks_are_cut_where_the_loader_cuts() -> None:
    data = ("\n".join(GOOD * 40) + "\n").encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "CHUNK", 100)
        _, _, batches = read(put(data))
    expected, at = [], 0
    while at < len(data):
        end = at + 100 if data[at : at + 100].endswith(b"\n") and False else data.find(b"\n", at + 100) + 1 or len(data)
        expected.append(data[at:end].count(b"\n"))
        at = end
    assert [b.lines for b in batches] == expected
    assert [b.chunk for b in batches] == list(range(len(expected)))


SEEDS = [
    "\n".join(GOOD).encode(),
    json.dumps([json.loads(g) for g in GOOD], indent=1).encode(),
    "\n".join(GOOD).encode("gb18030"),
    "\n".join(GOOD).encode("utf-16"),
    gzip.compress("\n".join(GOOD).encode(), mtime=0),
    b'{"a": "D:\\new\\x.png", "b": "\\ud83d", "b": NaN}',
    b"[[[" * 2000,
    b'{"a":' * 3000,
    b"\xef\xbb\xbf[{},]",
    b"[{}\n{}] // x",
]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=3), st.integers(0, 6)), max_size=5),
    st.booleans(),
)
@example(b"[", [], True)
@example(b'["', [], True)
@example(b"{\n", [], True)
def test_mangled_bytes_give_records_or_problems_never_an_exception(
    seed: bytes, edits: list[tuple[int, bytes, int]], lines: bool
) -> None:
    data = seed
    for at, new, drop in edits:
        at %= len(data) + 1
        data = data[:at] + new + data[at + drop :]
    file = put(data, "train.jsonl" if lines else "a.json")

    found, problems, batches = read(file)

    for record in found:
        text.hidden_problems(record)
        json.dumps(record.value, ensure_ascii=False).encode() if record.value is not None else None
    indexes = [r.index for r in found]
    assert indexes == sorted(set(indexes))
    assert found or problems or not data.strip(b"\xef\xbb\xbf[] \t\r\n\0") or not any(b.records for b in batches)
    assert len(problems) <= 4 * len(data) + 4


@pytest.mark.parametrize(
    ("line", "rule", "case"),
    [
        ('{"a": 1', "line-not-json", "cut"),
        ('{"a": 1,}', "line-not-json", "trailing-comma"),
        ('{"a": 1},', "line-not-json", "trailing-comma"),
        ('{"a": 1} // why', "line-not-json", "comment"),
        ("# why", "line-not-json", "comment"),
        ("{'a': None}", "line-not-json", "python-literal"),
        ('{"a": True}', "line-not-json", "python-literal"),
        ('{"a": "x\ty"}', "line-not-json", "control-character"),
        ('{"a": 01}', "line-not-json", "other"),
        ('{"a": "D:\\img"}', "invalid-escape", ""),
        ('{"a": "D:\\users"}', "invalid-escape", ""),
        ('{"a": "C:\\new\\tab.png"}', "invalid-escape", "control-character"),
        ('{"a": NaN}', "nonstandard-json", "nan"),
        ('{"a": -Infinity}', "nonstandard-json", "nan"),
        ('{"a": 1e999}', "nonstandard-json", "number-too-big"),
        ('{"a": "\\ud83d"}', "nonstandard-json", "lone-surrogate"),
        ('{"a": "\\ude00"}', "nonstandard-json", "lone-surrogate"),
        ('{"a": "x\0y"}', "nonstandard-json", "nul"),
        ('{"a": {"b": 1, "b": 2}}', "nonstandard-json", "duplicate-key"),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "record-too-deep", ""),
        ("\ufeff{}", "byte-order-mark", "middle"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_read(line: str, rule: str, case: str) -> None:
    file = put("\n".join([*GOOD[:3], line, *GOOD[3:]]) + "\n")

    found, _, _ = read(file)

    assert said(file) == [(rule, case, 4)]
    assert [r.value for r in found if r.line != 4] == [json.loads(g) for g in GOOD]
    assert [(r.index, r.line) for r in found if r.line != 4] == [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6)]


@pytest.mark.parametrize(
    "line",
    ['{"a": "\\ud83d\\ude00"}', '{"a": "Answer:\\nnew", "b": "C:\\\\new.png"}', '{"a": "\\u0000"}', "5", "null", "[1]"],
)
def test_odd_but_sound_lines_are_no_problem(line: str) -> None:
    assert said(put(f"{GOOD[0]}\n{line}\n{GOOD[1]}\n")) == []


def test_pointers_lead_to_the_place() -> None:
    found, problems, _ = read(put('{"a": [{"b": "\\ud83d"}, {"c/d": 1, "c/d": 2}]}\n{"x": [1, NaN]}\n'))

    assert [p.pointer for p in problems] == ["/a/0/b", "/x/1"]
    assert [p.pointer for r in found for p in text.hidden_problems(r)] == ["/a/1/c~1d"]


def test_several_objects_on_one_line_are_records() -> None:
    found, problems, _ = read(put(f"{GOOD[0]} {GOOD[1]}{GOOD[2]}\n{GOOD[3]}\n"))

    assert [(r.index, r.line) for r in found] == [(0, 1), (1, 1), (2, 1), (3, 2)]
    assert not problems


def test_an_array_goes_on_behind_a_broken_item() -> None:
    items = [*GOOD[:2], '{"messages": [{"role": "user" "content": "x"}]}', '{"messages": [', *GOOD[2:]]
    found, problems, _ = read(put("[\n" + ",\n".join(items) + "\n]\n", "a.json"))

    assert [json.dumps(r.value, ensure_ascii=False) for r in found] == GOOD
    assert [(p.rule, p.line, p.record) for p in problems] == [("line-not-json", 4, 2), ("line-not-json", 5, 3)]


def test_gbk_utf16_and_latin_lines_are_read_and_named() -> None:
    text_ = "请看这张照片，说明情况"
    gbk = json.dumps({"a": text_}, ensure_ascii=False).encode("gbk")
    found, problems, _ = read(put(GOOD[0].encode() + b"\n" + gbk + b'\n{"a": "caf\xe9 r\xe9sum\xe9"}\n'))

    assert [(p.case, p.line) for p in problems] == [("gbk", 2), ("other", 3)]
    assert found[1].value == {"a": text_}
    for encoding, rule, case in (
        ("utf-16", "byte-order-mark", "utf-16"),
        ("utf-32", "byte-order-mark", "utf-32"),
        ("utf-16-le", "not-utf8", "utf-16-no-bom"),
        ("utf-16-be", "not-utf8", "utf-16-no-bom"),
    ):
        found, problems, _ = read(put("\n".join(GOOD).encode(encoding)))
        assert [json.dumps(r.value, ensure_ascii=False) for r in found] == GOOD
        assert [(p.rule, p.case) for p in problems] == [(rule, case)]


@pytest.mark.parametrize("chinese", ["图片", "说明图片", "实体", "提示实例", "学习之路"])
def test_gbk_that_is_valid_utf8_is_told_or_left(chinese: str) -> None:
    raw = json.dumps({"a": chinese}, ensure_ascii=False).encode("gbk")
    try:
        raw.decode()
    except UnicodeDecodeError:
        return
    assert text_gbk.mojibake(raw, file_is_gbk=True) == chinese


@pytest.mark.parametrize(
    "real",
    [
        "Καλημέρα κόσμε",
        "Привет, мир",
        "שלום עולם",
        "مرحبا بالعالم",
        "Łódź žluťoučký kůň",
        "naïve café Größe",
        "ħν = ΔE",
        "µΩ",
        "ˈbʌtə θɪŋk βɛ",
        "Հայերեն",
        "Ελλάδα и Россия",
        "αβγ-Δ",
        "Δē",
        "ŋβ",
        "Жα",
        "Ђорђе",
        "δῆμος",
        "ÆØÅ þð",
    ],
)
def test_real_letters_of_other_scripts_are_no_mojibake(real: str) -> None:
    assert text_gbk.mojibake(json.dumps({"a": real}, ensure_ascii=False).encode(), file_is_gbk=False) is None


@pytest.mark.parametrize(
    ("data", "case"),
    [
        (b"PAR1\x15\x04", "binary-content"),
        (b"\x89PNG\r\n\x1a\n\0\0", "binary-content"),
        (bytes(100), "binary-content"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "lfs-pointer"),
        (b"<!DOCTYPE html>\n<html>", "html"),
        (gzip.compress(b"\n".join(g.encode() for g in GOOD), mtime=0)[:12], "broken-packing"),
    ],
)
def test_what_is_no_text_is_one_problem(data: bytes, case: str) -> None:
    found, problems, _ = read(put(data))

    assert not found
    assert [(p.rule, p.case) for p in problems] == [("file-unreadable", case)]


def test_a_torn_packing_gives_what_it_holds() -> None:
    data = gzip.compress(
        os.urandom(20_000).hex().encode().join(b'{"a":"x"}\n{"b":"%s"}\n'.split(b"%s")) + b"{}\n" * 100
    )
    found, problems, _ = read(put(data[:-400], "train.jsonl.gz"))

    assert found[0].value == {"a": "x"}
    assert [(p.rule, p.case) for p in problems] == [("file-unreadable", "broken-packing")]


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.jsonl")
    (tmp_path / "zero.jsonl").symlink_to("/dev/zero")
    (tmp_path / "folder.jsonl").mkdir()
    for name, case in (
        ("fifo", "not-regular"),
        ("zero", "not-regular"),
        ("folder", "directory"),
        ("absent", "missing"),
    ):
        file = DataFile(tmp_path / f"{name}.jsonl", name, "lines")
        assert said(file) == [("file-unreadable", case, None)]
        assert text.shards(file) == [(0, None, 0)]


def test_no_permission_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    file = put(GOOD[0])

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert said(file) == [("file-unreadable", "permission", None)]


def test_a_very_long_line_is_one_record() -> None:
    found, problems, _ = read(put(GOOD[0] + '\n{"a": "' + "x" * (30 << 20) + '"}\n' + GOOD[1]))

    assert [(r.line, len(r.raw or b"")) for r in found] == [
        (1, len(GOOD[0].encode())),
        (2, (30 << 20) + 9),
        (3, len(GOOD[1].encode())),
    ]
    assert not problems


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_records(data: bytes) -> None:
    found, problems, _ = read(put(data))

    assert not found
    assert {p.rule for p in problems} <= {"byte-order-mark"}
