"""After the scan: what the layout showed, what split rules read in statistics, what dataset rules see between splits."""

from __future__ import annotations

from functools import partial
from typing import Any

from .. import rules, sources
from ..finding import Group, GroupKey, Hit, Outcome
from ..location import Location
from ..record import Dataset, Problem, Split
from ..rules import DatasetRule, SourceRule, SplitRule
from ..rules._base import Rule
from ..stats import SplitStats
from ..targets import Target
from .job import Job, Judge
from .ledger import Ledger, joint
from .tally import OWN, Emit, Failing, Tally


def compare(
    job: Job, dataset: Dataset, stats: list[SplitStats], ledger: Ledger, images: sources.ImageReader, whole: bool,
    emit: Emit | None = None,
) -> dict[GroupKey, Group]:  # fmt: skip
    """Run split and dataset rules on merged statistics, report what the layout itself showed; both go into ``ledger``."""
    tally, judge = Tally(job.examples, len(job.targets), emit), Judge(job)
    contracts = job.contracts()
    for problem, file in dataset.problems:
        _layout(tally, judge, job, contracts, dataset, ledger, problem, file)
    if whole:
        for rule in (*job.active(SplitRule), *job.active(DatasetRule)):
            for stat in stats if isinstance(rule, SplitRule) else [None]:
                _ask(tally, judge, job, rule, dataset, stats, stat, ledger, images)
    return tally.groups


def _ask(
    tally: Tally,
    judge: Judge,
    job: Job,
    rule: Any,
    dataset: Dataset,
    stats: list[SplitStats],
    one: SplitStats | None,
    ledger: Ledger,
    images: sources.ImageReader,
) -> None:
    merged: dict[tuple[Any, ...], tuple[Hit, Failing]] = {}
    fallback = (
        one.split
        if one is not None
        else (dataset.splits[0] if dataset.splits else Split("train", "train", []) if dataset.configs else None)
    )
    if fallback is None:
        return
    kinds = {split.name: split.kind for split in dataset.splits}
    places = {split.name: number for number, split in reversed(list(enumerate(dataset.splits)))}
    for target in job.contracts():
        if not target.applies(rule.name):
            continue
        ctx = job.context(target, fallback, dataset, images)
        try:
            hits = list(rule.check(one if one is not None else stats, ctx))
        except Exception as error:  # noqa: BLE001  a failing rule becomes a finding, the run goes on
            own = rules.by_name()["rule-crashed"]
            hit = Hit(found=f"{type(error).__name__}: {error}"[:80], values={"rule": rule.name})
            tally.add(own, hit, Location(split=fallback.name), fallback.name, [(n, OWN) for n in job.targets])
            continue
        for hit in hits:
            split = hit.split or (one.split.name if one is not None else None)
            outcomes: tuple[Outcome, ...] = judge(target, rule, hit.case, kinds.get(split or "", "train"))
            if outcomes:
                merged.setdefault((hit.case, hit.location, split), (hit, []))[1].append((target.name, outcomes))
                marks = judge.marks(target, rule, hit.case, kinds.get(split or "", "train"))
                ledger.claim(target.name, places.get(split or ""), marks, hit)
    for (_, location, split), (hit, failing) in merged.items():
        kind, place = kinds.get(split or "", "train"), places.get(split or "")
        for name, marks in joint(
            failing, len(job.targets), partial(judge.marks_of, rule=rule, case=hit.case, kind=kind)
        ):
            ledger.claim(name, place, marks, hit)
        tally.add(rule, hit, location or Location(split=split), split, failing)


def _layout(
    tally: Tally, judge: Judge, job: Job, contracts: list[Target], dataset: Dataset, ledger: Ledger, problem: Problem, file: str
) -> None:  # fmt: skip
    rule: Rule | None = next((r for r in job.active(SourceRule) if r.name == problem.rule), None)
    if rule is None:
        return
    split = problem.values.get("split")
    kind = str(problem.values.get("kind", "train"))
    readers = [t for t in contracts if _reads(t, dataset, file)]
    failing: Failing = [(t.name, o) for t in readers if (o := judge(t, rule, problem.case, kind))]
    if failing:
        hit = Hit(problem.pointer, problem.case, problem.found, problem.expected, problem.values)
        rel = f"{dataset.prefix}/{file}" if dataset.prefix else file
        hit.location = Location(rel, problem.record, problem.line, problem.pointer)
        place = next((number for number, one in enumerate(dataset.splits) if one.name == split), None)
        for target in readers:
            ledger.claim(target.name, place, judge.marks(target, rule, problem.case, kind), hit)
        for name, marks in joint(
            failing, len(contracts), partial(judge.marks_of, rule=rule, case=problem.case, kind=kind)
        ):
            ledger.claim(name, place, marks, hit)
        tally.add(
            rule,
            hit,
            Location(rel, problem.record, problem.line, problem.pointer),
            str(split) if split else None,
            failing,
        )


def _reads(target: Target, dataset: Dataset, file: str) -> bool:
    """False for a config file that belongs to another trainer."""
    training = dataset.configs.get("training")
    if training is not None and file == training.source:
        return bool(training.target == target.name)
    if "finetune" in dataset.configs and file == dataset.configs["finetune"].source:
        return target.detect.config in ("", "finetune")
    return file != "dataset_info.json" or target.detect.config == "dataset_info"
