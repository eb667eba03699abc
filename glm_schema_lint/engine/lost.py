"""Splits of which a trainer keeps no record: what becomes of each alone is known by then, what becomes of the run is not."""

from __future__ import annotations

from ..fates import Fate
from ..finding import Group, GroupKey, Hit
from ..location import Location
from ..record import Dataset, Split
from ..rules import AccountRule
from .account import Account
from .job import Job, Judge
from .tally import Emit, Failing, Tally


def lost(
    job: Job, dataset: Dataset, accounts: list[dict[str, Account]], totals: dict[str, Account],
    emit: Emit | None = None,
) -> dict[GroupKey, Group]:  # fmt: skip
    """Ask the rules that read accounts; a run that stops there is entered in ``accounts`` and ``totals`` too."""
    tally, judge = Tally(job.examples, len(job.targets), emit), Judge(job)
    for rule in job.active(AccountRule):
        for split, made in zip(dataset.splits, accounts, strict=True):
            failing: Failing = []
            said: Hit | None = None
            for target in job.contracts():
                account = made.get(target.name)
                if account is None or not target.applies(rule.name):
                    continue
                for hit in rule.check(split, account.records, account.count(Fate.DROPPED)):
                    outcomes = judge(target, rule, hit.case, split.kind)
                    if not outcomes:
                        continue
                    said = hit
                    failing.append((target.name, outcomes))
                    sure, maybe = judge.marks(target, rule, hit.case, split.kind)
                    for one in (account, totals[target.name]):
                        one.stop, one.maybe_stop = max(one.stop, sure), max(one.maybe_stop, maybe)
            if said is not None:
                tally.add(rule, said, place_of(split), split.name, failing)
    return tally.groups


def place_of(split: Split) -> Location:
    """The first file of the split."""
    name = split.files[0].rel if split.files else None
    return Location(name, split=None if name else split.name)
