"""Trainers as data: their notes and examples, versions in words and windows, how outcomes are judged and inherited."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pages
import pytest
from click.testing import CliRunner

from glm_schema_lint import targets
from glm_schema_lint.cli import main
from glm_schema_lint.targets import Target
from glm_schema_lint.targets.versions import Version, in_words, may_hold, possible

CJK = re.compile(r"[\u4e00-\u9fff]")
ALL = [pytest.param(target, id=target.name) for target in targets.load_all()]
RELEASES = ["4.40.2", "4.42.4", "4.44.2", "4.46.3", "4.47.1"]


def write_example(target: Target, folder: Path) -> None:
    """The example of a target as a dataset, with the images it names."""
    (folder / f"train{(target.files.train_suffix or ['.jsonl'])[0]}").write_text(target.example, "utf-8")
    for name in set(re.findall(r'"([^"]+\.png)"', target.example)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(pages.draw(["png", "64x48", "RGB"], []))


def lint(folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """(exit code, JSON report) of a run."""
    result = CliRunner().invoke(main, [str(folder), "--format", "json", *options])
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.parametrize("target", ALL)
def test_notes_are_said_in_both_languages_and_name_their_source(target: Target) -> None:
    """Each note is there twice, cites the trainer's code, and few are printed on every check."""
    assert target.notes
    for note in target.notes:
        assert CJK.search(note.zh), note
        assert not CJK.search(note.en), note
        assert note.source, note
    assert sum(note.brief for note in target.notes) <= 2


@pytest.mark.parametrize("target", ALL)
def test_the_example_trains_well(target: Target, tmp_path: Path) -> None:
    """Linted by its own contract the example has no finding, not even a note of severity info."""
    write_example(target, tmp_path)

    code, report = lint(tmp_path, "--target", target.name, "--fail-on", "info", "--images", "decode")

    assert [group["rule"] for group in report["groups"]] == []
    assert code == 0


def test_the_stanza_in_the_note_reads_the_example_of_llama_factory(tmp_path: Path) -> None:
    """The dataset_info.json that the note gives is the one the example needs."""
    target = targets.load("llama-factory")
    write_example(target, tmp_path)
    stanza = next(match[0] for note in target.notes if (match := re.search(r'\{"demo".*\}', note.en)))
    (tmp_path / "dataset_info.json").write_text(stanza, "utf-8")

    code, report = lint(tmp_path, "--fail-on", "info")

    assert (code, report["groups"]) == (0, [])
    assert report["target"]["name"] == "llama-factory"


def test_brief_notes_stand_under_raw_records_only(tmp_path: Path) -> None:
    """What a script makes of raw records is no news about rows that are tokenized already."""
    target = targets.load("glm-4v")
    brief = [note.en for note in target.notes if note.brief]
    write_example(target, tmp_path)
    tokenized = tmp_path / "tokenized"
    tokenized.mkdir()
    (tokenized / "train.jsonl").write_text(targets.load("hf-trainer").example, "utf-8")

    assert brief
    assert set(brief) <= set(lint(tmp_path / "train.jsonl", "--target", "glm-4v")[1]["notes"])
    assert not set(brief) & set(lint(tokenized, "--target", "glm-4v")[1]["notes"])


@pytest.mark.parametrize(
    ("ranges", "version", "expected"),
    [
        pytest.param(["<4.41"], "4.40.2", (True, True), id="exact-inside"),
        pytest.param(["<4.41"], "4.41.0", (False, True), id="exact-at-the-border"),
        pytest.param(["<4.41", ">=4.43,<4.47"], "4.44.2", (True, True), id="exact-in-the-second-range"),
        pytest.param(["<4.41", ">=4.43,<4.47"], "4.42.4", (False, True), id="exact-between-the-ranges"),
        pytest.param([">=4.47"], "4.47.0.dev0", (False, True), id="exact-before-its-release"),
        pytest.param([">=4.43,<4.47"], ">=4.43,<4.47", (True, True), id="range-inside"),
        pytest.param([">=4.43,<4.47"], ">=4.40", (True, False), id="range-across"),
        pytest.param(["<4.41"], ">=4.46", (False, True), id="range-outside"),
        pytest.param([">=4.43,<4.47"], None, (True, False), id="unknown-may-hold"),
        pytest.param([">=9"], None, (False, True), id="unknown-cannot-hold"),
    ],
)
def test_may_hold(ranges: list[str], version: str | None, expected: tuple[bool, bool]) -> None:
    """Exact versions settle it; ranges and unknown versions may leave it open."""
    known = Version(version, "test") if version else None

    assert may_hold(ranges, known, ">=4.40", RELEASES) == expected


