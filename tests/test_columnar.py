"""Columnar reading: real parquet, Arrow and save_to_disk files, and rows in memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glm_schema_lint.record import DataFile, Opaque, Problem
from glm_schema_lint.sources import columnar

ROWS: list[dict[str, Any]] = [
    {"input_ids": [151331, 151333, 7, 8], "labels": [-100, -100, 7, 8], "note": "a"},
    {"input_ids": [151331, 151333], "labels": [-100, -100], "note": None},
    {"input_ids": [], "labels": [], "note": "c"},
]
TALK: list[dict[str, Any]] = [
    {
        "messages": [{"role": "user", "content": "hi", "image": "a.png"}, {"role": "assistant", "content": "yo"}],
        "tools": None,
    },
    {"messages": [{"role": "user", "content": "hi"}], "tools": "[]"},
]


def read(file: DataFile, start: int = 0, stop: int | None = None) -> tuple[list[Any], list[Problem]]:
    """Values and problems; record numbers are checked on the way."""
    batches = list(columnar.read(file, start, stop))
    records = [record for batch in batches for record in batch.records]
    assert [record.index for record in records] == list(range(len(records)))
    assert all(record.line is None for record in records)
    assert {batch.chunk for batch in batches} <= {0}
    return [record.value for record in records], [problem for batch in batches for problem in batch.problems]


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Numpy columns as lists."""
    return {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in row.items()}


def write(path: Path, rows: list[dict[str, Any]] | pa.Table, kind: str = "") -> DataFile:
    """A file of ``kind`` (parquet, stream, file) that holds ``rows``."""
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows)
    if path.suffix == ".parquet":
        pq.write_table(table, path)
        return DataFile(path, path.name, "parquet")
    make = pa.ipc.new_file if kind == "file" else pa.ipc.new_stream
    with pa.OSFile(str(path), "wb") as sink, make(sink, table.schema) as writer:
        writer.write_table(table)
    return DataFile(path, path.name, "arrow")


@pytest.mark.parametrize(("name", "kind"), [("a.parquet", ""), ("a.arrow", "stream"), ("a.arrow", "file")])
def test_rows_come_back_as_they_were_written(tmp_path: Path, name: str, kind: str) -> None:
    values, problems = read(write(tmp_path / name, ROWS, kind))

    assert [plain(value) for value in values] == ROWS
    assert not problems
    assert all(isinstance(value["input_ids"], np.ndarray) for value in values)


@pytest.mark.parametrize(("name", "kind"), [("a.parquet", ""), ("a.arrow", "stream")])
def test_nulls_in_structs_are_absent_keys_and_null_cells_stay(tmp_path: Path, name: str, kind: str) -> None:
    values, _ = read(write(tmp_path / name, TALK, kind))

    assert values == TALK


def test_null_tokens_and_null_lists_are_shown(tmp_path: Path) -> None:
    rows = [{"input_ids": [1, None, 3]}, {"input_ids": None}, {"input_ids": [4]}, {"input_ids": []}]

    values, _ = read(write(tmp_path / "a.parquet", rows))

    assert values[0]["input_ids"] == [1, None, 3]
    assert values[1]["input_ids"] is None
    assert isinstance(values[2]["input_ids"], np.ndarray)
    assert values[3]["input_ids"].tolist() == []


@pytest.mark.parametrize(
    "type_", [pa.list_(pa.int32()), pa.large_list(pa.int64()), pa.list_(pa.int64(), 3), pa.list_(pa.uint16())], ids=str
)
def test_every_list_of_integers_is_numpy(tmp_path: Path, type_: pa.DataType) -> None:
    table = pa.table({"input_ids": pa.array([[1, 2, 3], None, [4, 5, 6]], type_)})

    values, _ = read(write(tmp_path / "a.arrow", table))

    assert [plain(value)["input_ids"] for value in values] == [[1, 2, 3], None, [4, 5, 6]]
    assert isinstance(values[2]["input_ids"], np.ndarray)


def test_slices_of_batches_keep_their_rows(tmp_path: Path) -> None:
    rows = [{"input_ids": [i] * (i % 7), "text": "x" * 9000} for i in range(3000)]

    values, _ = read(write(tmp_path / "a.arrow", rows))

    assert [plain(value) for value in values] == rows


def test_json_columns_are_decoded(tmp_path: Path) -> None:
    features = datasets.Features({"messages": datasets.List(datasets.Json())})
    rows = {"messages": [[{"role": "user", "content": "hi", "x": None}, {"role": "assistant", "content": [1]}]]}
    dataset = datasets.Dataset.from_dict(rows, features=features)
    dataset.to_parquet(tmp_path / "a.parquet")

    in_memory, _ = read(columnar.memory("train", dataset))
    from_file, _ = read(DataFile(tmp_path / "a.parquet", "a.parquet", "parquet"))

    assert in_memory == [{"messages": rows["messages"][0]}]
    assert from_file == in_memory


