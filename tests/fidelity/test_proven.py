"""The map of which outcomes a fidelity run has shown."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import pytest

from glm_schema_lint import lint

from . import compare, proven
from .protocol import Event
from .reasons import UNPROVEN

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
OUTCOMES = proven.outcomes()


def _verdict(rule: str, error: str = "") -> compare.Verdict:
    return compare.Verdict(rule, "crash", "map", error, "error", False, "train", 3, "", outcome=f"trl {rule}")


def test_the_only_outcome_named_at_a_record_is_shown_by_what_happened_there():
    event = Event("crash", "map", "KeyError: 'role'", "train", 3)
    assert compare.shown(event, [_verdict("role-missing", "KeyError: 'role'")]) == ["trl role-missing"]


def test_a_crash_in_other_words_shows_nothing():
    event = Event("crash", "map", "ImportError: no such package", "train", 3)
    assert compare.shown(event, [_verdict("role-missing", "KeyError: 'role'")]) == []


def test_of_two_outcomes_at_a_record_the_one_in_the_trainers_words_is_shown():
    event = Event("crash", "map", "KeyError: 'role'", "train", 3)
    both = [_verdict("content-null", "TypeError: no text"), _verdict("role-missing", "KeyError: 'role'")]
    assert compare.shown(event, both) == ["trl role-missing"]


def test_of_two_outcomes_in_the_same_words_none_is_shown():
    event = Event("drop", "map", "", "train", 3)
    assert compare.shown(event, [_verdict("content-null"), _verdict("role-missing")]) == []


@pytest.mark.parametrize("target", ["glm-4v", "llama-factory", "ms-swift", "trl"])
def test_whatever_lint_says_leads_back_to_one_line_of_a_contract(target):
    said = 0
    for folder in sorted(path for path in EXAMPLES.iterdir() if path.is_dir()):
        for group in lint(folder, target=target).to_dict()["groups"]:
            if group["effect"] in proven.JUDGED:
                said += 1
                assert proven.name_of(target, group) in OUTCOMES, group
    assert said > 3


@pytest.mark.parametrize("pattern", UNPROVEN)
def test_a_reason_speaks_of_an_outcome_that_stands(pattern):
    assert fnmatch.filter(OUTCOMES, pattern)


def test_every_outcome_is_counted_under_its_target():
    lines = list(proven.rows(dict.fromkeys(list(OUTCOMES)[:10], 1)))
    table = [line for line in lines if line.startswith("| ") and line.count("|") == 8][1:]
    assert sum(int(line.split("|")[2]) for line in table) == len(OUTCOMES)
    assert sum(int(line.split("|")[3]) for line in table) == 10
    assert sum(line.startswith("| `") for line in lines) == len(OUTCOMES) - 10
