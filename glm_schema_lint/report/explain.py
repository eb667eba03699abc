"""A rule's page for a person: what it checks, what each trainer does with the defect, the example and its cure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from rich.text import Text as Line

from .. import rules, targets
from ..finding import Outcome, Severity
from ..targets.versions import in_words, possible
from ..wording import Lang, Text
from . import words
from .text import STYLES
from .typeset import HEADING, QUIET, beside, data, indented, prose

EVIDENCE = {
    "ran": Text("seen in a run", "实际运行确认"),
    "read": Text("read in its code", "阅读代码确认"),
    "inferred": Text("inferred, not run", "推断，未实际运行"),
}
KINDS = {
    "train": Text("training records", "训练集"),
    "eval": Text("validation records", "验证集"),
    "test": Text("test records", "测试集"),
}
SECTIONS = (
    ("What it checks", "检查什么"), ("What happens in training", "训练时会怎样"), ("Example", "示例"), ("Use instead", "改成这样"),
)  # fmt: skip
BY_TRAINER = Text("Trainer by trainer", "各训练程序的结果")
COLUMN = 17


def page(rule: rules.Rule, lang: Lang, width: int, cases: bool = False) -> Iterator[Line]:
    """The page, top to bottom; ``cases`` adds every further tested case."""
    english, _, chinese = rules.page(rule).partition("\n---\n")
    whole, own = _sections(english), _sections(chinese if lang == "zh" else english)
    yield Line.assemble((rule.name, "bold cyan"), (f"  {rule.code}  ", QUIET), rule.title.say(lang))
    for name, chinese_name in SECTIONS:
        title = chinese_name if lang == "zh" else name
        yield from _headed(title)
        said = list(prose(own.get(title, ""), width))
        yield from said
        blocks = list(data(whole[name], width))
        if said and blocks:
            yield Line("")
        yield from blocks
        if name == "What happens in training":
            yield from _messages(rule, lang, width)
            yield from _headed(BY_TRAINER.say(lang))
            yield from outcomes(rule, lang, width)
    more = re.split(r"^### (.+)$", whole.get("More cases", ""), flags=re.MULTILINE)[1:]
    if not more:
        return
    if cases:
        yield from _headed("更多例子" if lang == "zh" else "More cases")
        for number, (title, body) in enumerate(zip(more[::2], more[1::2], strict=True)):
            if number:
                yield Line("")
            yield Line("  " + title, style=HEADING)
            yield from prose(body, width)
            yield from data(body, width)
        return
    count = len(more) // 2
    tip = f"另有 {count} 个测试过的例子：glm-lint rule {rule.name} --cases" if lang == "zh" else f"{count} more tested case{'s' * (count != 1)}: glm-lint rule {rule.name} --cases"
    yield Line("")
    yield Line(tip, style=QUIET)


def _messages(rule: rules.Rule, lang: Lang, width: int) -> Iterator[Line]:
    """What a finding of each case says, with … for what it quotes; nothing where there is one case only."""
    cases = {case: text for case, text in rule.messages.items() if case}
    if not cases:
        return
    yield from _headed("几种情况" if lang == "zh" else "Its cases")
    column = min(24, 4 + max(map(len, cases)))
    for case, text in cases.items():
        yield from beside(Line("  " + case), Line(re.sub(r"\{[^}]*\}", "…", text.say(lang)), style=QUIET), width, column)


def _headed(title: str) -> Iterator[Line]:
    yield Line("")
    yield Line(title, style=HEADING)


def _sections(half: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)$", half, flags=re.MULTILINE)
    return {title.strip(): body for title, body in zip(parts[1::2], parts[2::2], strict=True)}


class Verdict(NamedTuple):
    """What a trainer does with a case, in words."""

    effect: str
    conditions: str
    error: str
    source: str
    evidence: str
    severity: Severity


Block = tuple[tuple[str, ...], tuple[Verdict, ...]]
"""Cases that end alike, and their ends."""


def outcomes(rule: rules.Rule, lang: Lang, width: int) -> Iterator[Line]:
    """What each trainer does with the defect; trainers that do the same stand together."""
    alike: dict[tuple[tuple[Block, ...], tuple[tuple[str, str], ...]], list[str]] = {}
    for target in targets.load_all():
        blocks, excuses = _blocks(target, rule, lang), _excuses(target, rule, lang)
        if blocks or excuses:
            alike.setdefault((blocks, excuses), []).append(target.name)
    for blocks, excuses in sorted(alike, key=lambda key: (not key[0], min((v.severity.rank for b in key[0] for v in b[1]), default=9))):
        names = alike[blocks, excuses]
        labels = names if len(names) < len(targets.NAMES) else ["所有训练程序" if lang == "zh" else "every trainer"]
        rows: list[Line] = []
        for number, (cases, verdicts) in enumerate(blocks):
            if number and [v[:4] for v in verdicts] == [v[:4] for v in blocks[0][1]]:
                said = "同上" if lang == "zh" else "the same"
                rows += _known(Line.assemble((_cases(cases, lang), QUIET), (said, STYLES[verdicts[0].severity])), verdicts[0].evidence, lang, width)
                continue
            for verdict in verdicts:
                rows += _rows(cases, verdict, lang, width)
        for case, reason in excuses:
            said = f"{_cases((case,), lang)}不适用（{reason}）" if lang == "zh" else f"{_cases((case,), lang)}not applicable ({reason})"
            rows += indented(Line(said, style=QUIET), width - COLUMN, 0, 2)
        for number in range(max(len(labels), len(rows))):
            label = Line("  " + labels[number], style="bold") if number < len(labels) else Line("")
            row = rows[number] if number < len(rows) else Line("")
            yield Line.assemble(label, " " * (COLUMN - label.cell_len), row)


def _cases(cases: tuple[str, ...], lang: Lang) -> str:
    if "" in cases:
        return ""
    return "、".join(cases) + "：" if lang == "zh" else ", ".join(cases) + ": "


def _known(line: Line, evidence: str, lang: Lang, width: int, indent: int = 0) -> Iterator[Line]:
    """The line, and behind it how it is known."""
    word = EVIDENCE[evidence].say(lang)
    line.append(f"（{word}）" if lang == "zh" else f" ({word})", style=QUIET)
    return indented(line, width - COLUMN, indent, 2)


def _rows(cases: tuple[str, ...], verdict: Verdict, lang: Lang, width: int) -> Iterator[Line]:
    head = Line.assemble((_cases(cases, lang), QUIET), (verdict.effect, STYLES[verdict.severity]))
    if verdict.conditions:
        head.append(("；" if lang == "zh" else "; ") + verdict.conditions)
    yield from indented(head, width - COLUMN, 0, 2)
    if verdict.error:
        yield from indented(Line(verdict.error), width - COLUMN, 2, 2)
    yield from _known(Line(verdict.source, style=QUIET), verdict.evidence, lang, width, 2)


def _blocks(target: targets.Target, rule: rules.Rule, lang: Lang) -> tuple[Block, ...]:
    """The outcome lines of a rule by case; cases that end alike are one, what can never hold is left out."""
    ends: dict[tuple[Verdict, ...], list[str]] = {}
    for key, lines in target.outcomes.items():
        name, _, case = key.partition(":")
        if name != rule.name or target.why_not(name, case) is not None:
            continue
        if verdicts := tuple(_verdict(line, target, lang) for line in lines if _admitted(line, target)):
            ends.setdefault(verdicts, []).append(case)
    return tuple((tuple(cases), verdicts) for verdicts, cases in sorted(ends.items(), key=lambda item: "" not in item[1]))


def _admitted(line: targets.Line, target: targets.Target) -> bool:
    ranges = {key: wanted if isinstance(wanted, list) else [wanted] for key, wanted in line.when.items() if key != "kind" and key not in target.settings}
    return all(possible(wanted, target.requires.get(key, ""), target.releases.get(key, [])) for key, wanted in ranges.items())


def _verdict(line: targets.Line, target: targets.Target, lang: Lang) -> Verdict:
    outcome = Outcome(line.effect, line.stage, line.error, line.source, line.evidence, line.deliberate)
    return Verdict(
        words.effect(outcome, lang), _conditions(line.when, target, lang), line.error or "", line.source, line.evidence, outcome.severity
    )


def _excuses(target: targets.Target, rule: rules.Rule, lang: Lang) -> tuple[tuple[str, str], ...]:
    """(case, reason) of what does not apply."""
    keys = [key for keys in target.not_applicable.values() for key in keys if key.partition(":")[0] == rule.name]
    found = []
    for key in dict.fromkeys(keys):
        case = key.partition(":")[2]
        reason = target.why_not(rule.name, case)
        if reason is not None:
            found.append((case, reason.say(lang)))
    return tuple(found)


def _conditions(when: dict[str, Any], target: targets.Target, lang: Lang) -> str:
    zh = lang == "zh"
    parts = []
    for key, wanted in when.items():
        several = wanted if isinstance(wanted, list) else [wanted]
        if key == "kind":
            parts.append(("和" if zh else " and ").join(KINDS[kind].say(lang) for kind in several))
        elif key in target.settings:
            said = [_value(value, zh) for value in several]
            listed = ("或 " if zh else " or ").join(("、" if zh else ", ").join(part) for part in (said[:-1], said[-1:]) if part)
            parts.append(f"{key} {'为' if zh else 'is'} {listed}")
        else:
            parts.append(f"{key} {in_words(several).say(lang)}")
    return ("；" if zh else "; ").join(parts)


def _value(value: Any, zh: bool) -> str:
    if value == "unknown":
        return "未知" if zh else "not known"
    return str(value).lower() if isinstance(value, bool) else str(value)
