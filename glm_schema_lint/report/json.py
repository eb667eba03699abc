"""The JSON report v1, a contract (see schemas/report-v1.schema.json): sorted, no clock, the same data give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .. import rules
from ..engine.run import Result
from ..finding import Finding, Group, Severity
from ..fix.catalogue import safety
from ..rules._show import safe
from ..version import __version__
from ..wording import Lang
from . import accounts, matrix, words
from .escape import safe_json


def to_dict(result: Result, lang: Lang = "en", hide: bool = False) -> dict[str, Any]:
    """The whole report as JSON-ready objects. ``hide`` masks what findings quote from the data."""
    choice = result.choice
    known = len(choice.names) == 1
    return {
        "schema": "glm-lint/report/v1",
        "tool": {"name": "glm-lint", "version": __version__},
        "target": {
            "name": choice.names[0] if known else None,
            "source": choice.source,
            "candidates": [] if known else list(choice.names),
        },
        "versions": {n: {"version": v.version, "source": v.source} for n, v in sorted(result.versions.items())},
        "settings": {n: {"value": v, "source": s} for n, (v, s) in sorted(result.settings.items())},
        "complete": result.complete,
        "not_checked": [text.say(lang) for text in result.not_checked],
        "notes": [text.say(lang) for text in result.notes],
        "splits": [
            {
                "name": s.name,
                "kind": s.kind,
                "dialect": s.dialect,
                "files": s.files,
                "records": s.records,
                "unread": s.unread,
                "columns": s.columns,
                "accounting": accounts.to_dict(s.accounts),
            }
            for s in result.splits
        ],
        "groups": [_group(group, result, lang, hide) for group in result.groups],
        "matrix": matrix.to_list(result) if result.sheets else None,
        "suppressed": 0,
        "totals": {
            "records": result.records,
            "unread": result.unread,
            "findings": sum(group.findings for group in result.groups),
            "errors": result.count(Severity.ERROR),
            "warnings": result.count(Severity.WARNING),
            "infos": result.count(Severity.INFO),
            "accounting": accounts.to_dict(result.accounts),
        },
    }


def _group(group: Group, result: Result, lang: Lang, hide: bool) -> dict[str, Any]:
    rule = rules.by_name()[group.key.rule]
    worst = group.worst
    return {
        "rule": rule.name,
        "code": rule.code,
        "case": group.key.case or None,
        "severity": group.severity.value,
        "split": group.key.split,
        "file": group.key.file,
        "targets": list(group.key.targets),
        "effects": {name: outcome.effect.value for name, outcome in group.by_target.items()},
        "findings": group.findings,
        "records": group.records,
        "effect": worst.effect.value,
        "stage": worst.stage.value if worst.stage else None,
        "error": words.trainer_says(worst.error, lang) or None,
        "when": ", ".join(f"{n} {w}" for n, w in worst.when) or None,
        "source": worst.source,
        "evidence": worst.evidence,
        "training": words.training(group, result.versions, result.settings, lang),
        "help": words.help_of(group, lang, hide),
        "fix": safety(group),
        "examples": [
            _example(rule, group.key.case, finding, lang, hide) for finding in group.examples[: result.examples]
        ],
    }


def _example(rule: rules.Rule, case: str, finding: Finding, lang: Lang, hide: bool) -> dict[str, Any]:
    at = finding.location
    mask = words.HIDDEN.say(lang)
    return {
        "location": safe(str(at)),
        "record": at.record,
        "line": at.line,
        "pointer": at.pointer,
        "message": words.message(rule, case, finding, lang, hide),
        "found": mask if hide and finding.found is not None else finding.found,
        "expected": finding.expected,
        "related": [{"location": safe(str(r.location)), "message": r.message.say(lang)} for r in finding.related],
    }


def line(group: Group, finding: Finding, lang: Lang = "en", hide: bool = False) -> str:
    """One finding as a JSON object on a line of its own: what its group says of it, then the example."""
    rule, worst = rules.by_name()[group.key.rule], group.worst
    said = {
        "rule": rule.name,
        "code": rule.code,
        "case": group.key.case or None,
        "severity": group.severity.value,
        "split": group.key.split,
        "file": group.key.file,
        "targets": list(group.key.targets),
        "effect": worst.effect.value,
        "stage": worst.stage.value if worst.stage else None,
        "count": finding.count,
        **_example(rule, group.key.case, finding, lang, hide),
    }
    return safe_json(json.dumps(said, ensure_ascii=False))


def dump(report: Mapping[str, Any]) -> str:
    r"""The report as text: two spaces of indent, one newline at the end; what a terminal may obey as ``\u`` escapes."""
    return safe_json(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
