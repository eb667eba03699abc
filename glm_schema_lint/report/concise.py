"""One line per shown finding: ``file:line#pointer: severity[rule] message``. Terminals and editors make it clickable."""

from __future__ import annotations

from collections.abc import Iterator

from .. import rules
from ..engine.run import Result
from ..finding import Severity
from ..rules._show import safe
from ..wording import Lang
from . import words


def lines(result: Result, lang: Lang = "en", hide: bool = False) -> Iterator[str]:
    """The lines, worst group first; a group that shows fewer findings than it has says how many more there are."""
    for group in result.groups:
        rule = rules.by_name()[group.key.rule]
        for finding in group.examples[: result.examples]:
            at = str(finding.location)
            if finding.location.file in result.shown:
                at = result.shown[finding.location.file] + at.removeprefix(finding.location.file)
            found = "" if finding.found is None else f": {words.HIDDEN.say(lang) if hide else finding.found}"
            text = words.message(rule, group.key.case, finding, lang, hide)
            yield f"{safe(at)}: {group.severity.value}[{rule.name}] {text}{found}"
        more = group.findings - sum(finding.count for finding in group.examples[: result.examples])
        where = result.shown.get(group.key.file or "", group.key.file or group.key.split or "")
        if more > 0:
            rest = f"还有 {more:,} 处" if lang == "zh" else f"{more:,} more"
            yield f"{safe(where)}: {group.severity.value}[{rule.name}] … {rest}"
    yield summary(result, lang)


def summary(result: Result, lang: Lang) -> str:
    """The last line: what was read and found."""
    errors, warnings, infos = (result.count(s) for s in Severity)
    splits = len(result.splits)
    if not result.groups:
        if lang == "zh":
            return f"没有发现问题。{splits} 个划分共 {result.records:,} 条记录。"
        return f"no findings. {result.records:,} record{'s' * (result.records != 1)} in {splits} split{'s' * (splits != 1)}."
    if lang == "zh":
        return (
            f"{errors:,} 个错误、{warnings:,} 个警告、{infos:,} 个提示；{splits} 个划分共 {result.records:,} 条记录。"
        )
    return (
        f"{errors:,} error{'s' * (errors != 1)}, {warnings:,} warning{'s' * (warnings != 1)}, {infos:,} info "
        f"in {result.records:,} record{'s' * (result.records != 1)} of {splits} split{'s' * (splits != 1)}."
    )