def test_an_unknown_version_never_leaves_what_the_target_requires() -> None:
    """The worst case is looked for inside the requirement."""
    assert may_hold(["<4.41"], None, ">=4.46.2", RELEASES) == (False, True)
    assert may_hold(["<4.47"], None, ">=4.46.2", RELEASES) == (True, False)


def test_possible_looks_between_the_known_releases() -> None:
    """A window that falls between two listed releases may hold; one outside the requirement may not."""
    assert possible([">=4.41,<4.42"], "", RELEASES)
    assert possible([">=4.47"], ">=4.46.2", RELEASES)
    assert not possible([">=4.7"], ">=2.16.0,<=4.0.0", ["2.20.0", "4.0.0", "4.8.4"])


@pytest.mark.parametrize(
    ("ranges", "english", "chinese"),
    [
        (["<4.41"], "before 4.41", "4.41 之前"),
        ([">=4.47"], "4.47 and later", "4.47 及以后"),
        (["<=4.0.0"], "up to 4.0.0", "4.0.0 及以前"),
        ([">=4.43,<4.47"], "from 4.43 to before 4.47", "4.43 起、4.47 之前"),
        ([">=2.16,<=4.0"], "from 2.16 to 4.0", "2.16 到 4.0"),
        (["<4.41", ">=4.43,<4.47"], "before 4.41, or from 4.43 to before 4.47", "4.41 之前，或 4.43 起、4.47 之前"),
        (["==4.40.0"], "4.40.0 and no other", "只能是 4.40.0"),
        (["!=4.43"], "!=4.43", "!=4.43"),
    ],
)
def test_ranges_in_words(ranges: list[str], english: str, chinese: str) -> None:
    """Ranges are said as people say them, in both languages."""
    assert in_words(ranges) == (english, chinese)


def target(**fields: Any) -> Target:
    """A small target."""
    return Target.model_validate({"name": "t", "releases": {"transformers": RELEASES}, **fields})


def line(effect: str, **more: Any) -> dict[str, Any]:
    """An outcome line."""
    return {"effect": effect, "stage": "map", "source": "x.py:1", **more}


def test_judge_puts_the_worst_that_may_hold_first() -> None:
    """By severity, then effect; what is ruled out stands last and is marked."""
    contract = target(
        outcomes={
            "r": [
                line("slow"),
                line("corrupt"),
                line("crash", evidence="inferred"),
                line("drop"),
                line("crash", when={"transformers": "<4.41"}),
            ]
        }
    )

    found = contract.judge("r", "", "train", {"transformers": Version("4.46.3", "test")}, {})

    assert [(o.effect.value, o.severity.value, o.holds) for o in found] == [
        ("drop", "error", True),
        ("corrupt", "error", True),
        ("crash", "warning", True),
        ("slow", "warning", True),
        ("crash", "error", False),
    ]


def test_judge_is_empty_where_nothing_can_hold() -> None:
    """A defect that no version or setting in use lets happen is no finding."""
    contract = target(outcomes={"r": [line("crash", when={"transformers": "<4.41"})]})

    assert contract.judge("r", "", "train", {"transformers": Version("4.47.1", "test")}, {}) == ()
    assert contract.judge("r", "", "train", {}, {}) != ()
    assert contract.judge("other", "", "train", {}, {}) == ()


def test_judge_asks_for_the_kind_of_split() -> None:
    """An outcome of evaluation says nothing about training records."""
    late, early = line("crash", when={"kind": ["eval", "test"]}), line("slow", when={"kind": ["train"]})
    contract = target(outcomes={"r": [late, early]})

    assert [o.effect.value for o in contract.judge("r", "", "eval", {}, {})] == ["crash"]
    assert [o.effect.value for o in contract.judge("r", "", "train", {}, {})] == ["slow"]


def test_judge_asks_for_settings_and_takes_their_defaults() -> None:
    """A setting that nobody named stands at the trainer's default; a list means any of its values."""
    contract = target(
        settings={"combine": {"default": True}, "template": {"default": "unknown"}},
        outcomes={"r": [line("crash", when={"combine": False}), line("slow", when={"template": ["glm4v", "unknown"]})]},
    )

    assert [o.effect.value for o in contract.judge("r", "", "train", {}, {})] == ["slow"]
    assert [o.effect.value for o in contract.judge("r", "", "train", {}, {"combine": False})] == ["crash", "slow"]
    assert contract.judge("r", "", "train", {}, {"template": "glm4"}) == ()


