"""Where a script's steps and its rows disagree, under which transformers, and the guarded form of the line."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..finding import Severity
from ..targets.versions import Version, may_hold, show
from ..wording import Text
from .access import Access
from .parts import REFERENCE, Parts, Preprocessing, Step
from .produce import Fields
from .remedy import Fix, after, guarded
from .source import Source
from .words import (
    ALONE,
    BY,
    COLUMNS,
    DOES,
    GIVE,
    GIVE_ALONE,
    GUARD,
    KEEP,
    LACKS,
    LEFT,
    LEFT_IN,
    MIXIN,
    NAME,
    RAW,
    SPLITS,
    STAGES,
    TAKE,
    TRAIN_HAS,
    UNUSED,
    filled,
)

LABELS: Final = "labels"
SUPER: Final = "super().prediction_step"
KEPT: Final = ">=4.47"
GONE: Final = ["<4.41", ">=4.43,<4.47"]
STUCK: Final = [">=4.41,<4.43"]
"""What ``BatchEncoding.to`` does with ``labels: None``, which the collator writes from 4.41 on: kept, dropped, an error of its own."""
RELEASES: Final = [
    "4.38.2",
    "4.40.2",
    "4.41.2",
    "4.42.4",
    "4.43.4",
    "4.44.2",
    "4.45.2",
    "4.46.3",
    "4.47.1",
    "4.48.3",
    "4.51.3",
    "4.57.1",
    "5.23.0",
]
"""What an unknown version may be."""
ATTRIBUTE: Final = "AttributeError: 'NoneType' object has no attribute 'to'"


@dataclass(frozen=True, slots=True)
class Case:
    """One end that it comes to: the trainer's error text (None: training is not affected) for these releases."""

    error: str | None
    ranges: tuple[str, ...] = ()
    holds: bool = True
    known: bool = True


@dataclass(slots=True)
class Finding:
    """A disagreement at a line of the script."""

    kind: str
    severity: Severity
    line: int
    key: str
    message: Text
    stage: Text
    cases: list[Case]
    help: Text
    fix: Fix | None = None
    generates: bool = False
    """It depends on ``predict_with_generate``."""
    split: str = "eval"
    source: str = ""
    """The line as it stands."""


@dataclass(slots=True)
class Facts:
    """What is known besides the script: versions, ``predict_with_generate``, columns of the data by kind of split."""

    versions: Mapping[str, Version] = field(default_factory=dict)
    generates: bool | None = None
    columns: dict[str, frozenset[str]] = field(default_factory=dict)
    """Columns of tokenized splits."""
    raw: dict[str, frozenset[str]] = field(default_factory=dict)
    """Keys of records that are still to be preprocessed."""


def judge(source: Source, found: Parts, facts: Facts) -> list[Finding]:
    """Every disagreement, in order of the lines. One finding stands for evaluation and test rows that lack the same field."""
    made: list[Finding] = []
    for step in found.steps:
        kinds = ("eval", "test") if step.name == "prediction_step" else ("train",)
        for kind in kinds:
            made += _step(source, found, facts, step, kind)
    if not any(step.name == "prediction_step" for step in found.steps):
        made += _no_step(found, facts)
    for one in found.preprocessing:
        made += _raw(one, facts)
    unique: dict[tuple[str, int, str], Finding] = {}
    for finding in made:
        unique.setdefault((finding.kind, finding.line, finding.key), finding)
    return sorted(unique.values(), key=lambda f: (f.severity.rank, f.line, f.key))


def _rows(found: Parts, facts: Facts, kind: str) -> tuple[Fields | None, Text]:
    """Fields of the batches of a split, and who says so; None where nothing tells them for sure."""
    rows, who = _given(found, facts, kind)
    if rows is None:
        return None, who
    own = [c for c in found.collators if not any("collator" in base.lower() for base in c.bases)]
    for collator in own:  # makes the whole batch itself
        gives = collator.gives
        if gives is None or gives.open:
            return None, who
        rows = gives
    added = {a.key for c in found.collators for a in c.uses.accesses if a.how == "set"}
    if found.drops is not None and any(
        a.key == REFERENCE and a.how != "set" for c in found.collators for a in c.uses.accesses
    ):
        added.discard(REFERENCE)  # written where the rows have it
    return Fields(rows.keys | added, rows.open), who


