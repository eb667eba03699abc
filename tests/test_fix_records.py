"""glm-lint fix, record by record: all of a kind are treated alike, and what only looks broken is mended, not dropped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from PIL import Image

from glm_schema_lint.cli import main


def run(*words: str | Path, lang: str = "en") -> str:
    """What the command prints."""
    return CliRunner().invoke(main, [*map(str, words), "--lang", lang], prog_name="glm-lint").output


def write(path: Path, rows: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def read(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_record_of_one_outline_that_crashes_is_dropped_not_only_the_first(tmp_path: Path) -> None:
    good = [{"role": "user", "content": "Hi", "image": "0.png"}, {"role": "assistant", "content": "Hello."}]
    bad = [good[0], {**good[1], "image": "0.png"}]  # two images in one round: nothing to split at
    rows = [{"messages": good if number % 3 == 0 else bad} for number in range(12)]
    write(tmp_path / "in" / "train.jsonl", rows)
    Image.new("RGB", (64, 64)).save(tmp_path / "in" / "0.png")

    said = run("fix", tmp_path / "in", "--target", "glm-4v", "--unsafe-fixes", "-o", tmp_path / "out")

    report = json.loads((tmp_path / "out.report.json").read_text("utf-8"))
    assert [one["record"] for one in report["dropped"]] == [n for n in range(12) if n % 3], said
    assert read(tmp_path / "out" / "train.jsonl") == [{"messages": good}] * 4


def test_images_under_the_template_of_a_text_model_are_a_matter_of_the_setting_and_no_record_is_dropped(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "in"
    turns = [{"role": "user", "content": "<image>What?"}, {"role": "assistant", "content": "A square."}]
    write(folder / "data.jsonl", [{"messages": turns, "images": [f"{n}.png"]} for n in range(5)])
    for number in range(5):
        Image.new("RGB", (64, 64), (number, 0, 0)).save(folder / f"{number}.png")
    tags = {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}
    columns = {"messages": "messages", "images": "images"}
    info = {"d": {"file_name": "data.jsonl", "formatting": "sharegpt", "columns": columns, "tags": tags}}
    (folder / "dataset_info.json").write_text(json.dumps(info), "utf-8")
    asked = (folder, "--target", "llama-factory", "--set", "template=glm4")

    said = run("fix", *asked, "--unsafe-fixes", "-o", tmp_path / "out")
    checked = run(*asked)

    assert "5 records read = 5 written + 0 dropped" in said
    assert "error[too-many-images] IMG018  5" in said
    assert "unsafe-fixes" not in run("fix", *asked, "--diff")
    assert "set the template of the vision model" in checked
    assert "glm-lint fix" not in checked


def calling(arguments: Any) -> list[dict[str, Any]]:
    """A conversation that calls a tool as OpenAI writes it."""
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": arguments}}
    return [
        {"role": "user", "content": "How cold is Oslo?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "-3"},
        {"role": "assistant", "content": "-3 degrees."},
    ]


TOOL = {"type": "function", "function": {"name": "weather", "description": "", "parameters": {"type": "object"}}}


def test_arguments_given_as_json_text_become_objects_for_trl_and_texts_that_are_none_stay(tmp_path: Path) -> None:
    texts = ['{"city": "奥斯陆"}', "[1]", "Oslo", "{}"]
    source = write(tmp_path / "train.jsonl", [{"messages": calling(text), "tools": [TOOL]} for text in texts])

    said = run("fix", source, "--target", "trl", "-o", tmp_path / "out")

    given = [
        row["messages"][1]["tool_calls"][0]["function"]["arguments"] for row in read(tmp_path / "out" / "train.jsonl")
    ]
    assert given == [{"city": "奥斯陆"}, "[1]", "Oslo", {}], said
    assert "fixed     arguments-as-object  2 records" in said
    assert "error[arguments-form-wrong] TOOL003  2" in said
    assert "--unsafe-fixes drops these records" in said


def test_arguments_given_as_json_text_are_offered_a_safe_repair_that_leaves_nothing(tmp_path: Path) -> None:
    source = write(tmp_path / "in" / "train.jsonl", [{"messages": calling('{"city": "Oslo"}'), "tools": [TOOL]}] * 3)

    assert "glm-lint fix" in run(source, "--target", "trl")
    assert "drops" not in run("fix", source, "--target", "trl", "-o", tmp_path / "out")
    assert "arguments-form-wrong" not in run(tmp_path / "out", "--target", "trl")


def test_arguments_given_as_json_text_stay_so_for_a_trainer_that_takes_the_text(tmp_path: Path) -> None:
    source = write(tmp_path / "train.jsonl", [{"messages": calling('{"city": "Oslo"}'), "tools": json.dumps([TOOL])}])

    run("fix", source, "--target", "ms-swift", "-o", tmp_path / "out")

    assert (tmp_path / "out" / "train.jsonl").read_bytes() == source.read_bytes()


def test_an_absolute_path_in_the_wrong_case_is_written_as_the_file_is_called_and_stays_absolute(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "images").mkdir(parents=True)
    Image.new("RGB", (64, 64)).save(folder / "images" / "004.png")
    turns = [{"role": "user", "content": "x", "image": str(folder / "images" / "004.PNG")}]
    answer = {"role": "assistant", "content": "A square."}
    write(folder / "train.jsonl", [{"messages": [*turns, answer]}])

    offered = run(folder, "--target", "glm-4v")
    said = run("fix", folder, "--target", "glm-4v", "-o", tmp_path / "out")

    assert "error[image-name-mismatch]" in offered
    assert "glm-lint fix" in offered
    assert "path-as-on-disk  1 record" in said
    fixed = read(tmp_path / "out" / "train.jsonl")[0]["messages"][0]["image"]
    assert fixed == str(folder / "images" / "004.png")


def test_a_path_below_the_named_image_root_is_respelt_from_there(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "pictures").mkdir(parents=True)
    Image.new("RGB", (64, 64)).save(folder / "pictures" / "Cat.png")
    turns = [{"role": "user", "content": "x", "image": "cat.PNG"}, {"role": "assistant", "content": "A cat."}]
    write(folder / "train.jsonl", [{"messages": turns}])

    said = run("fix", folder, "--target", "glm-4v", "--image-root", folder / "pictures", "-o", tmp_path / "out")

    assert read(tmp_path / "out" / "train.jsonl")[0]["messages"][0]["image"] == "Cat.png", said
    assert "no findings" in said
    assert (tmp_path / "out" / "pictures" / "Cat.png").is_file()


def test_diff_says_of_what_no_repair_reaches_that_the_records_can_be_dropped_as_writing_does(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "x", "image": "Cat.png"}, {"role": "assistant", "content": "A cat."}]
    write(tmp_path / "in" / "train.jsonl", [{"messages": turns}])
    (tmp_path / "in" / "pictures").mkdir()
    Image.new("RGB", (64, 64)).save(tmp_path / "in" / "Cat.png")
    asked = ("fix", tmp_path / "in", "--target", "glm-4v", "--image-root", tmp_path / "in" / "pictures")

    looked = run(*asked, "--diff")
    written = run(*asked, "-o", tmp_path / "out")

    left = [line for text in (looked, written) for line in text.splitlines() if "[image-missing]" in line]
    assert len(left) == 2, looked + written
    assert all(line.endswith("; --unsafe-fixes drops these records") for line in left), left


def test_check_and_fix_call_the_trainer_by_the_same_word_in_chinese(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "你好。"}]
    source = write(tmp_path / "train.jsonl", [{"messages": turns}])

    for words in ((source,), ("fix", source, "--diff")):
        assert "目标 glm-4（--target）" in run(*words, "--target", "glm-4", lang="zh").replace(" (", "（").replace(
            ")", "）"
        )


def test_arguments_in_parquet_keep_their_text_because_an_object_there_would_lose_keys(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [{"messages": calling(text), "tools": json.dumps([TOOL])} for text in ('{"city": "Oslo"}', '{"days": 3}')]
    (tmp_path / "in").mkdir()
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in" / "train.parquet")

    offered = run(tmp_path / "in", "--target", "trl")
    said = run("fix", tmp_path / "in", "--target", "trl", "-o", tmp_path / "out")

    written = pq.read_table(tmp_path / "out" / "train.parquet").to_pylist()
    given = [row["messages"][1]["tool_calls"][0]["function"]["arguments"] for row in written]
    assert given == ['{"city": "Oslo"}', '{"days": 3}'], said
    assert "glm-lint fix" not in offered or "--unsafe-fixes" in offered
