"""Lengths: what is sure without a tokenizer, what a tokenizer adds, and how limits are found."""

from __future__ import annotations

import base64
import json
import pickle
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from glm_schema_lint import lint
from glm_schema_lint.cli import main
from glm_schema_lint.sources.tokenizer import TokenCounter, TokenizerError
from glm_schema_lint.targets import load_all
from glm_schema_lint.targets.tokens import fewest

WORDS = " ".join(["word"] * 100)


def talk(*texts: str, **more: object) -> dict[str, object]:
    roles = ("user", "assistant")
    return {"messages": [{"role": roles[i % 2], "content": text} for i, text in enumerate(texts)], **more}


def write(folder: Path, name: str, *records: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return folder


def groups(folder: object, target: str, **options: object) -> list[tuple[str, str, int]]:
    report = lint(folder, target=target, select=["LEN"], **options).to_dict()
    return [(g["rule"], g["case"] or "", g["findings"]) for g in report["groups"]]


def ranks(folder: Path) -> Path:
    """A tokenizer.model as GLM-4's is laid out: all single bytes, and one merged word."""
    tokens = [bytes([byte]) for byte in range(256)] + [b"wo", b"rd", b"word", b" word"]
    folder.mkdir()
    lines = (f"{base64.b64encode(token).decode()} {rank}\n" for rank, token in enumerate(tokens))
    (folder / "tokenizer.model").write_text("".join(lines), "ascii")
    return folder


@given(st.text(max_size=300))
def test_the_lower_bound_is_never_above_the_bytes(text: str) -> None:
    """A byte is a token at most; a bound above that would be none."""
    assert 0 <= fewest(text) <= len(text.encode("utf-8", "replace"))


@given(st.lists(st.text(alphabet="abcde", min_size=1, max_size=200), min_size=1, max_size=20))
def test_words_apart_are_tokens_apart(words: list[str]) -> None:
    """Each run of letters is one token or more, by the pattern that cuts text before bytes are merged."""
    assert fewest(" ".join(words)) == sum(-(-len(word) // 64) for word in words)


def test_the_lower_bound_holds_for_gpt_style_tokenizers_over_the_pattern() -> None:
    """Against a real byte-pair encoder with GLM-4's pattern and long tokens: text of many kinds."""
    tiktoken = pytest.importorskip("tiktoken")
    from glm_schema_lint.sources.tokenizer import PATTERN

    tokens = [bytes([byte]) for byte in range(256)]
    for size in (2, 4, 8, 16, 32, 64):
        tokens += [letter * size for letter in (b"a", b" ", b"-", b"7")]
    encoder = tiktoken.Encoding(
        "x", pat_str=PATTERN, mergeable_ranks={t: r for r, t in enumerate(tokens)}, special_tokens={}
    )
    texts = [
        "a" * 64,
        "a" * 65,
        "a" * 64 + " " + "a" * 64,
        "7777777",
        "it's",
        "₀a½",
        "---aaaa",
        "a\n\na",
        "e\u0301a",
        "中文，中文",
        " " * 64 + "a",
    ]
    for text in texts:
        assert fewest(text) <= len(encoder.encode(text, disallowed_special=())), text


def test_without_a_limit_no_length_is_judged(tmp_path: Path) -> None:
    """A trainer's own default is not the user's setting: nothing is reported, and the report says so."""
    folder = write(tmp_path / "data", "train.jsonl", talk(WORDS * 50, "Yes."))

    for target in load_all():
        assert groups(folder, target.name) == []
    said = lint(folder, target="trl").to_dict()["not_checked"][0]
    assert said == "token lengths (no --tokenizer; no limit is known: --max-length N; max_length=1024 unless set)"


def test_the_limits_of_a_finetune_yaml_are_used(tmp_path: Path) -> None:
    """max_input_length and max_output_length of the GLM-4 scripts: 512 and 512 as they ship, and one more."""
    write(tmp_path, "train.jsonl", talk("word " * 1020, "Yes, yes."), talk("word " * 1021, "Yes."))
    (tmp_path / "lora.yaml").write_text(
        "data_config:\n  train_file: train.jsonl\nmax_input_length: 512\nmax_output_length: 512\ncombine: true\n",
        "utf-8",
    )

    report = lint(tmp_path / "lora.yaml", target="glm-4", select=["LEN"]).to_dict()

    assert report["settings"]["max_input_length"] == {"value": 512, "source": "lora.yaml"}
    assert [(g["rule"], g["examples"][0]["line"]) for g in report["groups"]] == [
        ("answer-beyond-limit", 2),
        ("record-over-limit", 1),
    ]
    assert "surely over the limit" in report["not_checked"][0]


def test_max_length_comes_before_what_a_config_says(tmp_path: Path) -> None:
    """--max-length is the limit whatever it is called, and stands in the report."""
    folder = write(tmp_path / "data", "train.jsonl", talk("Hi", WORDS))

    assert groups(folder, "trl", settings={"max_length": 50}) == [("record-over-limit", "", 1)]
    assert groups(folder, "trl", settings={"max_length": 50}, max_length=500) == []
    report = lint(folder, target="trl", max_length=50).to_dict()
    assert report["settings"]["max_length"] == {"value": 50, "source": "--max-length"}


def test_images_of_one_record_add_up(tmp_path: Path) -> None:
    """Two images of 1,600 tokens go beyond 2,048, one does not; the size is read from the header."""
    Image.new("L", (1120, 1120)).save(tmp_path / "wall.png")
    one, two = ["wall.png"], ["wall.png", "wall.png"]
    write(tmp_path, "train.jsonl", talk("a", "b", images=one), talk("a", "b", images=two))

    report = lint(tmp_path, target="trl", select=["LEN"], max_length=2048).to_dict()

    assert [(g["rule"], g["examples"][0]["location"]) for g in report["groups"]] == [
        ("image-tokens-cut", "train.jsonl:2#/images/1")
    ]
    assert groups(tmp_path, "trl", max_length=2048, images="exists") == []


def test_a_record_of_parquet_is_measured_too(tmp_path: Path) -> None:
    """Rows without a text of their own go the same way."""
    import datasets

    datasets.Dataset.from_list([talk("Hi", WORDS), talk("Hi", "Ho")]).to_parquet(str(tmp_path / "train.parquet"))

    assert groups(tmp_path, "trl", max_length=60) == [("record-over-limit", "", 1)]


def test_any_number_of_workers_and_shards_says_the_same_of_dominating_records(tmp_path: Path) -> None:
    """Sizes merge in order over files."""
    write(tmp_path, "train-00000-of-00002.jsonl", *[talk(f"q{i}", "a") for i in range(80)])
    write(tmp_path, "train-00001-of-00002.jsonl", *[talk(f"r{i}", "a") for i in range(80)], talk("q", WORDS * 20))

    reports = [lint(tmp_path, target="glm-4", select=["record-dominates"], jobs=jobs).to_dict() for jobs in (1, 2)]

    assert reports[0] == reports[1]
    assert [g["examples"][0]["location"] for g in reports[0]["groups"]] == ["train-00001-of-00002.jsonl:81"]


def test_even_records_never_dominate(tmp_path: Path) -> None:
    """A long tail, as real data have it, is no finding."""
    folder = write(tmp_path / "data", "train.jsonl", *[talk(f"q{i}", "word " * (i + 1)) for i in range(300)])

    assert groups(folder, "glm-4") == []


def test_a_tokenizer_counts_what_the_bound_cannot(tmp_path: Path) -> None:
    """Chinese without blanks: one token by the bound, many by bytes. The line of what is not checked goes away."""
    pytest.importorskip("tiktoken")
    folder, model = write(tmp_path / "data", "train.jsonl", talk("Hi", "中" * 60)), ranks(tmp_path / "model")

    assert groups(folder, "trl", max_length=50) == []
    assert groups(folder, "trl", max_length=50, tokenizer=model) == [("record-over-limit", "", 1)]
    report = lint(folder, target="trl", max_length=50, tokenizer=model).to_dict()
    assert not any("token lengths" in line for line in report["not_checked"])
    report = lint(folder, target="trl", tokenizer=model).to_dict()
    assert report["not_checked"][0] == "token lengths (no limit is known: --max-length N; max_length=1024 unless set)"


def test_a_tokenizer_json_is_read_by_its_own_package(tmp_path: Path) -> None:
    """The file of every later model."""
    tokenizers = pytest.importorskip("tokenizers")
    core = tokenizers.Tokenizer(tokenizers.models.WordLevel({"word": 0, "[UNK]": 1}, unk_token="[UNK]"))
    core.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    core.save(str(tmp_path / "tokenizer.json"))

    counter = TokenCounter(tmp_path)

    assert counter("word word, word") == 4
    assert pickle.loads(pickle.dumps(counter))("word word") == 2


def test_ranks_are_read_and_sentencepiece_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """GLM-4's tokenizer.model is text; ChatGLM3's file of the same name is not."""
    pytest.importorskip("tiktoken")
    assert TokenCounter(ranks(tmp_path / "glm"))("word word") == 2
    (tmp_path / "tokenizer.model").write_bytes(b"\n\x0e\n\x05<unk>\x15\x00\x00\x00\x00\x18\x02\n")

    with pytest.raises(TokenizerError, match="SentencePiece"):
        TokenCounter(tmp_path)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_folder_without_a_tokenizer_is_one_sentence_and_exit_2(tmp_path: Path, lang: str) -> None:
    """No traceback, in either language."""
    folder = write(tmp_path / "data", "train.jsonl", talk("Hi", "Ho"))

    result = CliRunner().invoke(main, [str(folder), "--tokenizer", str(tmp_path), "--lang", lang])

    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "tokenizer.json" in result.stderr


def test_measuring_never_says_more_than_a_real_encoder_counts(tmp_path: Path) -> None:
    """What is reported without a tokenizer is reported with one."""
    pytest.importorskip("tiktoken")
    model = ranks(tmp_path / "model")
    texts = ["word " * 30, "中文" * 30, "1234567 " * 20, "a" * 500, "x-y_z " * 20]
    folder = write(tmp_path / "data", "train.jsonl", *[talk(q, a) for q in texts for a in texts])

    for limit in (20, 60, 40):
        sure = lint(folder, target="glm-4v", select=["LEN"], max_length=limit, examples=100).to_dict()
        counted = lint(
            folder, target="glm-4v", select=["LEN"], max_length=limit, examples=100, tokenizer=model
        ).to_dict()
        lines = [{e["line"] for g in report["groups"] for e in g["examples"]} for report in (sure, counted)]
        assert lines[0] <= lines[1]
    assert lines[0]


def test_a_report_says_that_nothing_inside_prompt_and_completion_is_looked_at(tmp_path: Path) -> None:
    said = "roles, texts and lengths inside prompt and completion"
    bot = {"prompt": [{"role": "user", "content": "a"}], "completion": [{"role": "bot", "content": "b"}]}
    pairs = write(tmp_path / "pairs", "train.jsonl", bot)
    assert lint(pairs, target="trl", max_length=100).to_dict()["not_checked"] == [said]
    assert (
        said
        in lint(write(tmp_path / "texts", "train.jsonl", {"prompt": "a", "completion": "b"})).to_dict()["not_checked"]
    )
    chinese = CliRunner().invoke(main, [str(pairs), "--target", "trl", "--lang", "zh"]).output
    assert "没有检查  prompt 和 completion 里面的角色、文字和长度" in chinese
    talks = write(tmp_path / "talks", "train.jsonl", talk("a", "b"))
    assert said not in lint(talks, target="trl").to_dict()["not_checked"]
    assert said not in lint(pairs, target="glm-4").to_dict()["not_checked"]


def test_the_limit_that_a_trainer_takes_by_itself_is_said_where_none_is_named(tmp_path: Path) -> None:
    """TRL cuts at 1,024 unless it is told otherwise: not judged, as the config is not at hand, and not kept silent."""
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    (tmp_path / "train.jsonl").write_text(json.dumps({"messages": turns}) + "\n", "utf-8")

    said = {name: str(lint(tmp_path, target=name).to_dict()["not_checked"]) for name in ("trl", "ms-swift")}
    several = lint(tmp_path).to_dict("zh")["not_checked"]

    assert "max_length=1024 unless set" in said["trl"]
    assert "unless set" not in said["ms-swift"]
    assert any("trl max_length=1024" in one for one in several)
