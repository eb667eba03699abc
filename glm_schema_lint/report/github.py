"""GitHub workflow commands: an annotation for the first address of each group, at most ten (GitHub shows no more a step)."""

from __future__ import annotations

from collections.abc import Iterator

from .. import rules
from ..engine.run import Result
from ..finding import Severity
from ..rules._show import safe
from ..wording import Lang
from . import words
from .concise import summary

LIMIT = 10
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def data(text: str) -> str:
    """Escape a command's message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def prop(text: str) -> str:
    """Escape a property of a command."""
    return data(text).replace(":", "%3A").replace(",", "%2C")


def lines(result: Result, lang: Lang = "en", hide: bool = False) -> Iterator[str]:
    """The commands, worst group first, and the summary as a plain line."""
    for group in result.groups[:LIMIT]:
        rule = rules.by_name()[group.key.rule]
        finding = group.examples[0]
        at = finding.location
        where = ""
        if at.file is not None:
            where = f"file={prop(safe(result.shown.get(at.file, at.file)))},"
            where += f"line={at.line}," if at.line is not None else ""
        count = f"{group.records:,} 条记录" if lang == "zh" else f"{group.records:,} record{'s' * (group.records != 1)}"
        text = f"{words.message(rule, group.key.case, finding, lang, hide)} ({count}; {safe(str(at))})\n"
        text += words.training(group, result.versions, result.settings, lang)
        help_text = words.help_of(group, lang, hide)
        text += f"\n{help_text}" if help_text else ""
        yield f"::{LEVELS[group.severity]} {where}title={prop(f'{rule.name} {rule.code}')}::{data(text)}"
    if len(result.groups) > LIMIT:
        rest = len(result.groups) - LIMIT
        yield f"… {rest} more groups: see --format full"
    yield summary(result, lang)
