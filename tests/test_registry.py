"""Rules as a set: unique codes, names that name a defect, messages in both languages, an answer from every trainer."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from glm_schema_lint import rules, targets
from glm_schema_lint.cli.rule import FAMILY_TITLES
from glm_schema_lint.rules import Rule
from glm_schema_lint.wording import Text

RULES = [pytest.param(rule, id=rule.name) for rule in rules.load()]
CJK = re.compile(r"[\u4e00-\u9fff]")


def texts(rule: Rule) -> list[Text]:
    """All sentences of a rule."""
    return [rule.title, *rule.messages.values(), *rule.helps.values()]


def fields(sentence: str) -> set[str]:
    """Placeholders of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_names_and_codes_are_unique() -> None:
    """No two rules share a name or a code."""
    listed = rules.load()

    assert len({rule.name for rule in listed}) == len(listed)
    assert len({rule.code for rule in listed}) == len(listed)


@pytest.mark.parametrize("rule", RULES)
def test_names_follow_the_law(rule: Rule) -> None:
    """Kebab case, a code of family and three digits, a name that states no cure; the file is called like the rule."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
    assert re.fullmatch(r"[A-Z]+\d{3}", rule.code)
    assert rule.family in FAMILY_TITLES
    assert not rule.name.startswith(("no-", "check-", "require-", "disallow-"))
    assert type(rule).__module__.endswith(f".{rule.family.lower()}.{rule.name.replace('-', '_')}")


@pytest.mark.parametrize("rule", RULES)
def test_messages_exist_in_both_languages_with_the_same_placeholders(rule: Rule) -> None:
    """Every sentence is there in English and Chinese, the Chinese one is Chinese, and both fill the same places."""
    assert rule.title.en
    assert rule.messages
    assert rule.helps
    for text in texts(rule):
        assert text.en
        assert CJK.search(text.zh), text
        assert not CJK.search(text.en), text
        assert fields(text.en) == fields(text.zh), text


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("target", targets.load_all(), ids=lambda t: t.name)
def test_every_target_answers_for_every_rule(rule: Rule, target: targets.Target) -> None:
    """Each trainer's contract has an outcome for the rule, or says why it does not apply."""
    if rule.family == "LINT":
        return
    excused = any(name.partition(":")[0] == rule.name for names in target.not_applicable.values() for name in names)

    assert target.applies(rule.name) or excused


@pytest.mark.parametrize("target", targets.load_all(), ids=lambda t: t.name)
def test_contracts_speak_of_rules_that_exist(target: targets.Target) -> None:
    """No outcome or excuse names a rule, or a case of it, that is not there."""
    known = rules.by_name()
    package = Path(rules.__file__).parent.parent
    source = "".join(
        path.read_text("utf-8")
        for folder in ("rules", "models", "sources", "config")
        for path in sorted((package / folder).rglob("*.py"))
    )
    keys = [*target.outcomes, *(name for names in target.not_applicable.values() for name in names)]
    for key in keys:
        name, _, case = key.partition(":")
        assert name in known, key
        if case:
            assert case in known[name].messages or all(word in source for word in case.split("-")), key


@pytest.mark.parametrize("target", targets.load_all(), ids=lambda t: t.name)
def test_every_outcome_names_its_source(target: targets.Target) -> None:
    """A verdict cites the trainer's code; what crashes quotes the trainer's own words."""
    for key, lines in target.outcomes.items():
        for line in lines:
            assert line.source, f"{target.name}: {key}"
            if line.effect == "crash":
                assert line.error, f"{target.name}: {key}"
            if line.effect != "none":
                assert line.stage is not None, f"{target.name}: {key}"


@pytest.mark.parametrize("target", targets.load_all(), ids=lambda t: t.name)
def test_every_reason_and_silent_error_is_said_in_both_languages(target: targets.Target) -> None:
    """Why a rule does not apply, what happens where the trainer says nothing, and where a setting is read: English | Chinese."""
    errors = {line.error or "" for lines in target.outcomes.values() for line in lines}
    silent = {error for error in errors if error.startswith("no ") or " | " in error}
    for text in (*target.not_applicable, *filter(None, silent)):
        english, sign, chinese = text.partition(" | ")
        assert sign, text
        assert not CJK.search(english), text
        assert CJK.search(chinese), text
        assert " | " not in chinese, text


def test_selectors_are_names_codes_families_or_all() -> None:
    """A rule is chosen by its name, its code, the letters of its family, or ALL; anything else is refused."""
    assert [rule.name for rule in rules.select(["IMG001"], [])] == ["image-missing"]
    assert [rule.name for rule in rules.select(["image-missing"], [])] == ["image-missing"]
    assert {rule.family for rule in rules.select(["img"], [])} == {"IMG"}
    assert rules.select([], ["ALL"]) == ()
    assert rules.select([], []) == tuple(rule for rule in rules.load() if not rule.optional)
    assert rules.select(["ALL"], []) == rules.load()
    with pytest.raises(rules.UnknownRuleError):
        rules.select(["image-mising"], [])
