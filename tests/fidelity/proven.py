"""Which outcomes of the contracts some agreeing case has shown, and which none has: the other half of the table.

An outcome is one line of a TOML file: rule, case and ``when``. What every target inherits from datasets-json.toml is asked of
the loader alone and counts once, as ``datasets``. A case shows an outcome only where the trainer did at that record
and stage what this line says, and nothing else that lint said there could have been it; see `compare.shown`.
"""

from __future__ import annotations

import collections
import dataclasses
import fnmatch
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from glm_schema_lint import rules, targets
from glm_schema_lint.targets import Line, Target

from .reasons import UNPROVEN

SHARED, OWNER = "datasets-json", "datasets"
JUDGED = ("crash", "drop", "corrupt", "starve", "mislead")
WORDS = ("ran", "read", "inferred")


@dataclasses.dataclass(frozen=True)
class Outcome:
    """One line of a contract under the name it has here: ``"trl image-missing"``, ``"datasets file-empty (kind train)"``."""

    name: str
    owner: str
    line: Line

    @property
    def reason(self) -> str:
        """Why no case shows it, where somebody wrote that down."""
        return next((why for pattern, why in UNPROVEN.items() if fnmatch.fnmatchcase(self.name, pattern)), "")


@cache
def _own(target: str) -> frozenset[str]:
    return frozenset(tomllib.loads(files(targets).joinpath(f"{target}.toml").read_text("utf-8"))["outcomes"])


@cache
def _target(name: str) -> Target:
    return targets.load(name)


def _named(target: str, key: str, line: Line) -> str:
    owner = target if key in _own(target) else OWNER
    when = ", ".join(
        f"{name} {' or '.join(str(v).lower() for v in (wanted if isinstance(wanted, list) else [wanted]))}"
        for name, wanted in line.when.items()
    )
    return f"{owner} {key}" + (f" ({when})" if when else "")


def name_of(target: str, group: Mapping[str, Any]) -> str:
    """The outcome behind a group of a JSON report; empty where it is none of one target's."""
    rule, case = group["rule"], group["case"] or ""
    key = f"{rule}:{case}" if f"{rule}:{case}" in _target(target).outcomes else rule
    split = (group["split"] or "train").split()  # two words where a folder holds several tables: "train (messages)"
    kind = "eval" if split[-1] == "(eval)" else {"train": "train", "test": "test"}.get(split[0], "eval")
    for line in _target(target).outcomes.get(key, ()):
        said = (line.error or "").partition(" | ")[0]
        if (line.effect, line.stage, line.source or None, line.evidence) != (
            group["effect"], group["stage"], group["source"], group["evidence"],
        ) or said not in ("", group["error"]):  # fmt: skip
            continue
        if kind in line.when.get("kind", [kind]) and group["when"] == _conditions(target, line):
            return _named(target, key, line)
    return ""


def _conditions(target: str, line: Line) -> str | None:
    """The conditions of a line as a report prints them."""
    shown = _target(target)._outcome(line, (line.when.get("kind") or ["train"])[0], {}, _forced(line))
    return ", ".join(f"{n} {w}" for n, w in shown.when) or None if shown else None


def _forced(line: Line) -> dict[str, Any]:
    """Settings under which a line holds."""
    return {key: wanted[0] if isinstance(wanted, list) else wanted for key, wanted in line.when.items()}


def outcomes() -> dict[str, Outcome]:
    """Every line that can be told and says that training suffers, by name; of a default only if a case of its rule takes it."""
    found: dict[str, Outcome] = {}
    for target in targets.NAMES:
        stated = _target(target).outcomes
        for key, lines in stated.items():
            rule, _, case = key.partition(":")
            cases = [case] if case else [one for one in rules.by_name()[rule].messages if f"{rule}:{one}" not in stated]
            if all(_target(target).why_not(rule, one) is not None for one in cases):
                continue
            for line in lines:
                if line.effect in JUDGED:
                    name = _named(target, key, line)
                    found[name] = Outcome(name, name.partition(" ")[0], line)
    return found


def rows(shown: Mapping[str, int], missing: Iterable[str] = ()) -> Iterator[str]:
    """Markdown: the counts for each target, then each outcome that no case shows. ``shown``: agreeing cases by outcome."""
    groups: dict[str, list[Outcome]] = collections.defaultdict(list)
    for outcome in outcomes().values():
        groups[outcome.owner].append(outcome)
    yield from ("## Outcomes", "")
    yield from (
        "Every line of a contract that says crash, drop, corrupt, starve or mislead. **shown**: in some case above the trainer did just that, at that",
        "stage and record, and nothing else that lint said there could have been it. Of the rest, by how they are known: **ran** by",
        "hand, **read** in the code, **inferred** (told as a warning). `datasets`: what all trainers inherit from its loader.",
        "",
    )
    absent = sorted(missing)
    if absent:
        yield from (f"Without the cases of {', '.join(absent)}, which have not been run.", "")
    yield from (
        "| target | outcomes | shown | not shown | ran by hand | read | inferred |",
        "|---|---|---|---|---|---|---|",
    )
    for owner, members in sorted(groups.items()):
        rest = [outcome for outcome in members if not shown.get(outcome.name)]
        words = collections.Counter(outcome.line.evidence for outcome in rest)
        yield f"| {owner} | {len(members)} | {len(members) - len(rest)} | {len(rest)} | " + " | ".join(
            str(words[word]) for word in WORDS
        ) + " |"  # fmt: skip
    for owner, members in sorted(groups.items()):
        rest = [outcome for outcome in members if not shown.get(outcome.name)]
        if rest:
            yield from ("", f"### {owner}", "", "| shown by no case | effect | known | why |", "|---|---|---|---|")
        for outcome in sorted(rest, key=lambda o: (o.line.effect.rank, o.name)):
            yield (
                f"| `{outcome.name.removeprefix(owner).strip()}` | {outcome.line.effect.value} | {outcome.line.evidence} |"
                f" {outcome.reason} |"
            ).replace("  |", " |")


def kept(cache: Path, stack: str) -> Counter | None:
    """What the last whole run of a stack has shown; None if there is none."""
    path = cache / f"{stack}.shown.json"
    return collections.Counter(json.loads(path.read_text("utf-8"))) if path.exists() else None


def keep(cache: Path, stack: str, shown: Mapping[str, int]) -> None:
    """Note what a whole run of a stack has shown, for runs of other stacks."""
    (cache / f"{stack}.shown.json").write_text(json.dumps(dict(sorted(shown.items())), indent=0), "utf-8")


Counter = collections.Counter[str]
