"""What `rule` and `targets` print for people: within the width, in the language asked for, nothing raw."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from rich.text import Text as Line

from glm_schema_lint import rules, targets
from glm_schema_lint.cli import main
from glm_schema_lint.report.explain import outcomes, page
from glm_schema_lint.report.typeset import inline, prose, wrap
from glm_schema_lint.targets import facts
from glm_schema_lint.wording import Lang

RULES = [pytest.param(rule, id=rule.name) for rule in rules.load()]
LANGS: list[Lang] = ["en", "zh"]
OPTION = re.compile(r"^  (-[^ ]+(?:, --\S+)?)", re.MULTILINE)
LOOSE = re.compile(r"[\u4e00-\u9fff，。；：（）、] [\u4e00-\u9fff，。；：（）、]")
ASCII_MARK = re.compile(r"[\u4e00-\u9fff][,;:!?](?:\s|$|[\u4e00-\u9fff])")


def run(*args: str) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of a run."""
    result = CliRunner(env={"LANG": "C", "LC_ALL": ""}).invoke(main, list(args))
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [80, 100])
def test_a_page_keeps_within_its_width(rule: rules.Rule, lang: Lang, width: int) -> None:
    """No line is wider than the terminal, and none begins with a closing mark."""
    for line in page(rule, lang, width, cases=True):
        assert cell_len(line.plain) <= width, line.plain
        assert not re.match(r"\s*[，。；：！？）、]", line.plain), line.plain


@pytest.mark.parametrize("rule", RULES)
def test_a_chinese_page_is_set_as_chinese(rule: rules.Rule) -> None:
    """Chinese headings, the blocks of the English half, no space inside Chinese and no ASCII mark after it."""
    rows = [line.plain for line in page(rule, "zh", 100)]

    for heading in ("检查什么", "训练时会怎样", "示例", "改成这样"):
        assert heading in rows
    if "```" in rules.page(rule):
        assert any(row.lstrip().startswith("$ glm-lint ") for row in rows)
    for row in rows:
        assert not LOOSE.search(row.strip()), row
        assert not ASCII_MARK.search(row) or "[" in row, row


@pytest.mark.parametrize("rule", [p for p in RULES if p.values[0].family != "LINT"])
@pytest.mark.parametrize("lang", LANGS)
def test_every_trainer_stands_on_the_page(rule: rules.Rule, lang: Lang) -> None:
    """Each trainer is named once, or all of them at once; conditions and evidence are words, not TOML."""
    text = "\n".join(line.plain for line in outcomes(rule, lang, 100))
    named = [name for name in targets.NAMES if re.search(rf"^  {name}(?: |$)", text, re.MULTILINE)]

    assert named == list(targets.NAMES) or re.search("every trainer|所有训练程序", text)
    assert not re.search(r"\bevidence\b|'kind'|; \w+ (?:<|>=)\d", text), text
    assert " | " not in text


def test_outcomes_that_all_trainers_share_are_said_once() -> None:
    """What `datasets` does is no news six times over."""
    rows = [line.plain for line in outcomes(rules.find("not-utf8"), "en", 100)]

    assert rows[0].startswith("  every trainer  crash")
    assert not any(name in row for name in targets.NAMES for row in rows)


def test_versions_and_settings_are_said_in_words() -> None:
    """The window of the labels bug as a person would say it."""
    english = "\n".join(line.plain for line in outcomes(rules.find("eval-labels-missing"), "en", 200))
    chinese = "\n".join(line.plain for line in outcomes(rules.find("eval-labels-missing"), "zh", 200))

    window = "validation records; predict_with_generate is true; transformers before 4.41, or from 4.43 to before 4.47"
    assert window in english
    assert "验证集；predict_with_generate 为 true；transformers 4.41 之前，或 4.43 起、4.47 之前" in chinese


def test_further_cases_are_shown_on_request() -> None:
    """The page ends with how many there are; --cases prints them."""
    assert "--cases" in run("rule", "image-missing")[1]
    code, out, _ = run("rule", "image-missing", "--cases")
    assert code == 0
    assert "Another folder to start at" in out


@pytest.mark.parametrize("name", targets.NAMES)
@pytest.mark.parametrize("lang", LANGS)
def test_a_contract_reads_well(name: str, lang: Lang) -> None:
    """The contract holds the example as it can be copied, the notes, and no word of the code."""
    target = targets.load(name)

    code, out, err = run("targets", name, "--lang", lang)

    assert (code, err) == (0, "")
    for row in target.example.strip().splitlines():
        assert row in out
        out = out.replace(row, "")
    stated = sum(map(len, facts.facts(target).values()))
    assert out.count("· ") == len(target.notes) + stated
    assert not re.search(r"\bNone\b|(?<!-)\bunknown\b| \| |>=", out), out
    assert lang == "zh" or not re.search(r"[，。；：（）]", out), out


