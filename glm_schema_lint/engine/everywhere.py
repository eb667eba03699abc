"""Where the trainer is not known: records that fail under every candidate, though under no rule with all of them.

A finding is an error if every candidate fails on it. Candidates may fail on one record by different findings, each a
warning as the others do not share it; and still nobody can train on that record.
"""

from __future__ import annotations

from ..fates import FATES, NO_MARKS, Fate, Mark, fate, rule, stage
from ..finding import Group, GroupKey, Hit, Outcome
from ..location import Location
from ..rules import by_name, load
from ..stats import SplitStats
from ..wording import Text
from .account import account
from .job import Job
from .ledger import ALL, Ledger, alone
from .lost import place_of
from .matrix import sheets
from .tally import Emit, Failing, Tally

_EFFECTS = {fate: effect for effect, fate in FATES.items()}
_ENDS = {
    Fate.CRASH: Text("{target} crashes ({rule})", "{target} 崩溃（{rule}）"),
    Fate.DROPPED: Text("{target} drops it ({rule})", "{target} 丢弃它（{rule}）"),
    Fate.ALTERED: Text("{target} learns the wrong thing ({rule})", "{target} 学到错误内容（{rule}）"),
    Fate.IDLE: Text("{target} learns nothing ({rule})", "{target} 什么也学不到（{rule}）"),
}


def everywhere(job: Job, stats: list[SplitStats], ledger: Ledger, emit: Emit | None = None) -> dict[GroupKey, Group]:
    """One finding for each split that holds such records; else one if each candidate stops, each somewhere else."""
    tally, own = Tally(job.examples, len(job.targets), emit), by_name()["fails-everywhere"]
    if len(job.targets) < 2 or own.name not in job.rules or ledger.run.get(ALL):
        return tally.groups
    names = tuple(alone(target) for target in job.targets)
    for sheet in sheets((*names, ALL), stats, ledger):
        count, first = 0, None
        for file, start, stop, marks in sheet.pieces():
            held = [sure for sure, _ in marks]
            if all(held[:-1]) and not held[-1]:
                count += stop - start
                first = first or (sheet.location(file, start), held[:-1])
        if first is not None:
            at, held = first
            hit = Hit(case="records", count=count, values={"reasons": _reasons(job.targets, held)})
            tally.add(own, hit, at, sheet.stats.split.name, _failing(job.targets, held))
    if tally.groups or _said(ledger):
        return tally.groups
    stops = [_stop(ledger, name) for name in names]
    if all(stops):
        hit = Hit(case="run", values={"reasons": _reasons(job.targets, stops)})
        tally.add(own, hit, place_of(stats[0].split) if stats else Location(), None, _failing(job.targets, stops))
    return tally.groups


def _stop(ledger: Ledger, name: str) -> Mark:
    """Where a candidate stops first, by what is an error under it; 0 if it does not."""
    return max(ledger.run.get(name, NO_MARKS)[0], account(ledger.books.values(), name, expands=False).stop)


def _said(ledger: Ledger) -> bool:
    """True if every candidate fails on some finding: that is an error by itself."""
    return any(ALL in book.whole or book.sure.get(ALL) for book in ledger.books.values())


def _failing(targets: tuple[str, ...], marks: list[Mark]) -> Failing:
    return [
        (target, (Outcome(_EFFECTS[fate(mark)], stage(mark)),)) for target, mark in zip(targets, marks, strict=True)
    ]


def _reasons(targets: tuple[str, ...], marks: list[Mark]) -> Text:
    rules = load()
    ends = [
        (_ENDS[fate(mark)], {"target": target, "rule": rules[rule(mark)].name})
        for target, mark in zip(targets, marks, strict=True)
    ]
    return Text(", ".join(end.say("en", **of) for end, of in ends), "，".join(end.say("zh", **of) for end, of in ends))
