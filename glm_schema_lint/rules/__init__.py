"""All rules: found by walking the family folders in sorted order, selected by name, code or family."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from ._base import (
    LENGTH,
    AccountRule,
    Context,
    ConversationRule,
    DatasetRule,
    ModelRule,
    OwnRule,
    RecordRule,
    Rule,
    SourceRule,
    SplitRule,
    TokensRule,
)

KINDS = (AccountRule, ConversationRule, DatasetRule, ModelRule, OwnRule, RecordRule, SourceRule, SplitRule, TokensRule)
FAMILIES = (
    "FILE", "SPLIT", "FIELD", "CONV", "IMG", "PH", "TOOL", "THINK", "TOK", "LEN", "DUP", "SEC", "CACHE", "CFG", "LINT",
)  # fmt: skip


class UnknownRuleError(ValueError):
    """A selector that names no rule, code or family."""


@cache
def load() -> tuple[Rule, ...]:
    """Every rule, ordered by family and number. A module that holds no rule is a mistake of ours and raises TypeError."""
    found: list[Rule] = []
    for family in pkgutil.iter_modules(__path__):
        if not family.ispkg:
            continue
        package = importlib.import_module(f"{__name__}.{family.name}")
        for info in pkgutil.iter_modules(package.__path__):
            if info.name.startswith("_"):
                continue
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            classes = [
                c
                for c in vars(module).values()
                if isinstance(c, type) and issubclass(c, KINDS) and c.__module__ == module.__name__
            ]
            if not classes or classes[1:]:  # in this module the name `len` is the package of the LEN rules
                raise TypeError(f"{module.__name__} must hold one rule, it holds {[c.__name__ for c in classes]}")
            found.append(classes[0]())
    return tuple(sorted(found, key=lambda rule: (FAMILIES.index(rule.family), rule.code)))


@cache
def by_name() -> dict[str, Rule]:
    """Rules by name."""
    return {rule.name: rule for rule in load()}


@cache
def numbers() -> dict[str, int]:
    """The place of each rule among all, by name."""
    return {rule.name: number for number, rule in enumerate(load())}


def find(word: str) -> Rule:
    """The rule with this name or code; raises UnknownRuleError."""
    for rule in load():
        if word.lower() == rule.name or word.upper() == rule.code:
            return rule
    raise UnknownRuleError(word)


def page(rule: Rule) -> str:
    """The text of the rule's Markdown page."""
    package = type(rule).__module__.rpartition(".")
    return files(package[0]).joinpath(f"{package[2]}.md").read_text("utf-8")


def matches(rule: Rule, selector: str) -> bool:
    """True if ``selector`` is the rule's name, a prefix of its code (so also its family), or ``ALL``."""
    word = selector.strip()
    return word.lower() == rule.name or rule.code.startswith(word.upper()) or word.upper() == "ALL"


def select(chosen: Iterable[str], ignored: Iterable[str], extended: Iterable[str] = ()) -> tuple[Rule, ...]:
    """Rules to run: ``chosen`` (all that are not optional if empty) plus ``extended`` minus ``ignored``.

    Each selector is a name, a code, a family or ``ALL``; raises UnknownRuleError for one that fits nothing.
    """
    chosen, ignored, extended = list(chosen), list(ignored), list(extended)
    for selector in (*chosen, *ignored, *extended):
        if not selector.strip() or not any(matches(rule, selector) for rule in load()):
            raise UnknownRuleError(selector)
    named = [*chosen, *extended]
    return tuple(
        rule
        for rule in load()
        if (any(matches(rule, s) for s in named) or not (chosen or rule.optional))
        and not any(matches(rule, s) for s in ignored)
    )


__all__ = [
    "LENGTH",
    "AccountRule",
    "Context",
    "ConversationRule",
    "DatasetRule",
    "ModelRule",
    "OwnRule",
    "RecordRule",
    "Rule",
    "SourceRule",
    "SplitRule",
    "TokensRule",
    "UnknownRuleError",
    "by_name",
    "find",
    "load",
    "matches",
    "numbers",
    "page",
    "select",
]