def _given(found: Parts, facts: Facts, kind: str) -> tuple[Fields | None, Text]:
    rows, who = _told(found, facts, kind)
    if rows is None or not _dropped(found, rows):
        return rows, who
    return Fields(rows.keys - {REFERENCE}, rows.open), filled(UNUSED, who=who, key=REFERENCE, line=found.drops)


def _dropped(found: Parts, rows: Fields | None) -> bool:
    """True if transformers removes the reference that these rows have."""
    return found.drops is not None and rows is not None and REFERENCE in rows.keys


def _told(found: Parts, facts: Facts, kind: str) -> tuple[Fields | None, Text]:
    if kind in facts.columns:
        fields = Fields(facts.columns[kind])
        return fields, filled(COLUMNS, fields=_list(fields.keys))
    rows = found.rows(kind)
    makers = [one for one in found.preprocessing if one.kind in (kind, None)]
    if rows is None or rows.open or "input_ids" not in rows.keys:  # without them something else tokenizes the rows
        return None, Text("", "")
    first = makers[0]
    return rows, filled(BY, name=first.name, line=first.line, fields=_list(rows.keys))


def _step(source: Source, found: Parts, facts: Facts, step: Step, kind: str) -> Iterator[Finding]:
    rows, who = _rows(found, facts, kind)
    there = rows.keys if rows is not None else frozenset()
    said = {"owner": step.owner, "step": step.name, "split": SPLITS[kind]}
    generates = step.name == "prediction_step" and facts.generates is not False
    uses = step.uses if generates or step.name != "prediction_step" else step.plain
    plain = {(a.key, a.line) for a in step.plain.demanded()}
    for access in uses.demanded():
        if access.key in there or access.unsure or (step.safe and access.key in (LABELS, REFERENCE)):
            continue
        values = {**said, "does": DOES[access.how], "key": access.key}
        depends = step.name == "prediction_step" and (access.key, access.line) not in plain
        if rows is not None and not (rows.open and kind not in facts.columns):
            windows = access.key == LABELS and found.hf_collator and kind != "train"
            cases = _cases(facts, windows, access)
            gone = access.key == REFERENCE and _dropped(found, _told(found, facts, kind)[0])
            give = GIVE if guarded(source, access) else GIVE_ALONE
            advice = filled(KEEP, line=found.drops) if gone else filled(give, **values) if kind == "train" else GUARD
            message = filled(LACKS, **values, who=who, also=_train_has(found, facts, access.key, kind))
            made = _finding(
                source, "step-field-missing", access, cases, message, advice, STAGES[step.name], depends, kind
            )
            made.fix = None if gone else made.fix  # with a default the reference would be lost without a word
            yield made
        elif (
            kind == "eval"
            and access.key in (LABELS, REFERENCE)
            and access.how in ("delete", "pop")
            and not found.rows(kind)
        ):
            yield _finding(
                source, "step-field-unasked", access, [Case(f"KeyError: '{access.key}'")], filled(ALONE, **values), GUARD,
                STAGES[step.name], depends, kind, Severity.WARNING,
            )  # fmt: skip
    if step.name == "prediction_step" and rows is not None and generates and not step.safe:
        yield from _left(source, found, facts, step, rows, said, who, kind)


def _train_has(found: Parts, facts: Facts, key: str, kind: str) -> Text:
    """A word on train rows, if they have what others lack."""
    rows, who = _given(found, facts, "train")
    return filled(TRAIN_HAS, who=who) if kind != "train" and rows is not None and key in rows.keys else Text("", "")