def lines(text: str, width: int) -> list[str]:
    """The text wrapped."""
    return [row.plain for row in wrap(Line(text), width)]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        pytest.param("one two three", 8, ["one two", "three"], id="spaces"),
        pytest.param("一二三四五六", 8, ["一二三四", "五六"], id="chinese"),
        pytest.param("一二三四，五六", 8, ["一二三", "四，五六"], id="mark-never-first"),
        pytest.param("一二三（四五）", 8, ["一二三", "（四五）"], id="bracket-never-last"),
        pytest.param("用 datasets 加载", 12, ["用 datasets", "加载"], id="mixed"),
        pytest.param("abcdefghij", 4, ["abcd", "efgh", "ij"], id="one-long-word"),
        pytest.param("abcd efgh", 4, ["abcd", "efgh"], id="space-at-the-edge"),
        pytest.param("", 4, [""], id="empty"),
    ],
)
def test_lines_break_as_both_languages_do(text: str, width: int, expected: list[str]) -> None:
    """Between words, between Chinese characters, never before a closing nor after an opening mark."""
    assert lines(text, width) == expected


def test_prose_joins_the_rows_of_a_paragraph() -> None:
    """A space between English words, none between Chinese characters or between Chinese and Chinese code."""

    def said(markdown: str) -> Iterator[str]:
        return (line.plain for line in prose(markdown, 60, 0))

    assert list(said("one\ntwo")) == ["one two"]
    assert list(said("一二\n三四")) == ["一二三四"]
    assert list(said("- a\n- b")) == ["· a", "· b"]
    assert list(said("| trainer | outcome |\n|---|---|\n| x | dies |")) == ["x        dies"]
    assert inline("写成 `图片` 的 `x` **都**不行").plain == "写成图片的 x 都不行"
    assert inline("a \x1b[31m b").plain == "a \\x1b[31m b"


@pytest.mark.parametrize("name", ["", "check", "rule", "targets", "fields", "schema"])
def test_help_follows_the_reader(name: str) -> None:
    """English, or Chinese by locale or --lang; whole, and within 80 columns."""
    args = [name, "--help"] if name else ["--help"]
    english = CliRunner(env={"LANG": "C", "LC_ALL": "", "COLUMNS": "80"}).invoke(main, args).stdout
    chinese = CliRunner(env={"LANG": "zh_CN.UTF-8", "LC_ALL": "", "COLUMNS": "80"}).invoke(main, args).stdout

    assert english.startswith("Usage: ")
    assert chinese.startswith("用法：")
    assert OPTION.findall(english) == OPTION.findall(chinese) != []
    assert "\\b" not in english
    assert all(cell_len(row) <= 80 for row in (english + chinese).splitlines())
    assert not re.search(r"Options|Commands|default|Show this|Exit codes", chinese)


def test_help_takes_the_language_from_the_arguments() -> None:
    """--lang goes before the locale, on either side of --help."""
    for args in (["--help", "--lang", "zh"], ["check", "--lang=zh", "--help"], ["rule", "--help", "--lang", "zh"]):
        assert run(*args)[1].startswith("用法：")
    result = CliRunner(env={"LANG": "zh_CN.UTF-8", "LC_ALL": ""}).invoke(main, ["check", "--help", "--lang", "en"])
    assert result.stdout.startswith("Usage: ")


def shown(folder: Path, rows: list[object], lang: str, *options: str) -> str:
    """What a check of these records prints."""
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return CliRunner().invoke(main, [str(folder), "--target", "glm-4", "--lang", lang, *options]).stdout


def test_every_different_thing_to_do_is_said(tmp_path: Path) -> None:
    """Two wrong roles are two words to write, in one block."""
    turns = [{"role": "human", "content": "q"}, {"role": "Assistant", "content": "a"}]

    english, chinese = (shown(tmp_path, [{"messages": turns}] * 2, lang) for lang in ("en", "zh"))

    said = "write 'user' for 'human'\n" + " " * 12 + "write 'assistant' for 'Assistant' (roles are case-sensitive)\n"
    assert f"  do        {said}" in english
    assert "把 'Assistant' 改写为 'assistant'（角色区分大小写）\n" in chinese
    assert chinese.count("怎么办    把 'human' 改写为 'user'\n") == 1


def test_a_second_place_stands_below_where_the_line_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line passes 120 columns for the sake of a second address."""
    monkeypatch.chdir(tmp_path)
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    rows: list[object] = [{"messages": turns}] * 2
    long = "a-long-name-" * 5
    for name in ("data", long):
        Path(name).mkdir()

    near, far = (shown(Path(name), rows, "en", "--select", "DUP001").splitlines() for name in ("data", long))

    assert "  data/train.jsonl:2   data/train.jsonl:1 the first of them" in near
    at = far.index(f"  {long}/train.jsonl:2")
    assert far[at + 1] == f"      {long}/train.jsonl:1 the first of them"
