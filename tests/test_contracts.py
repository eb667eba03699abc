"""Contracts: every fact has a source and both languages, holds for settings and versions that exist, and reads as JSON too."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from glm_schema_lint import rules, targets
from glm_schema_lint.cli import main
from glm_schema_lint.finding import Effect
from glm_schema_lint.report import contract
from glm_schema_lint.targets import Target, facts
from glm_schema_lint.targets.versions import may_hold

CJK = re.compile(r"[\u4e00-\u9fff]")
ALL = [pytest.param(target, id=target.name) for target in targets.load_all()]
PLACED = re.compile(r"[\w/-]+\.(py|md|json|yaml)\b|chat_template of|README at|train/")
"""A file, or what a checkpoint carries."""
NEVER_FINDINGS = {
    "combine-leaks-the-answer": ("glm-4", "With combine: true"),
    "end-token-never-trained": ("glm-4v", "The end token is never trained"),
    "tool-results-trained": ("chatglm3", "What comes back from a tool is trained"),
    "every-token-trained": ("trl", "With messages every token is trained"),
    "squeezed-to-1120": ("glm-4v", "Every image is squeezed to 1120 x 1120"),
}
"""What a script does to every dataset: said of the trainer, never of the data."""


def printed(*words: str) -> Any:
    """What ``glm-lint targets`` prints as JSON."""
    result = CliRunner().invoke(main, ["targets", *words, "--format", "json"])
    assert result.exit_code == 0
    return json.loads(result.stdout)


@pytest.mark.parametrize("target", ALL)
def test_every_fact_names_its_source_and_is_said_in_both_languages(target: Target) -> None:
    """The source is a file of the trainer, or what its checkpoint carries."""
    known = facts.facts(target)

    assert known
    for fact in (fact for listed in known.values() for fact in listed):
        assert PLACED.search(fact.source), fact
        assert not CJK.search(fact.source), fact
        assert fact.text.en != fact.text.zh, fact
        assert CJK.search(fact.text.zh), fact
        assert not CJK.search(fact.text.en), fact


@pytest.mark.parametrize("target", ALL)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_shown_of_a_topic_has_a_fact_behind_it(target: Target, lang: Any) -> None:
    """No line on roles, files, images ... without a source under it."""
    shown = list(contract.topics(target, lang))

    assert [topic for topic, _, _ in shown] == [
        topic for topic in facts.TOPICS if topic in dict.fromkeys(t for t, _, _ in shown)
    ]
    for topic, held, known in shown:
        assert known, (topic, held)


@pytest.mark.parametrize("target", ALL)
def test_facts_hold_for_settings_and_packages_that_exist(target: Target) -> None:
    """A condition names a setting of the trainer or a package whose releases are known, and reads as words."""
    for fact in (fact for listed in facts.facts(target).values() for fact in listed):
        for key, wanted in fact.when.items():
            assert key in target.settings or key in target.releases, fact
            if key in target.releases:
                values = wanted if isinstance(wanted, list) else [wanted]
                assert any(may_hold([one], None, "", target.releases[key])[0] for one in values), fact
        assert bool(fact.condition(target).en) is bool(fact.when)


def test_topics_are_those_that_are_printed() -> None:
    """A file of facts with a topic nobody prints would be lost, and so would a file of no target."""
    parents = {parent for target in targets.load_all() for parent in target.extends}
    for file in files(facts.__package__).iterdir():
        if file.name.endswith(".toml"):
            name = file.name.removesuffix(".toml")
            assert name in {*targets.NAMES, *parents}
            assert set(facts._read(name)) <= set(facts.TOPICS), name


def test_a_fact_without_a_source_is_no_fact() -> None:
    """The source may be neither absent nor empty."""
    for wrong in ({"say": "A | 甲"}, {"say": "A | 甲", "source": ""}):
        with pytest.raises(ValidationError):
            facts.Fact.model_validate(wrong)


@pytest.mark.parametrize(("name", "begins"), [pytest.param(*said, id=id_) for id_, said in NEVER_FINDINGS.items()])
def test_what_holds_for_every_dataset_is_a_note(name: str, begins: str) -> None:
    """Such facts are printed with the contract and reported of no record: the example, which they hold for, is clean."""
    assert any(note.en.startswith(begins) and note.source for note in targets.load(name).notes)


@pytest.mark.parametrize("target", ALL)
def test_defects_are_listed_by_what_they_come_to(target: Target) -> None:
    """Every rule that can hurt is listed under each of its effects, worst first; those that cannot are not."""
    listed = contract.effects(target)
    hurts = {
        (line.effect, key.partition(":")[0])
        for key, lines in target.outcomes.items() for line in lines if line.effect is not Effect.NONE
    }  # fmt: skip

    assert {(effect, name) for effect, stages in listed.items() for names in stages.values() for name in names} == hurts
    assert [effect.rank for effect in listed] == sorted(effect.rank for effect in listed)
    assert {name for _, name in hurts} <= {rule.name for rule in rules.load()}


@pytest.mark.parametrize("target", ALL)
def test_the_contract_is_there_as_json(target: Target) -> None:
    """With every fact, its source and both languages, the outcomes, the reasons and the example."""
    made = printed(target.name)

    assert made["schema"] == "glm-lint/target/v1"
    assert made["name"] == target.name
    assert "\n".join(made["example"]) == target.example.strip("\n")
    stated = [fact for listed in made["facts"].values() for fact in listed]
    assert len(stated) == sum(map(len, facts.facts(target).values()))
    assert all(fact["source"] and fact["en"] and fact["zh"] for fact in stated)
    assert set(made["outcomes"]) == set(target.outcomes)
    assert set(made["not_applicable"]) == {name for names in target.not_applicable.values() for name in names}


def test_all_contracts_come_as_one_list() -> None:
    """Without a name: one object for each trainer, in their order."""
    assert [made["name"] for made in printed()] == list(targets.NAMES)


def test_the_page_says_for_which_template_a_fact_holds() -> None:
    """The same topic under two templates, each with its source."""
    page = CliRunner().invoke(main, ["targets", "llama-factory", "--lang", "en"]).stdout
    joined = " ".join(page.split())

    assert "template glm4v: <|image|> is 151343" in joined
    assert "template glm4_5v: <|image|> is 151363" in joined
    assert "configuration_glm4v_moe.py:357-362 (read)" in joined
