"""What a run will do, from what lint found: which files are laid out or named anew, which keys are missing, who judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .. import config, rules, sources, targets
from ..config import UsageError
from ..engine.apart import apart
from ..engine.choose import Choice, choose, look
from ..engine.job import Job
from ..engine.run import Options, Result, check
from ..record import DataFile, Dataset, Split
from ..sources import columnar
from ..sources.discover import discover
from ..sources.layout import LayoutError, Seen
from ..targets.versions import Version
from . import alike
from .catalogue import answer
from .errors import FixError
from .judge import Witness
from .repairs.fields import EvalLabels, FillColumns
from .repairs.keys import AsText, FillKeys
from .repairs.media import FirstMessage, ListImages, Paths, SplitImages
from .repairs.roles import Roles
from .repairs.tools import ArgumentObjects, ListedTools, SystemTools, ToolsText
from .seat import Repair, Seat

TEXT: Final = ("lines", "array")
EXAMPLES: Final = 64
"""Findings kept of each group: more keys than this come late in no file."""
_SUFFIXES: Final = (".jsonl", ".json", ".ndjson", ".parquet", ".arrow", ".feather")


@dataclass(slots=True)
class Wish:
    """What the user asked for."""

    target: str | None = None
    to: str | None = None
    unsafe: bool = False
    splits: tuple[tuple[str, str], ...] = ()
    versions: Mapping[str, Version] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    images: str = "header"
    image_root: str | None = None


@dataclass(slots=True)
class Task:
    """One file: where it goes, and what is done to the file itself."""

    dataset: Dataset
    split: Split
    file: DataFile
    rel: str
    lines: bool = False
    """One record a line, whatever the layout was."""
    recode: bool = False
    """The text is of a guessed encoding."""
    unmark: bool = False
    """A byte order mark is taken out."""
    first: frozenset[int] = frozenset()
    """Records that move to the front, so that the schema is made from them."""
    types: dict[str, Any] = field(default_factory=dict)
    """Columns that a columnar file lacks and those loaded with it have, with their types."""


@dataclass(slots=True)
class Plan:
    """The input as it was judged, and what is to be done."""

    paths: list[str]
    wish: Wish
    datasets: list[Dataset]
    seen: Seen
    choice: Choice
    before: Result
    versions: Mapping[str, Version]
    settings: dict[str, Any]
    images: sources.ImageReader
    tasks: list[Task] = field(default_factory=list)
    alike: dict[int, alike.Alike] = field(default_factory=dict)
    """Keys to be made alike, by the id of their split."""

    def chains(self, task: Task) -> list[list[Repair]]:
        """The repairs of a file, for each trainer in question."""
        return [self._of(task, name) for name in self.targets(task.dataset)]

    def targets(self, dataset: Dataset) -> tuple[str, ...]:
        """The trainers the repairs of a dataset are for."""
        return dataset.targets or self.choice.names

    def _chain(self, split: Split, dataset: Dataset, name: str) -> list[Repair]:
        seat = Seat(targets.load(name), split, dataset, self.images, dict(self.versions), self.settings)
        found = self.alike.get(id(split))
        wanted = any(g.key.rule == "eval-labels-missing" and g.key.split == split.name for g in self.before.groups)
        chain: list[Repair] = [Roles(seat), ListImages(seat), Paths(seat), ToolsText(seat), SystemTools(seat, found)]
        chain += [ArgumentObjects(seat), EvalLabels(seat, wanted)]
        if self.wish.unsafe:
            chain += [SplitImages(seat), FirstMessage(seat)]
        if found is not None:
            chain += [FillKeys(found.empty), AsText(found.text), ListedTools(seat, found.tools)]
        return chain

    def _of(self, task: Task, name: str) -> list[Repair]:
        chain = self._chain(task.split, task.dataset, name)
        return [*chain, FillColumns(task.types)] if task.types else chain

    def converting(self, task: Task, becomes: Split, convert: Repair) -> list[Repair]:
        """The repairs of a file that is written for another trainer: those of the old form, the turn, those of the new."""
        names = self.targets(task.dataset)
        old = self._chain(task.split, task.dataset, names[0]) if len(names) == 1 and not self.wish.unsafe else []
        assert self.wish.to is not None  # noqa: S101  asked only where it is set
        return [*old, convert, *self._chain(becomes, task.dataset, self.wish.to)]

    def witness(self, task: Task, becomes: Split | None = None) -> Witness | None:
        """Who says which records are lost on training; None where none is dropped."""
        if not self.wish.unsafe:
            return None
        chosen = frozenset(rule.name for rule in rules.select((), (), ()))
        names = (self.wish.to,) if self.wish.to is not None else self.targets(task.dataset)
        job = Job(names, chosen, self.versions, self.settings, 1, self.wish.images, self.wish.image_root)
        split = becomes or task.split
        lens = None if becomes else self.before.lenses.get((split.name, task.file.rel))
        return Witness(job, task.dataset, split, split.files[0] if becomes else task.file, self.images, lens)


def plan(paths: list[str], wish: Wish) -> Plan:
    """Read the input once and decide; raises FixError where it cannot be read."""
    try:
        datasets, seen = discover(paths, wish.splits)
        known = config.resolve(dict(wish.versions), [d.root for d in datasets if d.root is not None])
        datasets = apart(datasets)
        choice = choose(wish.target, datasets, look(datasets))
        options = Options(
            wish.target,
            examples=EXAMPLES,
            versions=known,
            settings=wish.settings,
            images=wish.images,
            image_root=wish.image_root,
        )
        before = check(datasets, options, known)
    except (LayoutError, UsageError) as error:
        raise FixError(error.text.en, error.text.zh) from None
    for group in before.groups:
        if group.key.rule == "file-unreadable":
            at, why = str(group.examples[0].location), str(group.examples[0].values.get("reason", ""))
            raise FixError(
                f"{at} cannot be read ({why}); nothing was written", f"{at} 无法读取（{why}）；没有写出任何文件"
            )
    reader = sources.ImageReader(wish.images, wish.image_root)
    settings = {name: value for name, (value, _) in before.settings.items()}
    made = Plan(paths, wish, datasets, seen, choice, before, known, settings, reader)
    for dataset in datasets:
        for split in dataset.splits:
            made.tasks += [_task(made, dataset, split, file) for file in split.files]
        _fill(made, dataset)
    if wish.to is not None:
        if all(split.dialect == "tokenized" for dataset in datasets for split in dataset.splits):
            raise FixError("tokenized rows hold no text to convert", "已分词的行没有可转换的文本")
        return made
    names = [task.rel for task in made.tasks]
    for name in {name for name in names if names.count(name) > 1}:
        raise FixError(f"two files would be written as {name}", f"有两个文件都会写成 {name}")
    return made


def _found(made: Plan, file: DataFile, rule: str) -> bool:
    return any(g.key.rule == rule and g.key.file == file.rel for g in made.before.groups)


def _task(made: Plan, dataset: Dataset, split: Split, file: DataFile) -> Task:
    rel = file.rel or split.name
    task = Task(dataset, split, file, rel)
    if file.format in TEXT:
        task.lines = _found(made, file, "json-layout-mismatch")
        task.unmark = _found(made, file, "byte-order-mark")
        task.recode = made.wish.unsafe and _found(made, file, "not-utf8")
        task.first = frozenset(
            finding.location.record
            for group in made.before.groups
            if group.key.file == file.rel and answer(group) == "schema-first"
            for finding in group.examples
            if finding.location.record is not None
        )
    refused = any(g.key.rule == "file-extension-refused" and g.key.split == split.name for g in made.before.groups)
    if refused and (file.format in TEXT or not _opaque(file)):
        task.rel, task.lines = _stem(rel) + ".jsonl", True
    return task


def _stem(rel: str) -> str:
    for suffix in (".gz", ".zst", *_SUFFIXES):
        rel = rel.removesuffix(suffix)
    return rel


def _opaque(file: DataFile) -> bool:
    """True if a row of a columnar file holds what JSON text cannot."""
    rows = sources.sample(file, 1)
    return any(
        not isinstance(cell, str | int | float | bool | list | dict | None)
        for row in rows
        for cell in row.value.values()
    )


def _fill(made: Plan, dataset: Dataset) -> None:
    """Keys that the loader cannot make a column of, or fills with a null that hurts; each load by itself."""
    rels = {f.rel for s in dataset.splits for f in s.files}
    asked = [g for g in made.before.groups if g.key.file in rels and answer(g) in alike.ANSWERS]
    if not asked:
        return
    contracts = [targets.load(name) for name in made.targets(dataset)]
    loads: dict[Any, list[Split]] = {}
    together = contracts[0].files.way(made.settings.get)
    for split in dataset.splits:
        whole = split.stanza or together != "splits"
        loads.setdefault(split.name if whole else None, []).append(split)
    for splits in loads.values():
        _columns(made, splits)
        found = alike.decide(splits, contracts, asked)
        for split in splits:
            made.alike[id(split)] = found


def _columns(made: Plan, splits: list[Split]) -> None:
    """Parquet files that are loaded together: each gets the columns it lacks, empty, of the type they have elsewhere."""
    tasks = [t for t in made.tasks if t.split in splits and t.file.format == "parquet" and t.file.problem is None]
    known = [(task, columnar.types(task.file)) for task in tasks]
    every: dict[str, Any] = {}
    for _, own in known:
        for name, kind in own.items():
            every.setdefault(name, kind)
    for task, own in known:
        task.types = {name: kind for name, kind in every.items() if name not in own and name not in _LABELS}


_LABELS: Final = ("labels", "output_ids")
"""Train and evaluation rows differ in these two, and labels-added sees to it."""