def test_judge_says_when_a_version_is_not_known() -> None:
    """The worst case is assumed, and said to be."""
    contract = target(outcomes={"r": [line("crash", when={"transformers": ["<4.41", ">=4.43,<4.47"]})]})

    (unknown,) = contract.judge("r", "", "train", {}, {})
    (known,) = contract.judge("r", "", "train", {"transformers": Version("4.46.3", "test")}, {})

    assert (unknown.holds, unknown.known) == (True, False)
    assert (known.holds, known.known) == (True, True)
    assert known.when == (("transformers", "<4.41 or >=4.43,<4.47"),)


def test_a_case_has_its_own_outcome_or_that_of_its_rule() -> None:
    """``rule:case`` goes before ``rule``; a case may be excused alone."""
    contract = target(
        outcomes={"r": [line("slow")], "r:bad": [line("crash")]},
        not_applicable={"it is read anyway | 反正会读": ["r:fine"]},
    )

    assert contract.judge("r", "bad", "train", {}, {})[0].effect == "crash"
    assert contract.judge("r", "other", "train", {}, {})[0].effect == "slow"
    assert contract.judge("r", "fine", "train", {}, {}) == ()
    assert contract.why_not("r", "fine") == ("it is read anyway", "反正会读")
    assert contract.why_not("r") is None


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of TOML files that targets are read from."""
    monkeypatch.setattr(targets, "files", lambda _package: tmp_path)
    monkeypatch.setattr(targets, "_parse", targets._parse.__wrapped__)
    monkeypatch.setattr(targets, "NAMES", ("child",))
    (tmp_path / "parent.toml").write_text(
        'name = "parent"\nrequires = { datasets = ">=2" }\n[image]\nwhere = "list"\nmax = 3\n'
        '[settings]\nseed = { default = 1 }\n[[notes]]\nen = "a"\nzh = "甲"\n[outcomes]\n'
        'kept = { effect = "crash", stage = "load" }\n"kept:odd" = { effect = "slow", stage = "load" }\n'
        'changed = { effect = "crash", stage = "load" }\nexcused = { effect = "crash", stage = "load" }\n'
        '"excused:odd" = { effect = "slow", stage = "load" }\n[not_applicable]\n"never here | 这里没有" = ["absent"]\n',
        "utf-8",
    )
    return tmp_path


def child(house: Path, text: str) -> Target:
    """The target ``child`` of ``parent``, read past the cache."""
    (house / "child.toml").write_text('name = "child"\nextends = ["parent"]\n' + text, "utf-8")
    return targets.load.__wrapped__("child")


def test_a_child_inherits_and_overrides(house: Path) -> None:
    """Tables merge key by key, an outcome is replaced whole, notes add up."""
    made = child(
        house,
        'requires = { transformers = ">=4" }\n[image]\nmax = 1\n[settings]\nseed = { default = 2 }\n'
        '[[notes]]\nen = "b"\nzh = "乙"\n[outcomes]\nchanged = { effect = "none" }\n',
    )

    assert (made.image.where, made.image.max) == ("list", 1)
    assert made.requires == {"datasets": ">=2", "transformers": ">=4"}
    assert made.settings["seed"].default == 2
    assert [note.en for note in made.notes] == ["a", "b"]
    assert [line.effect for line in made.lines("changed", "")] == ["none"]
    assert [line.effect for line in made.lines("kept", "odd")] == ["slow"]
    assert made.why_not("absent") == ("never here", "这里没有")


def test_an_excuse_of_the_child_goes_before_an_outcome_of_the_parent(house: Path) -> None:
    """What does not apply here is gone with all its cases."""
    made = child(house, '[not_applicable]\n"not read | 不读取" = ["excused"]\n')

    assert not made.applies("excused")
    assert made.judge("excused", "odd", "train", {}, {}) == ()
    assert made.why_not("excused") == ("not read", "不读取")
    assert made.applies("kept")


def test_a_target_nobody_knows_is_refused() -> None:
    """The name is the error."""
    with pytest.raises(KeyError, match="glm-9"):
        targets.load("glm-9")


@pytest.mark.parametrize(
    ("name", "turn", "reads"),
    [
        pytest.param("train.json", ("role", "content"), True, id="role-and-content"),
        pytest.param("train.jsonl", ("role", "content"), False, id="an-ending-it-refuses"),
        pytest.param("train.json", ("from", "value"), False, id="from-and-value"),
    ],
)
def test_conversations_are_for_chatglm3_if_it_can_read_them(
    tmp_path: Path, name: str, turn: tuple[str, str], reads: bool
) -> None:
    """Without a target named it is a candidate for what its script opens, and for nothing else."""
    said = [("user", "Hi"), ("assistant", "Hello")]
    row = {"conversations": [dict(zip(turn, pair, strict=True)) for pair in said]}
    (tmp_path / name).write_text(json.dumps(row) + "\n", "utf-8")

    report = lint(tmp_path)[1]

    assert ("chatglm3" in report["target"]["candidates"]) is reads
