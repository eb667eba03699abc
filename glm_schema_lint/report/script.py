"""What `glm-lint script` found, for people, for programs and for GitHub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text as Line

from ..finding import Severity
from ..script.access import Access
from ..script.judge import Case, Facts, Finding, window
from ..script.parts import Parts
from ..script.produce import Fields
from ..show import safe
from ..targets.versions import Version
from ..version import __version__
from ..wording import Lang, Text
from .github import LEVELS, data, prop
from .text import STYLES
from .typeset import QUIET, beside, indented

COLUMN = 18
USES = {
    "delete": Text("deletes", "删除"), "pop": Text("takes out", "取出"), "read": Text("reads", "读取"),
    "ask": Text("asks for", "先问再用"), "set": Text("writes", "写入"),
}  # fmt: skip
EVERY = Text("every split", "所有划分")
MORE = Text("and more that the source does not tell", "以及源码看不出的字段")
NOTHING = Text("no collator, step or preprocessing found in it", "其中没有找到 collator、训练/评估步骤或预处理")
FREE = Text("training is not affected", "不影响训练")
NEEDS = Text("with predict_with_generate", "启用 predict_with_generate 时")
WORST = Text(
    " (version not known: the worst case is assumed; --with names it)", "（版本未知，按最坏情况；用 --with 指定）"
)
YOURS = Text(" (yours: {version})", "（你的：{version}）")
OTHERWISE = Text("{where}: {said}", "{where}：{said}")
NONE = Text("no disagreement found.", "没有发现不一致。")


def full(shown: str, found: Parts, facts: Facts, findings: list[Finding], lang: Lang, width: int) -> Iterator[Line]:
    """The parts of the script, then every finding with the guarded form, then the sum."""
    yield Line(f"{safe(shown)}   {_versions(facts.versions)}".rstrip(), style="bold")
    rows = list(_parts(found, lang))
    for label, text in rows or [("", NOTHING.say(lang))]:
        yield from beside(Line(label), Line(safe(text), style="" if rows else QUIET), width, COLUMN)
    for finding in findings:
        yield Line("")
        yield from _block(shown, finding, facts, lang, width)
    yield Line("")
    yield Line(summary(findings, lang))


def _block(shown: str, finding: Finding, facts: Facts, lang: Lang, width: int) -> Iterator[Line]:
    zh = lang == "zh"
    head = Line(f"{finding.severity.value}[{finding.kind}]", style=STYLES[finding.severity])
    head.append(f"  {safe(shown)}:{finding.line}", style="default not bold").append(
        f"  {safe(finding.source)}", style=QUIET
    )
    yield head
    yield from indented(Line(safe(finding.message.say(lang)), style="bold"), width)
    for number, text in enumerate(_ends(finding, facts, lang)):
        yield from beside(Line("" if number else "  " + ("训练时" if zh else "training")), Line(safe(text)), width, 12)
    yield from beside(Line("  " + ("怎么办" if zh else "do")), Line(safe(finding.help.say(lang))), width, 12)
    if finding.fix is not None:
        yield from (
            Line(f"    - {safe(line)}", style="red") for line in finding.fix.removed if line not in finding.fix.added
        )
        for line in finding.fix.added:
            kept = line in finding.fix.removed
            yield Line(f"    {' ' if kept else '+'} {safe(line)}", style=QUIET if kept else "green")


def _ends(finding: Finding, facts: Facts, lang: Lang) -> Iterator[str]:
    """What training does under the versions in force, then what other releases do."""
    first, *others = finding.cases
    yield FREE.say(lang) if first.error is None else f"{first.error}  {finding.stage.say(lang)}"
    needs = [NEEDS.say(lang)] if finding.generates else []
    if where := window(first):
        mine = facts.versions.get("transformers")
        known = YOURS.say(lang, version=mine.version) if mine else "" if first.known else WORST.say(lang)
        needs.append(where + known)
    if needs:
        yield (", " if lang == "en" else "，").join(needs)
    for case in others:
        yield OTHERWISE.say(lang, where=window(case), said=case.error or FREE.say(lang))


def _parts(found: Parts, lang: Lang) -> Iterator[tuple[str, str]]:
    for one in found.preprocessing:
        yield one.kind or EVERY.say(lang), f"{one.name}:{one.line}  {_fields(one.gives, lang)}"
    for collator in found.collators:
        yield "collator", f"{collator.name}:{collator.line}  {_uses(collator.uses.accesses, lang)}"
    for step in found.steps:
        safe_ = "  SafePredictionMixin" if step.safe else ""
        yield step.name, f"{step.owner}:{step.line}  {_uses(step.uses.accesses, lang)}{safe_}"


def _uses(accesses: list[Access], lang: Lang) -> str:
    by_how: dict[str, list[str]] = {}
    asked = {access.key for access in accesses if access.how == "ask" or access.guarded}
    for access in accesses:
        mild = access.how != "set" and (access.guarded or (access.unsure and access.key in asked))
        keys = by_how.setdefault("ask" if mild else access.how, [])
        if access.key not in keys:
            keys.append(access.key)
    order = [how for how in USES if how in by_how]
    return ("; " if lang == "en" else "；").join(f"{USES[how].say(lang)} {' '.join(by_how[how])}" for how in order)


def _fields(gives: Fields, lang: Lang) -> str:
    known = " ".join(sorted(gives.keys))
    return f"{known} ({MORE.en})" if gives.open and lang == "en" else f"{known}（{MORE.zh}）" if gives.open else known


def _versions(versions: Mapping[str, Version]) -> str:
    mine = versions.get("transformers")
    return f"transformers {mine.version} ({mine.source})" if mine else ""


def summary(findings: list[Finding], lang: Lang) -> str:
    """The last line."""
    if not findings:
        return NONE.say(lang)
    errors, warnings, infos = (sum(f.severity is s for f in findings) for s in Severity)
    if lang == "zh":
        return f"{errors} 个错误、{warnings} 个警告、{infos} 个提示。"
    return f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}, {infos} info."


def github(shown: str, facts: Facts, findings: list[Finding], lang: Lang) -> Iterator[str]:
    """A workflow command for each finding, and the sum."""
    for finding in findings:
        text = "\n".join([finding.message.say(lang), *_ends(finding, facts, lang), finding.help.say(lang)])
        if finding.fix is not None:
            text += "\n" + "\n".join(
                f"+ {line.strip()}" for line in finding.fix.added if line not in finding.fix.removed
            )
        where = f"file={prop(safe(shown))},line={finding.line},title={prop(finding.kind)}"
        yield f"::{LEVELS[finding.severity]} {where}::{data(text)}"
    yield summary(findings, lang)


def to_dict(shown: str, found: Parts, facts: Facts, findings: list[Finding], lang: Lang) -> dict[str, Any]:
    """The whole as JSON-ready objects."""
    return {
        "schema": "glm-lint/script/v1",
        "tool": {"name": "glm-lint", "version": __version__},
        "file": shown,
        "versions": {n: {"version": v.version, "source": v.source} for n, v in sorted(facts.versions.items())},
        "predict_with_generate": facts.generates,
        "preprocessing": [
            {
                "split": p.kind, "name": p.name, "line": p.line, "fields": sorted(p.gives.keys), "complete": not p.gives.open,
                "reads": sorted({a.key for a in p.uses.accesses}),
            }
            for p in found.preprocessing
        ],
        "collators": [{"name": c.name, "line": c.line, "uses": _listed(c.uses.accesses)} for c in found.collators],
        "steps": [
            {"owner": s.owner, "name": s.name, "line": s.line, "safe": s.safe, "uses": _listed(s.uses.accesses)} for s in found.steps
        ],
        "findings": [
            {
                "kind": f.kind, "severity": f.severity.value, "line": f.line, "field": f.key, "split": f.split, "source": f.source,
                "message": f.message.say(lang), "stage": f.stage.say(lang), "help": f.help.say(lang),
                "needs_predict_with_generate": f.generates, "cases": [_case(case) for case in f.cases],
                "fix": None if f.fix is None else {"removed": list(f.fix.removed), "added": list(f.fix.added)},
            }
            for f in findings
        ],
        "totals": {f"{s.value}s": sum(f.severity is s for f in findings) for s in Severity},
    }  # fmt: skip


def _case(case: Case) -> dict[str, Any]:
    return {
        "error": case.error,
        "transformers": window(case).removeprefix("transformers ") or None,
        "holds": case.holds,
        "known": case.known,
    }


def _listed(accesses: list[Access]) -> list[dict[str, Any]]:
    return [
        {"field": a.key, "how": a.how, "line": a.line, "guarded": a.guarded, "sure": not a.unsure} for a in accesses
    ]
