"""Counts of a run, and docs/fidelity.md made of them."""

from __future__ import annotations

import collections
import dataclasses
import fnmatch
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .compare import AGREE, ALARM, DIFFERS, MISS, SKIPPED, Comparison
from .protocol import Answer, Stack
from .reasons import REASONS

COLUMNS = (AGREE, MISS, ALARM, DIFFERS, SKIPPED)
ROW = re.compile(r"^\| ([\w-]+) \| (clean|faulty) \|" + r" (\d+) \|" * 6, re.MULTILINE)
BEGIN, END = "<!-- stack {} -->", "<!-- end -->"


@dataclasses.dataclass
class Run:
    """One stack and all that came of it."""

    stack: Stack
    skipped: str = ""
    about: dict[str, Any] = dataclasses.field(default_factory=dict)
    seconds: float = 0
    results: list[Comparison] = dataclasses.field(default_factory=list)
    answers: list[Answer] = dataclasses.field(default_factory=list)

    def add(self, result: Comparison, answer: Answer) -> None:
        """Take in one case."""
        self.results.append(result)
        self.answers.append(answer)

    def line(self) -> str:
        """One line for the screen."""
        counts = collections.Counter(result.result for result in self.results)
        return (
            f"{self.stack.name}: {len(self.results)} cases, "
            + ", ".join(f"{counts[name]} {name}" for name in COLUMNS)
            + f", {self.seconds:.0f} s"
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every case, for people who dig."""
        for result, answer in zip(self.results, self.answers, strict=True):
            yield {
                "case": result.case.id, "result": result.result, "why": result.why or result.other_words, "reason": reason(result), "pointed": result.pointed,
                "record": result.case.record, "pointer": result.case.pointer,
                "events": [dataclasses.asdict(event) for event in answer.events[:3]], "notes": answer.notes,
            }  # fmt: skip

    @property
    def shown(self) -> collections.Counter[str]:
        """How many agreeing cases show each outcome."""
        return collections.Counter(name for result in self.results for name in result.shown)

    @property
    def unexplained(self) -> list[Comparison]:
        """Disagreements nobody has given a reason for."""
        return [r for r in self.results if r.result in (MISS, ALARM, DIFFERS) and not reason(r)]


def reason(result: Comparison) -> str:
    """Why a disagreement stands, if that is known."""
    if result.result in (AGREE, SKIPPED):
        return ""
    return next((why for pattern, why in REASONS.items() if fnmatch.fnmatchcase(result.case.id, pattern)), "")


def disagreements(runs: Iterable[Run]) -> Iterator[str]:
    """One line for each case on which trainer and lint differ."""
    for run in runs:
        for result in run.results:
            if result.result in (MISS, ALARM, DIFFERS):
                yield (
                    f"{result.result}: {result.case.id} (hit {result.case.record}{result.case.pointer or ''}): {result.why}"
                    + (f" [{reason(result)}]" if reason(result) else "")
                )


def _section(run: Run) -> str:
    name = run.stack.name
    if run.skipped:
        return f"{BEGIN.format(name)}\n## {name}\n\nNot run: {run.skipped}.\n{END}\n"
    packages = ", ".join(f"{key} {value}" for key, value in sorted(run.about.get("packages", {}).items()))
    ids = "\n".join(result.case.id for result in run.results)
    digest = hashlib.sha256(ids.encode()).hexdigest()[:16]
    lines = [
        f"## {name}", "",
        f"Ran: {packages}. Stages compared: {', '.join(run.stack.stages)}. {len(run.results)} cases, fixed before the run: `{digest}`.", "",
    ]  # fmt: skip
    lines += [
        "| target | data | cases | agree | miss | false alarm | differs | skipped | agree, other words |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    groups: dict[tuple[str, str], list[Comparison]] = collections.defaultdict(list)
    for result in run.results:
        groups[result.case.target, "clean" if result.case.fault.startswith("clean") else "faulty"].append(result)
    for (target, data), results in groups.items():
        counts = collections.Counter(result.result for result in results)
        lines.append(
            f"| {target} | {data} | {len(results)} | "
            + " | ".join(str(counts[column]) for column in COLUMNS)
            + f" | {sum(bool(r.other_words) for r in results)} |"
        )
    places = collections.Counter(result.pointed for result in run.results if result.pointed)
    lines += [
        "",
        f"Located: of {places.total()} faults at one pointer that both saw, lint names that pointer, one above or one below it"
        f" {places['pointer']} times, the record alone {places['record']} times, another place {places['elsewhere']} times.",
    ]
    sizes = {tuple(row[:2]): row[3] for answer in run.answers for row in answer.tokens}
    if sizes:
        taken = sum(number is not None for number in sizes.values())
        lines += [
            "",
            f"Image tokens: of {len(sizes)} sizes the processor takes {taken}; lint's formula gives the same number for each that agrees.",
        ]
    warned = sum(result.warned for result in run.results)
    if warned:
        lines += ["", f"Of those that agree, {warned} are warnings: the trainer does it on purpose, and lint says so."]
    stubs = dict.fromkeys([*run.stack.stubs, *run.about.get("stubs", []), *(s for a in run.answers for s in a.stubbed)])
    if stubs:
        lines += ["", "Stands in for real code:", "", *(f"- {text}" for text in stubs)]
    rest: dict[str, list[str]] = collections.defaultdict(list)
    for result in run.results:
        if result.result == SKIPPED:
            rest[f"skipped: {result.why}"].append(_short(result))
        elif result.result != AGREE:
            rest[f"{result.result}: {reason(result) or result.why}"].append(_short(result))
        elif result.pointed == "elsewhere":
            rest[f"agree; lint points at another place, as its rule does: {result.told}"].append(_short(result))
        elif result.other_words:
            rest["agree; the error text depends on the data's bytes or on the case: " + _rule(result)].append(
                _short(result)
            )
    if rest:
        lines += ["", "| not agreed, and why | cases | which |", "|---|---|---|"]
        lines += [
            f"| {why.replace('|', '/').replace(chr(10), ' ')} | {len(names)} | {', '.join(names[:6])}{' …' if len(names) > 6 else ''} |"
            for why, names in rest.items()
        ]
    return "\n".join([BEGIN.format(name), *lines, END, ""])


def _rule(result: Comparison) -> str:
    return result.other_words.rpartition("; lint says ")[2].split()[0]


def _short(result: Comparison) -> str:
    return f"`{result.case.id.removeprefix(result.case.stack).strip()}`"


HEAD = """# Fidelity: what was run, and what came of it

Written by `make fidelity`; do not edit. Real code of each trainer was run on clean and faulty data, CPU only, each in an environment
of its own, and what it did was compared with what lint says under that target and those versions, case by case: effect (crash,
drop, corrupt, starve), stage, record, and the words of the error. The faults are those of `tests/fidelity/mutate.py`, once in the train split and
once in the evaluation split. **miss**: training suffers and lint reports no error. **false alarm**: it does not and lint does.
**differs**: both see it, but not the same effect, stage, record or error. **agree, other words**:
effect, stage and record agree, the error text lint quotes is not the one printed. **skipped**: could not be run here; counts against coverage.

The list of cases is a function of the code (`cases.py`, `mutate.py`), so it is fixed before any run; each section names the
SHA-256 of its names, of which the first 16 digits stand here; a section that names none is of an earlier run. The GLM-4 repository's scripts read no tokenized files: the faults of
tokenized rows are put where `process_batch` would have put rows, before their collator and `prediction_step`; faults of files and of
further columns do not apply there.
"""


def write(runs: list[Run], path: Path, outcomes: Iterable[str]) -> None:
    """Write the table; sections of stacks that were not run now stay as they are. ``outcomes``: the lines of proven.py."""
    old = path.read_text("utf-8") if path.exists() else ""
    kept = {part.split(" -->")[0].removeprefix("<!-- stack "): part for part in _parts(old)}
    kept |= {run.stack.name: _section(run) for run in runs if run.results or run.stack.name not in kept}
    parts = [HEAD, _summary(kept.values()), "\n".join(kept.values()), "\n".join(outcomes) + "\n"]
    path.write_text("\n".join(parts), "utf-8")


def _summary(sections: Iterable[str]) -> str:
    """All sections added up by target; `agree` in percent of the cases that were run."""
    totals: dict[tuple[str, str], collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for section in sections:
        for target, data, *numbers in ROW.findall(section):
            totals[target, data].update(dict(zip(("cases", *COLUMNS), map(int, numbers), strict=True)))
    lines = [
        "| target, all stacks | data | cases | agree | miss | false alarm | differs | skipped | agree, of those run |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for (target, data), counts in sorted(totals.items()):
        run = counts["cases"] - counts[SKIPPED]
        share = f"{100 * counts[AGREE] / run:.1f}%" if run else "-"
        lines.append(
            f"| {target} | {data} | {counts['cases']} | "
            + " | ".join(str(counts[name]) for name in COLUMNS)
            + f" | {share} |"
        )
    return "\n".join(lines) + "\n"


def _parts(text: str) -> list[str]:
    parts = text.split("<!-- stack ")[1:]
    return ["<!-- stack " + part.split(END)[0] + END + "\n" for part in parts]
