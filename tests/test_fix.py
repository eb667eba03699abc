"""glm-lint fix: what is repaired, what is left, what is refused; always into a new folder."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from glm_schema_lint import lint
from glm_schema_lint.cli import main

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = tomllib.loads((ROOT / "examples" / "examples.toml").read_text("utf-8"))["example"]
NOT_REPAIRED = {"last-turn-not-assistant", "labels-all-ignored", "message-key-dropped", "system-tag-missing"}
"""What trains on the wrong thing or on nothing, or sits in a config: neither crashes on a record nor drops it by itself."""
YAML = (ROOT / "examples" / "good" / "glm-4" / "lora.yaml").read_text("utf-8")
TALK = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]


def fix(*words: str | Path) -> Result:
    """Run the command; its exit code and both outputs."""
    return CliRunner().invoke(main, ["fix", *map(str, words), "--lang", "en"], prog_name="glm-lint")


def digest(folder: Path) -> dict[str, str]:
    """The digest of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_lines(path: Path, *rows: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def read_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("entry", EXAMPLES, ids=lambda e: e["path"])
def test_every_example_whose_rule_has_a_repair_lints_clean_afterwards(entry: dict[str, Any], tmp_path: Path) -> None:
    """Counts add up, the input is untouched, and a second run changes nothing."""
    source, args = ROOT / "examples" / entry["path"], entry.get("args", [])
    before = digest(source)

    run = fix(source, *args, "--unsafe-fixes", "-o", tmp_path / "once")

    report = json.loads((tmp_path / "once.report.json").read_text("utf-8"))
    left = {group["rule"] for group in report["remaining"]["groups"]}
    assert run.exit_code == (1 if entry.get("rule") in NOT_REPAIRED else 0), run.output
    assert left <= NOT_REPAIRED
    counts = report["records"]
    assert counts["read"] == counts["written"] + counts["dropped"]
    assert counts["dropped"] == len(report["dropped"])
    assert digest(source) == before

    fix(tmp_path / "once", *args, "--unsafe-fixes", "-o", tmp_path / "twice")

    assert digest(tmp_path / "twice") == digest(tmp_path / "once")
    assert json.loads((tmp_path / "twice.report.json").read_text("utf-8"))["repairs"] == []


@pytest.mark.parametrize("entry", [e for e in EXAMPLES if not e.get("rule")], ids=lambda e: e["path"])
def test_good_data_are_copied_byte_for_byte(entry: dict[str, Any], tmp_path: Path) -> None:
    source = ROOT / "examples" / entry["path"]

    run = fix(source, *entry.get("args", []), "-o", tmp_path / "out")

    assert run.exit_code == 0
    assert "nothing to fix" in run.output
    assert digest(tmp_path / "out") == digest(source)


def test_the_story_is_repaired_with_labels_that_teach_nothing(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    source = ROOT / "examples" / "keyerror-labels"
    run = fix(source, "-o", tmp_path / "out")

    assert run.exit_code == 0
    assert "labels-added  32 records" in run.output
    old, new = pq.read_table(source / "validation.parquet"), pq.read_table(tmp_path / "out" / "validation.parquet")
    assert new.column_names == [*old.column_names, "labels"]
    assert new.drop_columns("labels").equals(old)
    for labels, ids in zip(new["labels"].to_pylist(), new["input_ids"].to_pylist(), strict=True):
        assert labels == [-100] * len(ids)
    assert (tmp_path / "out" / "train.parquet").read_bytes() == (source / "train.parquet").read_bytes()


def test_untouched_records_keep_their_bytes_beside_one_that_is_repaired(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    odd = b'{ "messages" : [{"role":"user","content":"\\u4f60"},{"role":"assistant","content":"a"}], "n": 12345678901234567890123, "f": 1.50 }'
    bad = b'{"messages":[{"role":"human","content":"\\u4f60"},{"role":"assistant","content":"a"}],"n":12345678901234567890123,"f":0.1}'
    (data / "train.jsonl").write_bytes(odd + b"\r\n" + bad + b"\r\n" + odd)

    run = fix(data, "--target", "glm-4", "-o", tmp_path / "out")

    assert "role-spelling  1 record" in run.output
    assert (tmp_path / "out" / "train.jsonl").read_bytes() == (
        odd + b"\r\n" + bad.replace(b'"human"', b'"user"') + b"\r\n" + odd + b"\n"
    )


def test_items_of_a_json_array_keep_their_indentation(tmp_path: Path) -> None:
    good = {"conversations": [{"from": "human", "value": "你好"}, {"from": "gpt", "value": "b"}]}
    bad = {"conversations": [{"from": "Human", "value": "a"}, {"from": "gpt", "value": "b"}]}
    text = json.dumps([good, bad, good], ensure_ascii=False, indent=2) + "\n"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.json").write_text(text, "utf-8")

    run = fix(tmp_path / "data", "--target", "ms-swift", "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    assert (tmp_path / "out" / "train.json").read_text("utf-8") == text.replace("Human", "human")


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_packed_files_stay_packed(packing: str, tmp_path: Path) -> None:
    import zstandard

    text = json.dumps({"messages": [{"role": "User", "content": "a"}, {"role": "assistant", "content": "b"}]}).encode()
    pack = gzip.compress if packing == "gz" else zstandard.ZstdCompressor().compress
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / f"train.jsonl.{packing}").write_bytes(pack(text + b"\n"))

    run = fix(tmp_path / "data", "--target", "trl", "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    written = (tmp_path / "out" / f"train.jsonl.{packing}").read_bytes()
    plain = gzip.decompress(written) if packing == "gz" else zstandard.ZstdDecompressor().stream_reader(written).read()
    assert json.loads(plain)["messages"][0]["role"] == "user"


def test_a_byte_order_mark_and_objects_over_several_lines_are_taken_out(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    rows = [{"messages": TALK, "n": n} for n in range(3)]
    (data / "train.jsonl").write_bytes(json.dumps(rows[0]).encode("utf-16") + "\n".encode("utf-16-le"))
    (data / "dev.jsonl").write_text("\n".join(json.dumps(row, indent=1) for row in rows), "utf-8")

    run = fix(data, "--target", "glm-4", "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    assert "plain-utf-8  1 file" in run.output
    assert "one-object-per-line  1 file" in run.output
    assert read_lines(tmp_path / "out" / "train.jsonl") == rows[:1]
    assert read_lines(tmp_path / "out" / "dev.jsonl") == rows


def test_an_ending_the_trainer_refuses_is_written_under_one_it_opens(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    rows = [{"messages": TALK}] * 2
    (data / "train.json").write_text(json.dumps(rows, indent=2), "utf-8")
    write_lines(data / "dev.jsonl", *rows)
    (data / "lora.yaml").write_text(YAML.replace("train.jsonl", "train.json"), "utf-8")

    run = fix(data, "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    assert "train.json -> train.jsonl" in run.output
    assert read_lines(tmp_path / "out" / "train.jsonl") == rows
    assert "train_file: train.jsonl" in (tmp_path / "out" / "lora.yaml").read_text()


def test_roles_are_respelt_for_a_named_trainer_and_typos_are_left(tmp_path: Path) -> None:
    write_lines(
        tmp_path / "data" / "train.jsonl",
        {"messages": [{"role": "human", "content": "a"}, {"role": "GPT", "content": "b"}]},
        {"messages": [{"role": "user", "content": "a"}, {"role": "asistant", "content": "b"}]},
    )

    run = fix(tmp_path / "data", "--target", "glm-4", "-o", tmp_path / "out")

    assert run.exit_code == 1
    roles = [[m["role"] for m in row["messages"]] for row in read_lines(tmp_path / "out" / "train.jsonl")]
    assert roles == [["user", "assistant"], ["user", "asistant"]]
    assert "left      error[role-unknown]" in run.output
    assert "--unsafe-fixes drops these records" in run.output


def test_image_paths_are_written_as_the_files_are_called(tmp_path: Path) -> None:
    from PIL import Image

    data = tmp_path / "data"
    (data / "images" / "a").mkdir(parents=True)
    Image.new("RGB", (64, 64)).save(data / "images" / "a" / "Cat.png")
    write_lines(
        data / "train.jsonl",
        {"messages": [{"role": "user", "content": "x", "image": r"images\a\Cat.png"}, TALK[1]]},
        {"messages": [{"role": "user", "content": "x", "image": "images/a/cat.png"}, TALK[1]]},
    )

    run = fix(data, "--target", "glm-4v", "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    named = [row["messages"][0]["image"] for row in read_lines(tmp_path / "out" / "train.jsonl")]
    assert named == ["images/a/Cat.png"] * 2
    assert (tmp_path / "out" / "images" / "a" / "Cat.png").read_bytes() == (
        data / "images" / "a" / "Cat.png"
    ).read_bytes()


def test_a_path_that_starts_above_the_folder_is_written_from_the_folder(tmp_path: Path) -> None:
    from PIL import Image

    data = tmp_path / "data"
    (data / "images").mkdir(parents=True)
    Image.new("RGB", (64, 64)).save(data / "images" / "a.png")
    write_lines(
        data / "train.jsonl", {"messages": [{"role": "user", "content": "x", "image": "data/images/a.png"}, TALK[1]]}
    )

    run = fix(data, "--target", "glm-4v", "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    assert read_lines(tmp_path / "out" / "train.jsonl")[0]["messages"][0]["image"] == "images/a.png"
    assert (tmp_path / "out" / "images" / "a.png").is_file()


def test_a_bare_image_becomes_a_list_where_the_trainer_wants_one(tmp_path: Path) -> None:
    from PIL import Image

    data = tmp_path / "data"
    data.mkdir()
    Image.new("RGB", (64, 64)).save(data / "a.png")
    write_lines(data / "train.jsonl", {"messages": TALK, "images": "a.png"})

    run = fix(data, "--target", "trl", "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    assert read_lines(tmp_path / "out" / "train.jsonl")[0]["images"] == ["a.png"]


def test_tools_become_text_where_the_trainer_takes_text(tmp_path: Path) -> None:
    tools = [{"name": "now", "description": "现在几点", "parameters": {"type": "object", "properties": {}}}]
    row = {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}
    write_lines(tmp_path / "data" / "train.jsonl", {**row, "tools": tools}, {**row, "tools": "[]"})

    run = fix(tmp_path / "data", "--target", "llama-factory", "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    first, second = read_lines(tmp_path / "out" / "train.jsonl")
    assert json.loads(first["tools"]) == tools
    assert second["tools"] == "[]"


@pytest.mark.parametrize("saved", [False, True], ids=["parquet", "save_to_disk"])
def test_columnar_records_are_repaired_and_the_rest_of_the_columns_passed_on(saved: bool, tmp_path: Path) -> None:
    from datasets import Dataset, DatasetDict, load_from_disk

    rows = [
        {"messages": [{"role": "human", "content": "a"}, {"role": "assistant", "content": str(n)}], "score": n / 3}
        for n in range(5)
    ]
    data = tmp_path / "data"
    if saved:
        DatasetDict({"train": Dataset.from_list(rows), "test": Dataset.from_list(rows[:2])}).save_to_disk(str(data))
    else:
        data.mkdir()
        Dataset.from_list(rows).to_parquet(str(data / "train.parquet"))

    run = fix(data, "--target", "trl", "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    made = (
        load_from_disk(str(tmp_path / "out"))["train"]
        if saved
        else Dataset.from_parquet(str(tmp_path / "out" / "train.parquet"), cache_dir=str(tmp_path / "cache"))
    )
    assert made["score"][:] == [row["score"] for row in rows]
    assert {m["role"] for row in made["messages"][:] for m in row} == {"user", "assistant"}


def test_a_saved_dataset_whose_columns_grow_still_loads(tmp_path: Path) -> None:
    from datasets import Dataset, DatasetDict, load_from_disk

    ids = {"input_ids": [151331, 151333, 5, 6]}
    train = Dataset.from_list([{**ids, "labels": [-100, -100, 5, 6]}] * 3)
    test = Dataset.from_list([{**ids, "output_ids": [7]}] * 3)
    DatasetDict({"train": train, "validation": test}).save_to_disk(str(tmp_path / "data"))

    run = fix(tmp_path / "data", "--target", "glm-4", "--with", "transformers=4.46.3", "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    made = load_from_disk(str(tmp_path / "out"))["validation"]
    assert made.column_names == ["input_ids", "output_ids", "labels"]
    assert made[0]["labels"] == [-100] * 4


def test_text_in_an_encoding_that_has_to_be_guessed_is_left_unless_asked_for(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    row = {
        "messages": [
            {"role": "user", "content": "中国的首都是哪里？"},
            {"role": "assistant", "content": "北京是中国的首都。"},
        ]
    }
    text = (json.dumps(row, ensure_ascii=False) + "\n") * 3
    (data / "train.jsonl").write_bytes(text.encode("gb18030"))

    safe = fix(data, "--target", "glm-4", "-o", tmp_path / "safe")
    unsafe = fix(data, "--target", "glm-4", "-o", tmp_path / "unsafe", "--unsafe-fixes")

    assert (safe.exit_code, unsafe.exit_code) == (1, 0)
    assert (tmp_path / "safe" / "train.jsonl").read_bytes() == text.encode("gb18030")
    assert (tmp_path / "unsafe" / "train.jsonl").read_text("utf-8") == text
    assert sorted(p.name for p in (tmp_path / "unsafe").iterdir()) == ["train.jsonl"]


def test_an_encoding_other_than_gbk_is_guessed_from_the_text(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    said = "Der Fluß fließt über Köln, wo die Straßen größer und schöner sind als früher; manche Häuser gehören Künstlern. "
    row = {"messages": [{"role": "user", "content": said}, {"role": "assistant", "content": said * 3}]}
    text = json.dumps(row, ensure_ascii=False) + "\n"
    (data / "train.jsonl").write_bytes(text.encode("cp1252"))

    run = fix(data, "--target", "glm-4", "-o", tmp_path / "out", "--unsafe-fixes")

    assert run.exit_code == 0, run.output
    assert (tmp_path / "out" / "train.jsonl").read_text("utf-8") == text


def test_dropped_records_are_listed_beside_the_folder_with_rule_and_address(tmp_path: Path) -> None:
    write_lines(tmp_path / "data" / "train.jsonl", {"messages": TALK}, {"messages": TALK[:1]}, {"messages": TALK})

    run = fix(tmp_path / "data", "--target", "glm-4", "-o", tmp_path / "out", "--unsafe-fixes")

    assert run.exit_code == 0
    assert "3 records read = 2 written + 1 dropped" in run.output
    (dropped,) = json.loads((tmp_path / "out.report.json").read_text())["dropped"]
    assert dropped == {
        "location": "train.jsonl:2",
        "file": "train.jsonl",
        "record": 1,
        "line": 2,
        "rule": "assistant-missing",
        "code": "CONV005",
        "effect": "crash",
    }
    assert os.listdir(tmp_path / "out") == ["train.jsonl"]


def test_nothing_is_written_where_every_record_would_be_dropped(tmp_path: Path) -> None:
    write_lines(tmp_path / "data" / "train.jsonl", {"messages": TALK[:1]})

    run = fix(tmp_path / "data", "--target", "glm-4", "-o", tmp_path / "out", "--unsafe-fixes")

    assert run.exit_code == 2
    assert "every record would be dropped" in run.output
    assert sorted(os.listdir(tmp_path)) == ["data"]


def test_records_of_several_images_are_split_at_the_turns_that_bring_them(tmp_path: Path) -> None:
    from PIL import Image

    data = tmp_path / "data"
    data.mkdir()
    turns: list[dict[str, str]] = []
    for n in range(2):
        Image.new("RGB", (64, 64), (n, 0, 0)).save(data / f"{n}.png")
        turns += [{"role": "user", "content": f"q{n}", "image": f"{n}.png"}, {"role": "assistant", "content": f"a{n}"}]
    write_lines(data / "train.jsonl", {"messages": turns})

    run = fix(data, "--target", "glm-4v", "-o", tmp_path / "out", "--unsafe-fixes")

    assert run.exit_code == 0, run.output
    assert "1 record read = 1 written + 0 dropped (2 records in the output)" in run.output
    assert [row["messages"] for row in read_lines(tmp_path / "out" / "train.jsonl")] == [turns[:2], turns[2:]]


def test_an_image_of_sixteen_bits_is_scaled_and_the_original_kept(tmp_path: Path) -> None:
    import numpy as np
    from PIL import Image

    data = tmp_path / "data"
    data.mkdir()
    Image.fromarray(np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype("uint16")).save(data / "deep.png")
    write_lines(data / "train.jsonl", {"messages": [{"role": "user", "content": "x", "image": "deep.png"}, TALK[1]]})
    before = digest(data)

    run = fix(data, "--target", "glm-4v", "-o", tmp_path / "out", "--unsafe-fixes")

    assert run.exit_code == 0, run.output
    with Image.open(tmp_path / "out" / "deep.png") as image:
        assert image.mode == "L"
        assert image.getextrema() == (0, 255)
    assert digest(data) == before


def test_diff_shows_each_record_and_writes_nothing(tmp_path: Path) -> None:
    write_lines(
        tmp_path / "data" / "train.jsonl",
        {"messages": TALK},
        {"messages": [{"role": "human", "content": "\x1b[31m"}, TALK[1]]},
    )

    run = fix(tmp_path / "data", "--target", "glm-4", "--diff")

    assert run.exit_code == 1
    assert f"--- {tmp_path}/data/train.jsonl:2" in run.output
    assert '-      "role": "human"' in run.output
    assert '+      "role": "user"' in run.output
    assert "\x1b" not in run.output
    assert os.listdir(tmp_path) == ["data"]
    assert fix(ROOT / "examples" / "good" / "glm-4", "--diff").exit_code == 0


def test_the_report_says_which_findings_have_a_repair() -> None:
    def fixes(name: str, **more: Any) -> set[tuple[str, str]]:
        return {(g["rule"], g["fix"]) for g in lint(ROOT / "examples" / name, **more).to_dict()["groups"]}

    assert fixes("keyerror-labels") == {("eval-labels-missing", "safe")}
    assert fixes("broken/image-second-turn", target="glm-4v") == {("image-not-on-first-message", "unsafe")}
    assert fixes("broken/role-typo") == {("role-unknown", "unsafe")}
    assert fixes("broken/observation-in-trl", target="trl") >= {("role-unknown", "safe")}
    assert fixes("broken/system-tag-missing") == {("system-tag-missing", "none")}


def test_chinese_is_spoken_on_request(tmp_path: Path) -> None:
    run = CliRunner().invoke(
        main, ["fix", str(ROOT / "examples" / "keyerror-labels"), "-o", str(tmp_path / "out"), "--lang", "zh"]
    )

    assert "已修复" in run.output
    assert "读取 152 条 = 写出 152 条 + 去掉 0 条" in run.output
    assert "没有问题" in run.output


@pytest.mark.parametrize("shape", ["file", "full", "inside", "same", "no-parent", "link"])
def test_places_that_must_not_be_written_to_are_refused_in_one_sentence(shape: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    write_lines(data / "train.jsonl", {"messages": TALK})
    out = {"inside": data / "out", "same": data, "no-parent": tmp_path / "a" / "b"}.get(shape, tmp_path / "out")
    if shape == "file":
        out.write_text("mine")
    elif shape == "full":
        out.mkdir()
        (out / "mine").write_text("mine")
    elif shape == "link":
        out.symlink_to(tmp_path / "nowhere")
    before = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*"))

    run = fix(data, "--target", "glm-4", "-o", out)

    assert run.exit_code == 2
    assert run.output.startswith(f"glm-lint: -o {out}")
    assert run.output.count("\n") == 1
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")) == before


def test_an_empty_folder_is_taken_and_a_strange_report_is_not(tmp_path: Path) -> None:
    write_lines(tmp_path / "data" / "train.jsonl", {"messages": TALK})
    (tmp_path / "out").mkdir()
    report = tmp_path / "out.report.json"
    report.write_text("{}")

    refused = fix(tmp_path / "data", "--target", "glm-4", "-o", tmp_path / "out")
    report.unlink()
    taken = fix(tmp_path / "data", "--target", "glm-4", "-o", tmp_path / "out")

    assert (refused.exit_code, taken.exit_code) == (2, 0)
    assert "is no report of glm-lint fix" in refused.output
    assert (tmp_path / "out" / "train.jsonl").is_file()


def test_without_a_place_or_with_two_wishes_it_says_what_to_type(tmp_path: Path) -> None:
    write_lines(tmp_path / "data" / "train.jsonl", {"messages": TALK})

    for words in ([], ["--diff", "-o", str(tmp_path / "out")]):
        run = fix(tmp_path / "data", *words)
        assert run.exit_code == 2
        assert "-o DIR" in run.output


def test_input_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.parquet").write_bytes(b"PAR1 no parquet")

    run = fix(tmp_path / "data", "-o", tmp_path / "out")

    assert run.exit_code == 2
    assert "train.parquet cannot be read" in run.output
    assert os.listdir(tmp_path) == ["data"]
    assert (
        fix(tmp_path / "nowhere", "-o", tmp_path / "out").output == f"glm-lint: {tmp_path / 'nowhere'} does not exist\n"
    )


def test_links_and_inputs_without_write_permission_are_read_and_left_alone(tmp_path: Path) -> None:
    from PIL import Image

    real = tmp_path / "elsewhere"
    (real / "pictures").mkdir(parents=True)
    Image.new("RGB", (64, 64)).save(real / "pictures" / "a.png")
    write_lines(
        real / "train.jsonl", {"messages": [{"role": "human", "content": "x", "image": "pictures/a.png"}, TALK[1]]}
    )
    data = tmp_path / "data"
    data.mkdir()
    (data / "train.jsonl").symlink_to(real / "train.jsonl")
    (data / "pictures").symlink_to(real / "pictures")
    for path in (real / "train.jsonl", real / "pictures" / "a.png"):
        path.chmod(0o444)
    before = digest(real)

    run = fix(data, "--target", "glm-4v", "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    assert not (tmp_path / "out" / "train.jsonl").is_symlink()
    assert not (tmp_path / "out" / "pictures" / "a.png").is_symlink()
    assert read_lines(tmp_path / "out" / "train.jsonl")[0]["messages"][0]["role"] == "user"
    shutil.rmtree(tmp_path / "out")
    assert digest(real) == before


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_lines(tmp_path / "data" / "train.jsonl", {"messages": [{"role": "human", "content": "x"}, TALK[1]]})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("glm_schema_lint.fix.text.settle", full)
    run = fix(tmp_path / "data", "--target", "glm-4", "-o", tmp_path / "out")

    assert run.exit_code == 2
    assert run.output == "glm-lint: No space left on device; nothing was written\n"
    assert os.listdir(tmp_path) == ["data"]


def test_several_folders_are_written_side_by_side(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_lines(tmp_path / name / "train.jsonl", {"messages": [{"role": "human", "content": name}, TALK[1]]})

    run = fix(tmp_path / "a", tmp_path / "b", "--target", "glm-4", "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    assert sorted(digest(tmp_path / "out")) == ["a/train.jsonl", "b/train.jsonl"]


def test_files_typed_one_by_one_and_a_config_of_its_own_are_written_under_their_names(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in ("train.jsonl", "dev.jsonl"):
        write_lines(data / name, {"messages": [{"role": "human", "content": name}, TALK[1]]})
    (data / "lora.yaml").write_text(YAML, "utf-8")

    files = fix(data / "train.jsonl", data / "dev.jsonl", "--target", "glm-4", "-o", tmp_path / "files")
    config = fix(data / "lora.yaml", "-o", tmp_path / "config")

    assert (files.exit_code, config.exit_code) == (0, 0), files.output + config.output
    assert sorted(digest(tmp_path / "files")) == ["dev.jsonl", "train.jsonl"]
    assert sorted(digest(tmp_path / "config")) == ["dev.jsonl", "lora.yaml", "train.jsonl"]


def test_a_record_with_the_late_key_moves_to_the_front_of_its_file(tmp_path: Path) -> None:
    """The loader makes its schema from the first 10 MiB; nothing but the order of the records changes."""
    pad = "x" * 4000
    plain = [{"messages": [{"role": "user", "content": f"{n} {pad}"}, TALK[1]], "images": []} for n in range(2800)]
    late = {"messages": TALK, "images": ["a.png"], "note": {"by": "me"}}
    (tmp_path / "data").mkdir()
    Path(tmp_path / "data" / "a.png").write_bytes((ROOT / "examples/good/glm-4v/images/00.png").read_bytes())
    write_lines(tmp_path / "data" / "train.jsonl", *plain, late, *plain[:2])

    run = fix(tmp_path / "data", "--target", "trl", "-o", tmp_path / "out")

    assert "schema-first  1 record" in run.output
    rows = read_lines(tmp_path / "out" / "train.jsonl")
    assert rows == [late, *plain, *plain[:2]]
    left = json.loads((tmp_path / "out.report.json").read_text())["remaining"]["groups"]
    assert {g["rule"] for g in left} & {"column-starts-null", "key-appears-late"} == set()


def test_parquet_files_of_one_load_get_each_others_columns_of_their_type(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from datasets import load_dataset

    (tmp_path / "data").mkdir()
    for name, more in (("train", {}), ("validation", {"score": [0.5, 0.25]})):
        pq.write_table(pa.table({"messages": [TALK, TALK], **more}), tmp_path / "data" / f"{name}.parquet")

    run = fix(tmp_path / "data", "--target", "trl", "-o", tmp_path / "out")

    assert "keys-alike  2 records" in run.output, run.output
    loaded = load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert loaded["train"]["score"][:] == [None, None]
    assert loaded["validation"]["score"][:] == [0.5, 0.25]
    assert "split-columns-differ" not in run.output


@pytest.mark.parametrize("shape", ["stray", "arrays"])
def test_text_laid_out_in_an_odd_way_is_mended_in_one_run(shape: str, tmp_path: Path) -> None:
    """One object over several lines among others on one each; one array behind another."""
    rows = [{"messages": [{"role": "user", "content": str(n)}, TALK[1]]} for n in range(4)]
    flat = [json.dumps(row) for row in rows]
    text = (
        "\n".join([flat[0], json.dumps(rows[1], indent=2), *flat[2:]])
        if shape == "stray"
        else f"[{','.join(flat[:3])}]\n[{flat[3]}]"
    )
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.jsonl").write_text(text + "\n", "utf-8")

    once = fix(tmp_path / "data", "--target", "glm-4", "-o", tmp_path / "once")
    twice = fix(tmp_path / "once", "--target", "glm-4", "-o", tmp_path / "twice")

    assert (once.exit_code, twice.exit_code) == (0, 0), once.output
    assert read_lines(tmp_path / "once" / "train.jsonl") == rows
    assert "nothing to fix" in twice.output


def test_the_report_names_the_command_as_it_can_be_typed(tmp_path: Path) -> None:
    data = tmp_path / "my data"
    shutil.copytree(ROOT / "examples" / "keyerror-labels", data)

    def said(*words: str) -> str:
        return CliRunner().invoke(main, ["check", str(data), *words, "--lang", "en"], prog_name="glm-lint").output

    line = f"fix glm-lint fix '{data}' --target glm-4v -o DIR"
    assert line in " ".join(said().split())
    assert line.replace("glm-4v", "glm-4") in " ".join(said("--target", "glm-4").split())


def test_the_named_command_repeats_what_was_typed_and_comes_to_the_same_verdict(tmp_path: Path) -> None:
    """Versions, settings and splits decide which findings there are, so the repair has to know them too."""
    data, out = tmp_path / "data", tmp_path / "out"
    shutil.copytree(ROOT / "examples" / "keyerror-labels", data)
    (data / "validation.parquet").rename(data / "held out.parquet")
    typed = ["--with", "transformers>=4.46,<4.47", "--set", "combine=true", "--split", "train=tr*.parquet"]
    typed += ["--split", "validation=held*.parquet"]

    run = CliRunner().invoke(main, ["check", str(data), *typed, "--lang", "en"], prog_name="glm-lint")

    line = re.search(r"(?<= fix glm-lint fix ).* -o DIR", " ".join(run.output.split()))
    assert line is not None, run.output
    words = ["glm-lint", "fix", *shlex.split(line[0])]
    assert words[3:] == ["--target", "glm-4v", *typed[4:], *typed[:4], "-o", "DIR"]
    fixed = fix(*(str(out) if word == "DIR" else word for word in words[2:]))
    assert fixed.exit_code == 0, fixed.output
    assert "labels-added  16 records" in fixed.output


def test_what_to_type_next_repeats_the_trainer_and_the_settings(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write_lines(data / "train.jsonl", {"messages": TALK}, {"messages": [{"role": "user"}, TALK[1]]})

    run = fix(data, "--target", "glm-4", "--set", "combine=false", "-o", tmp_path / "out")

    assert f"next: glm-lint {tmp_path}/out/ --target glm-4 --set combine=false" in run.output


def test_diff_tells_what_is_left_where_nothing_can_be_fixed_safely(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write_lines(data / "train.jsonl", {"messages": TALK}, {"messages": [{"role": "user"}, TALK[1]]})

    run = fix(data, "--target", "glm-4", "--diff")

    assert run.exit_code == 1
    assert run.output.startswith("target glm-4 (")
    assert "nothing to fix" in run.output
    assert "left      error[" in run.output
    assert "--unsafe-fixes drops these records" in run.output
    assert os.listdir(tmp_path) == ["data"]


def test_diff_names_findings_that_no_repair_answers_beside_what_would_be_fixed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write_lines(
        data / "train.jsonl",
        {"messages": [{"role": "human", "content": "Hi"}, TALK[1]]},
        {"messages": [{"role": "user"}, TALK[1]]},
    )

    run = fix(data, "--target", "glm-4", "--diff")

    assert run.exit_code == 1
    assert "would fix role-spelling  1 record" in run.output
    assert "no repair error[" in run.output
    assert "[role-unknown]" not in run.output


def test_labels_are_added_only_where_evaluation_reads_output_ids(tmp_path: Path) -> None:
    """Under a plain Trainer ignored labels alone make the loss NaN; the help asks for real ones instead."""
    ids = {"input_ids": [151331, 5, 6], "attention_mask": [1, 1, 1]}
    write_lines(tmp_path / "data" / "train.jsonl", {**ids, "labels": [-100, 5, 6]})
    write_lines(tmp_path / "data" / "validation.jsonl", {**ids, "output_ids": [7, 8]})

    kept = fix(tmp_path / "data", "--target", "hf-trainer", "-o", tmp_path / "kept")
    fix(tmp_path / "data", "--target", "glm-4", "-o", tmp_path / "made")

    assert "labels-added" not in kept.output
    assert read_lines(tmp_path / "kept" / "validation.jsonl") == [{**ids, "output_ids": [7, 8]}]
    assert read_lines(tmp_path / "made" / "validation.jsonl")[0]["labels"] == [-100, -100, -100]
    (group,) = (
        g
        for g in lint(tmp_path / "data", target="hf-trainer").to_dict()["groups"]
        if g["rule"] == "eval-labels-missing"
    )
    assert group["fix"] == "none"
    assert "real labels" in group["help"]
    assert "script" not in group["help"]


def test_a_role_without_content_is_left_alone(tmp_path: Path) -> None:
    """A tool message of ChatGLM3 keeps its content under other keys: a new role alone mends nothing."""
    call = {"role": "tool", "name": "get_time", "parameters": {}, "observation": "12:00"}
    rows = [{"conversations": [TALK[0], call, TALK[1]]}, {"messages": [TALK[0], call, TALK[1]]}]
    for number, row in enumerate(rows):
        write_lines(tmp_path / f"data{number}" / "train.jsonl", row)

        fix(tmp_path / f"data{number}", "--target", "glm-4", "-o", tmp_path / f"out{number}")

        assert read_lines(tmp_path / f"out{number}" / "train.jsonl") == [row]
        groups = lint(tmp_path / f"data{number}", target="glm-4").to_dict()["groups"]
        assert all(group["fix"] != "safe" for group in groups)


def test_a_column_of_tensors_is_written_without_a_dictionary_of_its_numbers(tmp_path: Path) -> None:
    """Such a dictionary makes nothing smaller and stands in memory several times over; that of small columns stays."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    (tmp_path / "data").mkdir()
    ids = pa.array([[151331, 151333, 5, 6]] * 4)
    images = pa.array([np.random.default_rng(n).standard_normal(3 * 64 * 64).tolist() for n in range(4)])
    for name, key in (("train", "labels"), ("validation", "output_ids")):
        table = pa.table({"input_ids": ids, "images": images, key: ids})
        pq.write_table(table, tmp_path / "data" / f"{name}.parquet")

    fix(tmp_path / "data", "--target", "glm-4", "--with", "transformers=4.46.3", "-o", tmp_path / "out")

    made = pq.ParquetFile(tmp_path / "out" / "validation.parquet")
    group = made.metadata.row_group(0)
    leaves = [group.column(number) for number in range(group.num_columns)]
    packed = {leaf.path_in_schema.split(".")[0]: "RLE_DICTIONARY" in leaf.encodings for leaf in leaves}
    assert packed == {"input_ids": True, "images": False, "output_ids": True, "labels": False}
    assert made.read()["images"].to_pylist() == images.to_pylist()
