"""Every rule's page is its test: the example fires, "Use instead" is silent, each further case says what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pages
import pytest
from click.testing import CliRunner

from glm_schema_lint import rules
from glm_schema_lint.cli import main

HEADINGS = ["What it checks", "What happens in training", "Example", "Use instead"]
CASES = [
    pytest.param(rule, case, id=f"{rule.name}-{case.title}")
    for rule in rules.load()
    if rule.name != "rule-crashed"  # its page says why it has no example
    for case in pages.cases(rules.page(rule))
]


def found(rule: rules.Rule, case: pages.Case, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a run prints of this rule: ``address: severity [case]``."""
    monkeypatch.chdir(folder)
    # A rule that adds up what others say has nothing to add where they are not run.
    chosen = [] if isinstance(rule, rules.AccountRule | rules.OwnRule) else ["--select", rule.name]
    result = CliRunner().invoke(main, [*(case.command or []), "--format", "json", "--examples", "50", *chosen])
    assert result.exit_code in (0, 1, 3), result.output + result.stderr
    report = json.loads(result.stdout)
    lines = []
    for group in report["groups"]:
        if group["rule"] == rule.name:
            for example in group["examples"]:
                suffix = f" [{group['case']}]" if group["case"] else ""
                lines.append(f"{example['location']}: {group['severity']}{suffix}")
    return lines


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_page(rule: rules.Rule, case: pages.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says what the tool prints."""
    assert case.command is not None, "no console block"
    pages.write(case, tmp_path)

    lines = found(rule, case, tmp_path, monkeypatch)

    expected = case.expected
    if not any("[" in line for line in expected):
        lines = [line.partition(" [")[0] for line in lines]
    assert sorted(lines) == sorted(expected)
    assert case.title != "Example" or expected


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.name) for rule in rules.load()])
def test_page_has_all_sections_in_both_languages(rule: rules.Rule) -> None:
    """A page names its rule, has the four sections in order, and a Chinese half."""
    text = rules.page(rule)

    english, _, chinese = text.partition("\n---\n")

    assert english.startswith(f"# {rule.name} ({rule.code})")
    assert [heading for heading in pages.sections(text) if heading in HEADINGS] == HEADINGS
    assert all(f"## {heading}" in chinese for heading in ("检查什么", "训练时会怎样"))
