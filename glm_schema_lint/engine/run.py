"""A whole check: datasets in, Report out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .. import rules, sources, targets
from ..config import DATASET_INFO
from ..finding import Group, GroupKey, Severity
from ..record import Dataset
from ..targets import Target
from ..targets.versions import Version
from ..wording import Text
from .account import Account, settle
from .apart import apart
from .choose import EVERY, Choice, choose, look
from .compare import compare
from .everywhere import everywhere
from .job import Job
from .lengths import lengths_unknown, pairs_unread
from .loaded import Lens
from .loading import loading_unknown
from .looks import first_look, second_look
from .lost import lost
from .matrix import Row, Sheet, matrix
from .matrix import sheets as sheets_of
from .merge import merge
from .pick import picked
from .summary import SplitSummary, summaries_of
from .tally import Emit
from .tally import merge as merge_groups

Progress = Callable[[int, int], None]
PICTURES = frozenset(("image", "images", "videos"))
"""Columns of images or videos: with ``--images none`` no file is looked at."""


@dataclass(slots=True)
class Result:
    """Everything a report is made of."""

    choice: Choice
    groups: list[Group]
    splits: list[SplitSummary]
    versions: dict[str, Version] = field(default_factory=dict)
    settings: dict[str, tuple[Any, str]] = field(default_factory=dict)
    complete: bool = True
    not_checked: list[Text] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    examples: int = 5
    pictured: bool = False
    """Some record names an image file, or has a column of them."""
    shown: dict[str, str] = field(default_factory=dict)
    """Relative file name to what a person types to open it."""
    sheets: list[Sheet] = field(default_factory=list)
    """With every target asked for: what becomes of each record under each."""
    matrix: list[Row] = field(default_factory=list)
    """The different rows of the sheets."""
    accounts: dict[str, Account] = field(default_factory=dict)
    """What becomes of all records under each target that judges any, and whether something stops the run."""
    lenses: dict[tuple[str, str | None], Lens] = field(default_factory=dict)
    """What loading makes of files, by names of split and file, where it is the same for all of their records."""

    @property
    def records(self) -> int:
        """Records of all splits."""
        return sum(split.records for split in self.splits)

    @property
    def unread(self) -> int:
        """Lines and rows of all splits that give no record."""
        return sum(split.unread for split in self.splits)

    def count(self, severity: Severity) -> int:
        """Findings of one severity."""
        return sum(group.findings for group in self.groups if group.severity is severity)


@dataclass(slots=True)
class Options:
    """What the user asked for, as far as the engine cares."""

    target: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    versions: Mapping[str, Version] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    examples: int = 5
    images: str = "header"
    image_root: str | None = None
    max_records: int | None = None
    jobs: int = 1
    max_length: int | None = None
    tokenizer: str | None = None
    emit: Emit | None = None
    """Is told every finding in order of reading; one process reads then, whatever ``jobs`` says."""


def check(
    datasets: list[Dataset], options: Options, versions: Mapping[str, Version], progress: Progress | None = None
) -> Result:
    """Judge ``datasets``; ``versions`` are the package versions in force, ``progress`` is told (records, bytes)."""
    datasets = apart(picked(datasets, options.settings))
    choice = choose(options.target, datasets, look(datasets))
    contracts = [targets.load(name) for name in choice.names]
    settings = _settings(contracts, datasets, options)
    chosen = rules.select(options.select, options.ignore, options.extend_select)
    stated = {name: value for name, (value, source) in settings.items() if source != "default"}
    job = Job(  # defaults are each target's own
        choice.names, frozenset(rule.name for rule in chosen), versions, stated,
        max(1, options.examples), options.images, options.image_root, options.max_records,
        options.max_length, sources.TokenCounter(options.tokenizer), options.target not in (None, EVERY),
    )  # fmt: skip
    groups: dict[GroupKey, Group] = {}
    summaries: list[SplitSummary] = []
    accounts: dict[str, Account] = {}
    sheets: list[Sheet] = []
    lenses: dict[tuple[str, str | None], Lens] = {}
    images = sources.ImageReader(job.images, job.image_root)
    whole, looked, relative = True, False, []
    for dataset in datasets:
        own = replace(job, targets=dataset.targets or job.targets)
        results = first_look(own, dataset, images, options.jobs, options.emit, progress)
        looked = looked or any(r.looked for r in results)
        if any(r.relative for r in results):
            relative.append(dataset.shown or ".")
        mine, stats, ledger = merge(dataset, results, job.examples)
        found = second_look(own, dataset, images, options.jobs, options.emit, (mine, stats, ledger))
        lenses |= {(dataset.splits[s].name, dataset.splits[s].files[f].rel): lens for (s, f), lens in found.items()}
        merge_groups(groups, mine.values(), job.examples)
        whole = whole and not (options.max_records is not None and any(s.records >= options.max_records for s in stats))
        merge_groups(groups, compare(own, dataset, stats, ledger, images, whole, options.emit).values(), job.examples)
        summaries.extend(summaries_of(stats))
        books = settle(own, dataset, ledger, accounts)
        if whole:
            merge_groups(groups, lost(own, dataset, books, accounts, options.emit).values(), job.examples)
        if options.target != EVERY:  # which has every record's fate under every trainer as its own
            merge_groups(groups, everywhere(own, stats, ledger, options.emit).values(), job.examples)
        for summary, made in zip(summaries[-len(stats) :], books, strict=False):
            summary.accounts = made
            summary.unread = max([0, *(one.records - summary.records for one in made.values())])
        if options.target == EVERY:
            sheets.extend(sheets_of(own.targets, stats, ledger))
    result = Result(
        choice,
        _sorted(groups, [s.name for s in summaries]),
        summaries,
        dict(versions),
        settings,
        complete=whole,
        examples=options.examples,
        pictured=looked or any(not PICTURES.isdisjoint(s.columns) for s in summaries),
        sheets=sheets,
        matrix=matrix(sheets),
        lenses=lenses,
        accounts={name: accounts[name] for name in choice.names if name in accounts},
    )
    _gone_folders(result.groups, datasets, options.image_root)
    for dataset in datasets:
        names = [f.rel for s in dataset.splits for f in s.files if f.rel is not None]
        own_prefix = f"{dataset.prefix}/" if dataset.prefix else ""
        names += [f"{own_prefix}{DATASET_INFO}"] if "dataset_info" in dataset.configs else []
        for name in names:
            result.shown[name] = _join(
                dataset.shown, name.removeprefix(f"{dataset.prefix}/") if dataset.prefix else name
            )
        for one in _configs(dataset):
            result.shown[own_prefix + one.source] = one.shown or _join(dataset.shown, one.source)
    _notes(result, job, contracts, datasets, looked)
    result.notes.extend(note for dataset in datasets for note in dataset.notes)
    for folder in relative:
        result.notes.append(
            Text(
                f"relative image paths resolve in {folder}/: start training there, or make them absolute",
                f"图片的相对路径以 {folder}/ 为起点：请在该目录启动训练，或改成绝对路径",
            )
        )
    return result


def _configs(dataset: Dataset) -> list[Any]:
    """The finetune yaml or the training config of a dataset, the nearest to what runs last."""
    return [dataset.configs[key] for key in ("finetune", "training") if key in dataset.configs]


def _unset(one: Any) -> dict[str, Any]:
    """What the trainer takes for settings that a training config leaves out."""
    return getattr(one, "unset", {})


def _join(shown: str, rel: str) -> str:
    return rel if not shown else f"{shown.rstrip('/')}/{rel}"


def _settings(contracts: list[Target], datasets: list[Dataset], options: Options) -> dict[str, tuple[Any, str]]:
    found: dict[str, tuple[Any, str]] = {}
    for target in contracts:
        for name, setting in target.settings.items():
            found.setdefault(name, (setting.default, "default"))
    for dataset in datasets:
        for one in _configs(dataset):
            found.update({name: (value, one.source) for name, value in one.settings.items()})
            found.update({name: (value, f"{one.source}, default") for name, value in _unset(one).items()})
    found.update({name: (value, "--set") for name, value in options.settings.items()})
    if options.max_length is not None:
        found["max_length"] = options.max_length, "--max-length"
    return found


def _gone_folders(groups: list[Group], datasets: list[Dataset], image_root: str | None) -> None:
    """Mark groups whose paths all lie under a folder that is not there."""
    roots = [Path(image_root)] if image_root else [d.root for d in datasets if d.root is not None]
    for group in groups:
        if group.common:
            group.common_gone = not any(os.path.isdir(root / group.common) for root in roots)


def _sorted(groups: dict[GroupKey, Group], splits: list[str]) -> list[Group]:
    """Worst first; then by code, split and file, so that the same data give the same bytes."""
    order = {name: number for number, name in enumerate(splits)}
    return sorted(
        groups.values(),
        key=lambda g: (
            g.severity.rank, g.worst.effect.rank, g.code, g.key.case, order.get(g.key.split or "", -1), g.key.split or "",
            g.key.file or "", g.key.targets,
        ),
    )  # fmt: skip


def _notes(result: Result, job: Job, contracts: list[Target], datasets: list[Dataset], looked: bool) -> None:
    """What was not checked, and what holds for every dataset under the target."""
    raw = any(s.dialect not in (None, "tokenized") for s in result.splits)
    if raw:
        result.not_checked.extend(lengths_unknown(job, contracts))
    result.not_checked.extend(pairs_unread(contracts, result.splits))
    if job.images == "none":
        result.not_checked.append(Text("images (--images none)", "图片（--images none）"))
    elif raw and job.images in ("exists", "header") and looked:
        what = Text(
            "image bodies (header only; --images decode reads them)",
            "图片内容（只读文件头；--images decode 会完整解码）",
        )
        if job.images == "exists":
            what = Text(
                "image files beyond their existence (--images header or decode)",
                "图片文件只看是否存在（可用 --images header 或 decode）",
            )
        result.not_checked.append(what)
    if not result.complete:
        first = job.max_records
        result.not_checked.append(
            Text(
                f"records after the first {first:,} of a split, and comparisons between splits (--max-records)",
                f"每个数据集划分中第 {first:,} 条之后的记录，以及划分之间的比较（--max-records）",
            )
        )
    idle = [s.name for d in datasets for s in d.splits if not s.declared]
    if idle:
        shown = ", ".join(idle[:3]) + (" …" if len(idle) > 3 else "")
        result.notes.append(
            Text(
                f"{shown}: no split in the name; datasets ignores such a file beside named splits. Linted alone as training data",
                f"{shown}：文件名里没有划分名；与带划分名的文件放在一起时 datasets 会忽略它。这里单独按训练数据检查",
            )
        )
    if len(contracts) == 1:
        result.notes.extend(loading_unknown(contracts[0], datasets, result.settings, result.groups))
    if raw and len(contracts) == 1:  # notes tell what the trainer makes of records; tokenized rows are past that
        kinds = {s.kind for d in datasets for s in d.splits if s.dialect != "tokenized" and s.declared}
        known = {name for name, version in result.versions.items() if version.exact}
        for note in contracts[0].notes:
            if note.brief or (note.unless_known and note.unless_known not in known and kinds & set(note.kinds)):
                result.notes.append(Text(note.en, note.zh))