def _left(
    source: Source, found: Parts, facts: Facts, step: Step, rows: Fields, said: Mapping[str, object], who: Text, kind: str
) -> Iterator[Finding]:  # fmt: skip
    """Fields that a step hands on to transformers' own step, which fails on them."""
    handed = [one for one in step.uses.forwards if one.to == SUPER]
    if not handed:
        return
    safe = frozenset.intersection(*(one.safe for one in handed))
    taken = frozenset.intersection(*(one.taken for one in handed))
    line = handed[0].line
    access = next((a for a in step.uses.accesses if a.key == REFERENCE and a.line <= line), None)
    at = access.line if access is not None else line
    if found.hf_collator and LABELS not in rows.keys and LABELS not in safe:
        cases = [_case(facts, "KeyError: 'loss'", [KEPT]), _case(facts, ATTRIBUTE, STUCK), _case(facts, None, GONE)]
        fix = after(source, step, at, LABELS, keeps=access is not None)
        yield Finding(
            "labels-none-left", _severity(cases), at, LABELS, filled(LEFT, **said, who=who), STAGES[step.name], _ordered(cases), GUARD, fix,
            True, kind, source.lines[line - 1].strip(),
        )  # fmt: skip
    if REFERENCE in rows.keys and REFERENCE not in taken:
        begins = any(isinstance(node, ast.stmt) and node.lineno == line for node in source.nodes)
        before = after(source, step, line, REFERENCE, keeps=False) if begins else None
        yield _unused(who, kind, line, source.lines[line - 1].strip(), GUARD if before else MIXIN, before)


def _no_step(found: Parts, facts: Facts) -> Iterator[Finding]:
    """Rows with a reference, and nobody to take it out."""
    if facts.generates is not True or not found.trainers or any(name != "Seq2SeqTrainer" for name in found.trainers):
        return
    for kind in ("eval", "test"):
        rows, who = _rows(found, facts, kind)
        if rows is not None and REFERENCE in rows.keys:
            maker = next((one.line for one in found.preprocessing if one.kind in (kind, None)), 1)
            yield _unused(who, kind, maker, "", TAKE, None)


def _unused(who: Text, kind: str, line: int, text: str, help_: Text, fix: Fix | None) -> Finding:
    error = "ValueError: The following `model_kwargs` are not used by the model: ['output_ids']"
    return Finding(
        "reference-left", Severity.ERROR, line, REFERENCE, filled(LEFT_IN, split=SPLITS[kind], key=REFERENCE, who=who),
        STAGES["prediction_step"], [Case(error)], help_, fix, True, kind, text,
    )  # fmt: skip


def _raw(one: Preprocessing, facts: Facts) -> Iterator[Finding]:
    """Keys that preprocessing reads and that no record has."""
    for kind in (one.kind,) if one.kind else ("train", "eval", "test"):
        columns = facts.raw.get(kind)
        for access in one.uses.demanded() if columns else ():
            if columns is None or access.key in columns or access.unsure:
                continue
            yield Finding(
                "record-key-missing", Severity.ERROR, access.line, access.key,
                filled(RAW, function=one.name, key=access.key, split=SPLITS[kind], columns=_list(columns)), STAGES["map"],
                [Case(f"KeyError: '{access.key}'")], NAME, None, False, kind, access.text,
            )  # fmt: skip


def _cases(facts: Facts, windows: bool, access: Access) -> list[Case]:
    error = f"KeyError: '{access.key}'"
    if not windows:
        return [Case(error)]
    return [_case(facts, error, GONE), _case(facts, ATTRIBUTE, STUCK), _case(facts, None, [KEPT])]


def _case(facts: Facts, error: str | None, ranges: list[str]) -> Case:
    holds, known = may_hold(ranges, facts.versions.get("transformers"), "", RELEASES)
    return Case(error, tuple(ranges), holds, known)


def _severity(cases: list[Case]) -> Severity:
    return Severity.ERROR if any(case.holds and case.error for case in cases) else Severity.INFO


def _ordered(cases: list[Case]) -> list[Case]:
    return sorted(cases, key=lambda case: (not case.holds, case.error is None))


def _finding(
    source: Source, kind: str, access: Access, cases: list[Case], message: Text, help_: Text, stage: Text, depends: bool, split: str,
    severity: Severity | None = None,
) -> Finding:  # fmt: skip
    fix = guarded(source, access)
    return Finding(
        kind, severity or _severity(cases), access.line, access.key, message, stage, _ordered(cases),
        MIXIN if fix is None and help_ is GUARD else help_, fix, depends, split, access.text,
    )  # fmt: skip


def _list(keys: frozenset[str]) -> str:
    return ", ".join(sorted(keys))


def window(case: Case) -> str:
    """``transformers <4.41 or >=4.43,<4.47``; "" for every release."""
    return f"transformers {show(list(case.ranges))}" if case.ranges else ""
