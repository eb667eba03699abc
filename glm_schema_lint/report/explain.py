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
CHECKS = Text("What it checks", "检查什么")
TRAINING = Text("What happens in training", "训练时会怎样")
EXAMPLE = Text("Example", "示例")
INSTEAD = Text("Use instead", "改成这样")
CASES = Text("Its cases", "几种情况")
BY_TRAINER = Text("Trainer by trainer", "各训练程序的结果")
MORE = Text("More cases", "更多例子")
TIP = Text(
    "More tested cases: {count} (glm-lint rule {name} --cases)",
    "另有 {count} 个测试过的例子：glm-lint rule {name} --cases",
)
EVERYONE = Text("every trainer", "所有训练程序")
SAME = Text("the same", "同上")
EXCUSE = Text("not applicable ({reason})", "不适用（{reason}）")
COLUMN = 17


def page(rule: rules.Rule, lang: Lang, width: int, cases: bool = False) -> Iterator[Line]:
    """The page, top to bottom; ``cases`` adds every further tested case."""
    english, _, chinese = rules.page(rule).partition("\n---\n")
    whole, own = _sections(english), _sections(chinese if lang == "zh" else english)
    yield Line.assemble((rule.name, "bold cyan"), (f"  {rule.code}", QUIET))
    yield from indented(Line(rule.title.say(lang)), width, 0)
    for title in (CHECKS, TRAINING, EXAMPLE, INSTEAD):
        yield from _headed(title.say(lang))
        said = list(prose(own.get(title.say(lang), ""), width))
        yield from said
        blocks = list(data(whole[title.en], width))
        if said and blocks:
            yield Line("")
        yield from blocks
        if title is TRAINING:
            yield from _messages(rule, lang, width)
            yield from _headed(BY_TRAINER.say(lang))
            yield from outcomes(rule, lang, width)
    more = re.split(r"^### (.+)$", whole.get(MORE.en, ""), flags=re.MULTILINE)[1:]
    if not more:
        return
    if cases:
        yield from _headed(MORE.say(lang))
        for number, (heading, body) in enumerate(zip(more[::2], more[1::2], strict=True)):
            if number:
                yield Line("")
            yield from indented(Line(heading, style=HEADING), width)
            yield from prose(body, width)
            yield from data(body, width)
        return
    yield Line("")
    yield from indented(Line(TIP.say(lang, count=len(more) // 2, name=rule.name), style=QUIET), width, 0)


def _messages(rule: rules.Rule, lang: Lang, width: int) -> Iterator[Line]:
    """What a finding of each case says, with … for what it quotes; nothing where there is one case only."""
    cases = {case: text for case, text in rule.messages.items() if case}
    if not cases:
        return
    yield from _headed(CASES.say(lang))
    column = min(24, 4 + max(map(len, cases)))
    for case, text in cases.items():
        said = Line(text.fill(lang, {}, "…"), style=QUIET)
        yield from beside(Line("  " + case), said, width, column)


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
    alike: dict[tuple[Any, ...], list[targets.Target]] = {}
    for target in targets.load_all():
        excuses = _excuses(target, rule, lang)
        if (lines := _lines(target, rule)) or excuses:
            key = tuple((case, line.model_dump_json()) for case, line in lines)
            alike.setdefault((key, excuses), []).append(target)
    shown = [(_blocks(some, rule, lang), excuses, [t.name for t in some]) for (_, excuses), some in alike.items()]
    for blocks, excuses, names in sorted(shown, key=lambda one: _worst(one[0])):
        labels = names if len(names) < len(targets.NAMES) else [EVERYONE.say(lang)]
        rows = _ends(blocks, lang, width)
        for case, reason in excuses:
            said = _cases((case,), lang) + EXCUSE.say(lang, reason=reason)
            rows += indented(Line(said, style=QUIET), width - COLUMN, 0, 2)
        for number in range(max(len(labels), len(rows))):
            label = Line("  " + labels[number], style="bold") if number < len(labels) else Line("")
            row = rows[number] if number < len(rows) else Line("")
            made = Line.assemble(label, " " * (COLUMN - label.cell_len), row)
            made.rstrip()
            yield made


def _worst(blocks: tuple[Block, ...]) -> int:
    return min((verdict.severity.rank for _, verdicts in blocks for verdict in verdicts), default=9)


def _ends(blocks: tuple[Block, ...], lang: Lang, width: int) -> list[Line]:
    """All cases, one below the other; one that differs from the first in how it is known only is not said twice."""
    rows: list[Line] = []
    for number, (cases, verdicts) in enumerate(blocks):
        if number and [v[:4] for v in verdicts] == [v[:4] for v in blocks[0][1]]:
            same = (SAME.say(lang), STYLES[verdicts[0].severity])
            rows += _known(Line.assemble((_cases(cases, lang), QUIET), same), verdicts[0].evidence, lang, width)
            continue
        for verdict in verdicts:
            rows += _rows(cases, verdict, lang, width)
    return rows


def _cases(cases: tuple[str, ...], lang: Lang) -> str:
    if "" in cases:
        return ""
    return "、".join(cases) + "：" if lang == "zh" else ", ".join(cases) + ": "


def _known(line: Line, evidence: str, lang: Lang, width: int, indent: int = 0) -> Iterator[Line]:
    """The line, and behind it how it is known."""
    known = EVIDENCE[evidence].say(lang)
    line.append(f"（{known}）" if lang == "zh" else f" ({known})", style=QUIET)
    return indented(line, width - COLUMN, indent, 2)


def _rows(cases: tuple[str, ...], verdict: Verdict, lang: Lang, width: int) -> Iterator[Line]:
    head = Line.assemble((_cases(cases, lang), QUIET), (verdict.effect, STYLES[verdict.severity]))
    if verdict.conditions:
        head.append(("；" if lang == "zh" else "; ") + verdict.conditions)
    yield from indented(head, width - COLUMN, 0, 2)
    if verdict.error:
        yield from indented(Line(verdict.error), width - COLUMN, 2, 2)
    yield from _known(Line(verdict.source, style=QUIET), verdict.evidence, lang, width, 2)


def _lines(target: targets.Target, rule: rules.Rule) -> list[tuple[str, targets.Line]]:
    """(case, outcome line) of all that applies."""
    found = []
    for key, lines in target.outcomes.items():
        name, _, case = key.partition(":")
        if name == rule.name and target.why_not(name, case) is None:
            found += [(case, line) for line in lines]
    return found


def _blocks(some: list[targets.Target], rule: rules.Rule, lang: Lang) -> tuple[Block, ...]:
    """What trainers of the same lines do, by case; cases that end alike are one, what can hold for none is left out."""
    by_case: dict[str, list[Verdict]] = {}
    for case, line in _lines(some[0], rule):
        if any(_admitted(line, target) for target in some):
            by_case.setdefault(case, []).append(_verdict(line, some[0], lang))
    ends: dict[tuple[Verdict, ...], list[str]] = {}
    for case, verdicts in by_case.items():
        ends.setdefault(tuple(verdicts), []).append(case)
    first = sorted(ends.items(), key=lambda item: "" not in item[1])
    return tuple((tuple(cases), verdicts) for verdicts, cases in first)


def _admitted(line: targets.Line, target: targets.Target) -> bool:
    for key, wanted in line.when.items():
        if key != "kind" and key not in target.settings:
            ranges = wanted if isinstance(wanted, list) else [wanted]
            if not possible(ranges, target.requires.get(key, ""), target.releases.get(key, [])):
                return False
    return True


def _verdict(line: targets.Line, target: targets.Target, lang: Lang) -> Verdict:
    outcome = Outcome(line.effect, line.stage, line.error, line.source, line.evidence, line.deliberate)
    conditions, error = _conditions(line.when, target, lang), words.trainer_says(line.error, lang)
    return Verdict(words.effect(outcome, lang), conditions, error, line.source, line.evidence, outcome.severity)


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
            listed = _either([_value(value, zh) for value in sorted(several, key=lambda value: value == "unknown")], zh)
            parts.append(f"{key} is {listed}" if not zh else f"{key} 为{' ' * listed[0].isascii()}{listed}")
        else:
            parts.append(f"{key} {in_words(several).say(lang)}")
    return ("；" if zh else "; ").join(parts)


def _either(words_: list[str], zh: bool) -> str:
    first, last = words_[:-1], words_[-1]
    if not first:
        return last
    if zh:
        return "、".join(first) + (" 或 " if last.isascii() else " 或") + last
    return ", ".join(first) + " or " + last


def _value(value: Any, zh: bool) -> str:
    if value == "unknown":
        return "未知" if zh else "not known"
    return str(value).lower() if isinstance(value, bool) else str(value)
