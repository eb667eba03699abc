"""glm-lint fix --to: from one trainer's form to another's and back, with every learned character and every image."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glm_schema_lint.cli import main
from glm_schema_lint.config.mapping import read_mapping
from glm_schema_lint.fix.convert import DIALECTS, CannotCarryError, Convert
from glm_schema_lint.fix.convert.read import Reader
from glm_schema_lint.fix.convert.run import stanza
from glm_schema_lint.fix.convert.talk import Call, Picture, Said, Talk
from glm_schema_lint.record import Split
from glm_schema_lint.wording import Text

ROOT = Path(__file__).resolve().parent.parent
GOOD = [
    e for e in tomllib.loads((ROOT / "examples" / "examples.toml").read_text("utf-8"))["example"]
    if not e.get("rule") and "tokenized" not in e["path"]
]  # fmt: skip
TALK = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]
CALM = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
"""How fast a machine draws examples says nothing about them."""
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(lambda t: "<image>" not in t)
PICTURES = st.builds(Picture, st.sampled_from(["a.png", "images/b.jpg", "c d/é.webp"]))
CALLS = st.builds(
    Call, st.sampled_from(["now", "天气"]), st.dictionaries(TEXT, TEXT | st.integers() | st.none(), max_size=2)
)
TOOLS = st.none() | st.lists(
    st.fixed_dictionaries({"type": st.just("function"), "function": st.fixed_dictionaries({"name": TEXT, "parameters": st.just({"type": "object", "properties": {}})})}),
    min_size=1, max_size=2,
)  # fmt: skip


@st.composite
def talks(draw: st.DrawFn, pictures: int = 3, called: bool = True) -> Talk:
    """Turns that every trainer takes: system or not, then questions and answers, some of them through a call."""
    turns = [Said("system", [draw(TEXT)])] if draw(st.booleans()) else []
    left = pictures
    for _ in range(draw(st.integers(1, 3))):
        shown = draw(st.lists(PICTURES, max_size=min(left, 2)))
        left -= len(shown)
        parts: list[Any] = [draw(TEXT), *shown]
        turns.append(Said("user", draw(st.permutations(parts)) if pictures > 1 else [*shown, parts[0]]))
        left = left if pictures > 1 else 0
        if called and draw(st.booleans()):
            turns += [Said("assistant", [], [draw(CALLS)]), Said("result", [draw(TEXT)])]
        turns.append(Said("assistant", [draw(TEXT)]))
    return Talk(
        turns,
        draw(TOOLS) if called else None,
        draw(st.dictionaries(st.sampled_from(["id", "source"]), TEXT, max_size=1)),
    )


def split_for(target: str) -> Split:
    mapping = read_mapping(stanza("x.jsonl", tools=True, images=True)) if target == "llama-factory" else None
    return Split("train", "train", [], DIALECTS[target], mapping=mapping)


def said(talk: Talk) -> Any:
    return (
        [
            (turn.kind, turn.marked(), [p.source for p in turn.pictures], [(c.name, c.arguments) for c in turn.calls])
            for turn in talk.turns
        ],
        talk.tools,
        talk.beside,
    )


def put(talk: Talk, target: str, lost: list[Text]) -> dict[str, Any]:
    """The record of ``talk`` in the form of ``target``."""
    from glm_schema_lint.fix.convert import render

    if target == "trl":
        return render.trl(talk, lost.append, parts=bool(talk.pictures))
    return {"llama-factory": render.llama_factory, "ms-swift": render.ms_swift, "glm-4v": render.glm_4v}[target](
        talk, lost.append
    )


@pytest.mark.parametrize("there", ["llama-factory", "ms-swift", "trl"])
@pytest.mark.parametrize("here", ["llama-factory", "ms-swift", "trl"])
@CALM
@given(talk=talks())
def test_there_and_back_keeps_every_turn_image_call_and_tool(here: str, there: str, talk: Talk) -> None:
    lost: list[Text] = []
    first = json.loads(json.dumps(put(talk, here, lost)))

    (second,) = Convert(split_for(here), there, lost.append, parts=bool(talk.pictures))(first)
    (back,) = Convert(split_for(there), here, lost.append, parts=bool(talk.pictures))(json.loads(json.dumps(second)))

    assert back == first
    assert said(Reader(split_for(here), lost.append)(back)) == said(talk)
    assert lost == []


@pytest.mark.parametrize("there", ["llama-factory", "ms-swift", "trl"])
@CALM
@given(talk=talks(pictures=1, called=False))
def test_there_and_back_from_glm_4v_keeps_what_is_learned_and_the_image(there: str, talk: Talk) -> None:
    talk.turns = [turn for turn in talk.turns if turn.kind != "system"]
    for turn in talk.turns[1:]:
        turn.parts = [part for part in turn.parts if isinstance(part, str)]
    lost: list[Text] = []
    first = put(talk, "glm-4v", lost)

    (second,) = Convert(split_for("glm-4v"), there, lost.append, parts=bool(talk.pictures))(first)
    (back,) = Convert(split_for(there), "glm-4v", lost.append)(second)

    assert back == first
    assert lost == []


@CALM
@given(talk=talks())
def test_to_glm_4v_either_keeps_all_that_is_learned_or_says_what_it_cannot_carry(talk: Talk) -> None:
    lost: list[Text] = []
    try:
        record = put(talk, "glm-4v", lost)
    except CannotCarryError:
        return
    made = Reader(split_for("glm-4v"), lost.append)(record)
    assert [t.text for t in made.turns if t.kind == "assistant"] == [
        t.text for t in talk.turns if t.kind == "assistant"
    ]
    assert [p.source for p in made.pictures] == [p.source for p in talk.pictures]
    everything = "".join(turn.text for turn in made.turns)
    assert all(turn.text in everything for turn in talk.turns)


def convert(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["fix", *map(str, words), "--lang", "en"], prog_name="glm-lint")


@pytest.mark.parametrize("to", sorted(DIALECTS))
@pytest.mark.parametrize("entry", GOOD, ids=lambda e: e["path"].removeprefix("good/"))
def test_good_examples_have_no_error_in_their_new_form(entry: dict[str, Any], to: str, tmp_path: Path) -> None:
    tools = "tools" in entry["path"]

    run = convert(ROOT / "examples" / entry["path"], *entry.get("args", []), "--to", to, "-o", tmp_path / "out")

    if tools and to == "glm-4v":
        assert run.exit_code == 2
        assert "every record would be dropped" in run.output
        return
    assert run.exit_code == 0, run.output
    report = json.loads((tmp_path / "out.report.json").read_text("utf-8"))
    left = {g["rule"]: g["severity"] for g in report["remaining"]["groups"]}
    assert left.keys() <= {"record-without-image", "modalities-mixed"}, "text beside photos, as in the input"
    assert "error" not in left.values()
    assert report["dropped"] == []
    assert (tmp_path / "out" / "dataset_info.json").is_file() == (to == "llama-factory")


@pytest.mark.parametrize("to", ["llama-factory", "ms-swift", "trl"])
@pytest.mark.parametrize(
    "text",
    ['{"name": "weather", "arguments": {"city": "奥斯陆"}}', '{"name": "weather", "arguments": "{\\"city\\": \\"奥斯陆\\"}"}',
     'weather\n{"city": "奥斯陆"}'],
    ids=["object", "arguments-as-text", "name-above-arguments"],
)  # fmt: skip
def test_a_call_that_an_answer_writes_as_text_becomes_one_where_its_result_follows(
    text: str, to: str, tmp_path: Path
) -> None:
    tool = {"name": "weather", "description": "", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}  # fmt: skip
    system = {"role": "system", "content": "", "tools": [{"type": "function", "function": tool}]}
    asked, answer = {"role": "user", "content": "How cold?"}, {"role": "assistant", "content": "-3 degrees."}
    turns = [system, asked, {"role": "assistant", "content": text}, {"role": "observation", "content": "-3"}, answer]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "train.jsonl").write_text(json.dumps({"messages": turns}) + "\n")

    run = convert(tmp_path / "in", "--target", "glm-4", "--to", to, "-o", tmp_path / "out")

    report = json.loads((tmp_path / "out.report.json").read_text("utf-8"))
    (row,) = [json.loads(line) for line in (tmp_path / "out" / "train.jsonl").read_text().splitlines()]
    talk = Reader(split_for(to), lambda _: None)(row)
    assert [turn.calls for turn in talk.turns if turn.calls] == [[Call("weather", {"city": "奥斯陆"})]]
    assert [turn.text for turn in talk.turns if turn.kind == "assistant"] == ["", "-3 degrees."]
    assert report["not_carried"] == []
    assert "orphan-tool-result" not in run.output


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("It is cold.", "calls that cannot be read, left as text before their result"),
        ('{"name": "weather", "arguments": [1]}', "calls that cannot be read, left as text before their result"),
        ('{"name": "weather", "arguments": {}, "id": 7}', "key 'id' of a call"),
    ],
)
def test_of_a_call_written_as_text_what_is_not_carried_is_listed(text: str, listed: str, tmp_path: Path) -> None:
    turns = [TALK[0], {"role": "assistant", "content": text}, {"role": "observation", "content": "-3"}, TALK[1]]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "train.jsonl").write_text(json.dumps({"messages": turns}) + "\n")

    convert(tmp_path / "in", "--target", "glm-4", "--to", "ms-swift", "-o", tmp_path / "out")

    report = json.loads((tmp_path / "out.report.json").read_text("utf-8"))
    assert [entry["what"] for entry in report["not_carried"]] == [listed]
    (row,) = [json.loads(line) for line in (tmp_path / "out" / "train.jsonl").read_text().splitlines()]
    assert (row["messages"][1]["content"] == text) == listed.startswith("calls")


def test_json_that_no_result_follows_stays_the_answer_it_is(tmp_path: Path) -> None:
    text = '{"name": "Oslo", "arguments": {}}'
    talk = Reader(split_for("glm-4v"), lambda _: None)({"messages": [TALK[0], {"role": "assistant", "content": text}]})

    assert [(turn.text, turn.calls) for turn in talk.turns] == [("Hi", []), (text, [])]


def test_what_cannot_be_carried_is_listed_and_counted(tmp_path: Path) -> None:
    rows = [
        {"messages": TALK, "images": []},
        {"messages": [{"role": "user", "content": "<image><image>x"}, TALK[1]], "images": ["a.png", "b.png"]},
        {"messages": [{"role": "system", "content": "Be brief."}, *TALK], "videos": ["v.mp4"]},
        {"messages": [{"role": "moderator", "content": "?"}, *TALK]},
        {"messages": [{**TALK[0], "weight": 1}, TALK[1]]},
    ]
    data = tmp_path / "data"
    data.mkdir()
    text = "".join(json.dumps(row) + "\n" for row in rows) + "{broken\n"
    (data / "train.jsonl").write_text(text)

    run = convert(data, "--target", "ms-swift", "--to", "glm-4v", "-o", tmp_path / "out", "--images", "none")

    report = json.loads((tmp_path / "out.report.json").read_text("utf-8"))
    assert report["records"] == {"read": 6, "written": 3, "dropped": 3, "output": 3}
    assert {(d["location"], d["rule"], d["effect"]) for d in report["dropped"]} == {
        ("train.jsonl:2", "too-many-images", "not-carried"),
        ("train.jsonl:4", "role-unknown", "not-carried"),
        ("train.jsonl:6", "line-not-json", "not-carried"),
    }
    listed = {entry["what"]: entry["first"] for entry in report["not_carried"]}
    assert "key 'videos'" in listed
    assert "message key 'weight'" in listed
    assert "the line between system and user text: GLM-4V takes no system message" in listed
    assert "records of several images: GLM-4V takes one" in listed
    assert "not carried key 'videos' 1 record" in " ".join(run.output.split())
    contents = [
        json.loads(line)["messages"][0]["content"]
        for line in (tmp_path / "out" / "train.jsonl").read_text().splitlines()
    ]
    assert contents == ["Hi", "Be brief.\n\nHi", "Hi"]


def test_text_that_says_image_is_not_taken_for_one(tmp_path: Path) -> None:
    record = {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "say <image>"}, {"type": "image"}]},
            TALK[1],
        ],
        "images": ["a.png"],
    }

    with pytest.raises(CannotCarryError, match="texts that say <image>"):
        Convert(split_for("trl"), "llama-factory", [].append)(record)


def test_images_come_along_and_every_split_has_its_stanza(tmp_path: Path) -> None:
    run = convert(ROOT / "examples" / "good" / "glm-4v", "--to", "llama-factory", "-o", tmp_path / "out")

    assert run.exit_code == 0, run.output
    info = json.loads((tmp_path / "out" / "dataset_info.json").read_text("utf-8"))
    assert sorted(info) == ["train", "validation"]
    assert info["train"]["columns"] == {"messages": "conversations", "images": "images"}
    assert info["train"]["tags"]["system_tag"] == "system"
    for line in (tmp_path / "out" / "train.jsonl").read_text("utf-8").splitlines():
        for image in json.loads(line)["images"]:
            assert (tmp_path / "out" / image).is_file()


def test_parquet_becomes_lines_and_unsafe_fixes_judge_by_the_new_trainer(tmp_path: Path) -> None:
    from datasets import Dataset

    rows = [
        {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
        {"conversations": [{"from": "human", "value": "only"}]},
    ]
    (tmp_path / "data").mkdir()
    Dataset.from_list(rows).to_parquet(str(tmp_path / "data" / "train.parquet"))

    run = convert(tmp_path / "data", "--to", "trl", "--unsafe-fixes", "-o", tmp_path / "out")

    made = [json.loads(line) for line in (tmp_path / "out" / "train.jsonl").read_text().splitlines()]
    assert made[0] == {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    report = json.loads((tmp_path / "out.report.json").read_text())
    assert report["records"]["read"] == report["records"]["written"] + len(report["dropped"])
    assert run.exit_code in (0, 1)


def test_tokenized_rows_have_no_text_to_convert(tmp_path: Path) -> None:
    run = convert(ROOT / "examples" / "good" / "tokenized", "--to", "trl", "-o", tmp_path / "out")

    assert run.exit_code == 2
    assert "tokenized rows hold no text to convert" in run.output


def test_the_look_at_a_conversion_names_the_trainer_and_shows_five_records_of_a_file(tmp_path: Path) -> None:
    row = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]}
    for name, count in (("train", 7), ("validation", 2)):
        path = tmp_path / "data" / f"{name}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text((json.dumps(row) + "\n") * count, "utf-8")
    words = ["fix", str(tmp_path / "data"), "--target", "glm-4", "--to", "llama-factory", "--diff", "--lang"]

    run = CliRunner().invoke(main, [*words, "en"], prog_name="glm-lint")

    assert run.exit_code == 1
    assert run.output.count("\n+++ ") == 7
    assert f"… 2 more records of {tmp_path}/data/train.jsonl change" in run.output
    assert "9 records   written in the form of llama-factory" in run.output
    chinese = CliRunner().invoke(main, [*words, "zh"], prog_name="glm-lint").output
    assert "已写成 llama-factory 的格式" in chinese
    assert f"… {tmp_path}/data/train.jsonl 另有 2 条会改变" in chinese


def test_a_conversion_from_records_of_several_trainers_says_how_they_are_read(tmp_path: Path) -> None:
    """Not what is repaired: all of them are written anew."""
    source = ROOT / "examples" / "good" / "sharegpt"

    english = convert(source, "--to", "trl", "-o", tmp_path / "en").output
    words = ["fix", str(source), "--to", "trl", "-o", str(tmp_path / "zh"), "--lang", "zh"]
    chinese = CliRunner().invoke(main, words, prog_name="glm-lint").output

    assert "trainer of the input not known (llama-factory, ms-swift): records are read by their keys" in english
    assert "only what all of them need" not in english
    assert "输入原属哪个训练程序未知（llama-factory、ms-swift）" in chinese