def test_shards_of_row_groups_cover_the_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from glm_schema_lint.sources.columnar import _parquet

    rows = [{"input_ids": list(range(i, i + 50))} for i in range(1000)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet", row_group_size=90)
    file = DataFile(tmp_path / "a.parquet", "a.parquet", "parquet")
    monkeypatch.setattr(_parquet, "SHARD_BYTES", 5_000)

    shards = columnar.shards(file)
    values = [plain(value) for start, stop, _ in shards for value in read(file, start, stop)[0]]

    assert len(shards) > 1
    assert values == rows


def test_saved_dataset_dict_lists_its_splits_in_order(tmp_path: Path) -> None:
    train, validation = datasets.Dataset.from_list(ROWS), datasets.Dataset.from_list(ROWS[:1])
    both = datasets.DatasetDict({"train": train, "validation": validation})
    both.save_to_disk(tmp_path / "set")

    found = columnar.saved(tmp_path / "set")

    assert columnar.is_saved(tmp_path / "set")
    assert [name for name, _ in found] == ["train", "validation"]
    assert [[f.rel for f in files] for _, files in found] == [
        ["train/data-00000-of-00001.arrow"],
        ["validation/data-00000-of-00001.arrow"],
    ]
    assert [plain(v) for v in read(found[0][1][0])[0]] == ROWS


def test_saved_dataset_reads_only_what_state_lists(tmp_path: Path) -> None:
    datasets.Dataset.from_list(ROWS).save_to_disk(tmp_path / "set", num_shards=3)
    (tmp_path / "set" / "cache-123.arrow").write_bytes(b"x")

    [(name, files)] = columnar.saved(tmp_path / "set")

    assert name is None
    assert [plain(v)["note"] for file in files for v in read(file)[0]] == ["a", None, "c"]


@pytest.mark.parametrize("state", [None, "{", "[]", "{}", '{"_data_files": [{"filename": "../../etc/passwd"}]}'])
def test_broken_state_is_a_problem(tmp_path: Path, state: str | None) -> None:
    datasets.Dataset.from_list(ROWS).save_to_disk(tmp_path / "set")
    (tmp_path / "set" / "state.json").unlink()
    if state is not None:
        (tmp_path / "set" / "state.json").write_text(state)

    [(_, [file])] = columnar.saved(tmp_path / "set")

    assert columnar.is_saved(tmp_path / "set") or state is None
    assert file.problem is not None
    assert (file.problem.rule, file.problem.case) == ("file-unreadable", "columnar")
    assert file.problem.values["reason"]
    assert file.rel == "state.json"


def test_memory_dataset_keeps_selection_and_ignores_formats() -> None:
    dataset = datasets.Dataset.from_list([{"input_ids": [i], "note": str(i)} for i in range(10)])
    chosen = dataset.select([7, 2, 2]).with_format("numpy", columns=["note"])

    values, problems = read(columnar.memory("train", chosen))

    assert [plain(v) for v in values] == [{"input_ids": [i], "note": str(i)} for i in (7, 2, 2)]
    assert not problems


def test_memory_filter_to_nothing_and_shuffle() -> None:
    dataset = datasets.Dataset.from_list([{"input_ids": [i]} for i in range(10)])

    assert read(columnar.memory("a", dataset.filter(lambda row: False))) == ([], [])
    shuffled, _ = read(columnar.memory("a", dataset.shuffle(seed=1)))
    assert sorted(plain(v)["input_ids"][0] for v in shuffled) == list(range(10))


def test_memory_takes_any_rows() -> None:
    images = np.zeros((3, 100, 100), "float32")
    rows = ({"input_ids": row, "images": images, "n": np.int64(3)} for row in ((1, 2), np.array([3])))

    values, _ = read(columnar.memory("train", rows))

    assert [plain(v) for v in values] == [
        {"input_ids": [1, 2], "images": Opaque("list<list<list<float32>>>", 3), "n": 3},
        {"input_ids": [3], "images": Opaque("list<list<list<float32>>>", 3), "n": 3},
    ]


def _hurt(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "cut":
        path.write_bytes(data[: len(data) * 2 // 3])
    elif how == "magic":
        path.write_bytes(b"{}" + data[2:-2] + b"{}")
    elif how == "text":
        path.write_bytes(b'{"input_ids": [1]}\n' * 50)
    elif how == "zeros":
        path.write_bytes(data[:100] + bytes(len(data) - 100))
    elif how == "gone":
        path.unlink()
    else:
        path.unlink()
        path.mkdir()


@pytest.mark.parametrize("how", ["cut", "magic", "text", "zeros", "gone", "folder"])
@pytest.mark.parametrize(("name", "kind"), [("a.parquet", ""), ("a.arrow", "stream"), ("a.arrow", "file")])
def test_a_broken_file_is_one_problem(tmp_path: Path, name: str, kind: str, how: str) -> None:
    file = write(tmp_path / name, [{"input_ids": list(range(i, i + 300))} for i in range(100)], kind)
    _hurt(tmp_path / name, how)

    columnar.shards(file)
    _, problems = read(file)

    assert [(p.rule, p.case) for p in problems] == [("file-unreadable", "columnar")]
    reason = problems[0].values["reason"]
    assert isinstance(reason, str)
    assert reason
    assert "\n" not in reason


@pytest.mark.parametrize(("name", "kind"), [("a.parquet", ""), ("a.arrow", "stream"), ("a.arrow", "file")])
def test_a_file_without_rows_is_empty(tmp_path: Path, name: str, kind: str) -> None:
    file = write(tmp_path / name, pa.table({"input_ids": pa.array([], pa.list_(pa.int64()))}), kind)

    assert read(file) == ([], [Problem("file-empty", "columnar")])


@pytest.mark.parametrize("how", ["data", "footer"])
def test_flipped_bytes_never_raise(tmp_path: Path, how: str) -> None:
    file = write(tmp_path / "a.parquet", ROWS * 40)
    good = (tmp_path / "a.parquet").read_bytes()
    for at in range(4, len(good) - 4, 97) if how == "data" else range(len(good) - 400, len(good), 7):
        (tmp_path / "a.parquet").write_bytes(good[:at] + bytes([good[at] ^ 0x5A]) + good[at + 1 :])

        _, problems = read(file)

        assert len(problems) <= 1


def image_rows(count: int, empty: int | None = None) -> pa.Table:
    """Rows as finetune_vision.py maps them: tokens and a tensor of 3x1120x1120 floats."""
    side, each = 1120, 3 * 1120 * 1120
    flat = pa.array(np.zeros(each * count, "float32"))
    lines = pa.ListArray.from_arrays(pa.array(np.arange(0, each * count + 1, side, dtype="int32")), flat)
    planes = pa.ListArray.from_arrays(pa.array(np.arange(0, 3 * side * count + 1, side, dtype="int32")), lines)
    mask = pa.array([i == empty for i in range(count)])
    images = pa.ListArray.from_arrays(pa.array(np.arange(0, 3 * count + 1, 3, dtype="int32")), planes, mask=mask)
    return pa.table({"input_ids": [[1, 2, 3]] * count, "images": images})


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
@pytest.mark.parametrize("empty", [None, 1])
def test_images_are_told_but_not_read(tmp_path: Path, name: str, empty: int | None) -> None:
    file = write(tmp_path / name, image_rows(4, empty))

    values, problems = read(file)

    assert not problems
    assert [v["images"].length for v in values] == [None if i == empty else 3 for i in range(4)]
    assert all(isinstance(v["images"], Opaque) and "float" in v["images"].type for v in values)
    assert [plain(v)["input_ids"] for v in values] == [[1, 2, 3]] * 4


SCRIPT = """
import resource, sys
from pathlib import Path
from glm_schema_lint.record import DataFile
from glm_schema_lint.sources import columnar
import pyarrow.parquet
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = sum(len(b.records) for b in columnar.read(DataFile(Path(sys.argv[1]), "a", sys.argv[2])))
print(rows, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("empty", [None, 1])
def test_images_are_read_in_flat_memory(tmp_path: Path, empty: int | None) -> None:
    table = image_rows(4, empty)
    with pq.ParquetWriter(tmp_path / "a.parquet", table.schema, use_dictionary=False, compression="none") as writer:
        writer.write_table(pa.concat_tables([table] * 5), row_group_size=20)

    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "a.parquet"), "parquet"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)

    rows, grown = map(int, run.stdout.split())
    assert rows == 20
    assert (tmp_path / "a.parquet").stat().st_size > 200 << 20
    assert grown < 120


def test_nothing_is_imported_before_it_is_read() -> None:
    heavy = "[m for m in ('pyarrow', 'datasets', 'numpy') if m in sys.modules]"
    code = f"import sys; import glm_schema_lint.sources.columnar; print({heavy})"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"
