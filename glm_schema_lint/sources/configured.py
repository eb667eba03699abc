"""Datasets that a config names: a dataset_info.json, a finetune yaml, a training config of another trainer."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from .. import config
from ..config import DATASET_INFO, Training
from ..record import DataFile, Dataset, Kind, Split
from ..wording import Text
from . import columnar, layout
from .layout import LayoutError, Seen

DATA_DIR: Final = "data"
"""LLaMA-Factory's dataset_dir where none is set: beside a checkout's own files, dataset_info.json stands in it."""
ELSEWHERE: Final = ("ONLINE", "REMOTE:")
"""Values of dataset_dir that stand for a hub."""
BESIDE: Final = 64
"""Files beside the data that are looked at for a training config."""


def stanzas(info: Path, shown: str) -> Dataset:
    """Every entry of a dataset_info.json as a split."""
    entries, problems = config.dataset_info(info)
    dataset = Dataset(info.parent, [], shown=shown, problems=[(p, DATASET_INFO) for p in problems])
    dataset.configs["dataset_info"] = entries
    for entry in entries:
        if not entry.files:
            continue
        files = [
            layout.data_file(p, p.relative_to(info.parent).as_posix() if p.is_relative_to(info.parent) else p.name)
            for p in entry.files
        ]
        dataset.splits.append(
            Split(entry.name, "train", files, dialect=entry.dialect, stanza=entry.name, mapping=entry.mapping)
        )
    return dataset


def finetune(path: Path, folder: Path | None, shown: str, typed: str = "") -> Dataset:
    """The splits that a finetune yaml of the GLM-4 scripts names, in ``folder`` or else in the folder it fits."""
    data_dir = folder or config.folder_of(path)
    tuned = config.finetune_yaml(path, data_dir)
    tuned.shown = typed
    notes = []
    if folder is None and data_dir != path.parent:
        tuned.shown = typed or (f"{shown}/{path.name}" if shown else path.name)
        shown = os.path.normpath(os.path.join(shown, os.path.relpath(data_dir, path.parent)))
        notes.append(
            Text(
                f"{shown}/ holds the files that {path.name} names, and is taken for the data folder that finetune.py is given",
                f"{path.name} 所写的文件在 {shown}/ 里，就把它当作传给 finetune.py 的数据目录",
            )
        )
    splits = [
        Split(layout.SPLIT_NAMES[kind], kind, [layout.data_file(p, rel) for p, rel in files])
        for kind, files in tuned.files.items()
        if files
    ]
    dataset = Dataset(data_dir, splits, shown="" if shown in (".", "") else shown.rstrip("/"), notes=notes)
    dataset.configs["finetune"] = tuned
    dataset.problems = [(problem, path.name) for problem in tuned.problems]
    return dataset


def named(typed: str, folder: str | None) -> Dataset:
    """The dataset of a config that was given as PATH; ``folder`` is the data folder given beside it.

    Raises LayoutError where its data are not on this machine, UsageError for a file that is no training config.
    """
    path = Path(typed)
    if config.is_finetune_yaml(path):
        return finetune(path, Path(folder) if folder else None, folder or os.path.dirname(typed), typed)
    training = config.read_training(path, typed)
    if training is None:
        raise config.not_training(path)
    if training.target == "llama-factory":
        return _registered(training, folder)
    return _files(training, folder)


def beside(folder: Path, shown: str, dataset: Dataset | None, notes: list[Text]) -> Dataset | None:
    """``dataset`` with the one training config that lies in ``folder`` and speaks of these data, if there is one.

    Without a ``dataset`` (no dataset_info.json was found) the config itself says where the data are; None if there
    is no such config. Several are left aside, and ``notes`` says so.
    """
    try:
        names = sorted(e.name for e in os.scandir(folder) if e.name.endswith(config.SUFFIXES))[:BESIDE]
    except OSError:
        return dataset
    one, several = config.sole([folder / name for name in names if not layout.CONFIGS.match(name)])
    if several:
        listed = ", ".join(training.source for training in several[:3]) + (" …" if len(several) > 3 else "")
        notes.append(
            Text(
                f"{len(several)} training configs here, none used: name one as PATH ({listed})",
                f"这里有 {len(several)} 个训练配置，一个也没有使用：请把其中一个作为 PATH 给出（{listed}）",
            )
        )
    for training in one:
        training.shown = f"{shown}/{training.source}" if shown else training.source
        if dataset is not None:
            entries = {entry.name for entry in dataset.configs.get("dataset_info", [])}
            if training.target == "llama-factory" and entries & {*training.train, *training.evaluate}:
                _attach(dataset, training)
        elif training.target == "llama-factory":
            info = folder / str(training.content.get("dataset_dir", DATA_DIR)) / DATASET_INFO
            if info.is_file():
                return _attach(stanzas(info, _shown(info.parent, folder, shown)), training)
        elif all(path.is_relative_to(folder) for path in _paths(training, training.train, folder)):
            return _files(training, None, folder) if _paths(training, training.train, folder) else None
    return dataset


def _registered(training: Training, folder: str | None) -> Dataset:
    """LLaMA-Factory: the entries of the dataset_info.json in dataset_dir; the engine picks those that are named."""
    written = training.content.get("dataset_dir", DATA_DIR)
    if not isinstance(written, str) or written.startswith(ELSEWHERE):
        raise LayoutError(
            Text(
                f"{training.source}: dataset_dir is {written!r}, so the data are on a hub and not on this machine",
                f"{training.source}：dataset_dir 是 {written!r}，数据在远端，不在这台机器上",
            )
        )
    if folder is not None:
        places = [Path(folder) / DATASET_INFO, Path(folder) / DATA_DIR / DATASET_INFO]
        info = next((place for place in places if place.is_file()), None)
    else:
        info = training.find(os.path.join(written, DATASET_INFO))
    if info is None:
        where = folder if folder is not None else written
        raise LayoutError(
            Text(
                f"{training.source}: no dataset_info.json in {where}; name the data folder as well: "
                f"glm-lint {training.shown} FOLDER",
                f"{training.source}：{where} 里没有 dataset_info.json；请同时给出数据目录：glm-lint {training.shown} 目录",
            )
        )
    return _attach(stanzas(info, _short(info.parent, training)), training)


def _attach(dataset: Dataset, training: Training) -> Dataset:
    dataset.configs["training"] = training
    named = {*training.train, *training.evaluate}
    training.reuse([
        file.path
        for split in dataset.splits
        if split.stanza in named
        for file in split.files
        if file.path is not None and file.problem is None
    ])  # fmt: skip
    dataset.problems.extend((problem, training.source) for problem in training.problems)
    return dataset


def _files(training: Training, folder: str | None, root: Path | None = None) -> Dataset:
    """ms-swift and TRL: the files and folders that are named. What is on a hub is told in a note."""
    top = Path(folder) if folder is not None else root
    parts = [(kind, _paths(training, names, top)) for kind, names in _kinds(training)]
    every = [path for _, paths in parts for path in paths]
    if not every:
        raise LayoutError(
            Text(
                f"{training.source}: none of the datasets it names is on this machine; name the data folder as well",
                f"{training.source}：其中的数据集都不在这台机器上；请同时给出数据目录",
            )
        )
    base = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in every]))
    splits = []
    for kind, paths in parts:
        files = [file for path in paths for file in _data(path, base)]
        if training.target == "trl" and len(paths) == 1 and paths[0].is_dir():  # one load_dataset call finds its splits
            splits.extend(layout.group([(file, layout.split_of(file.rel or "")) for file in files]))
        elif training.target == "trl":  # a mixture: each is loaded by itself
            splits.extend(Split(file.rel or "", kind, [file], stanza=file.rel) for file in files)
        elif files:
            splits.append(Split(layout.SPLIT_NAMES[kind], kind, files))
    _rename(splits, training)
    dataset = Dataset(base, splits, shown=_short(base, training), together=True)
    local = sum(len(paths) for _, paths in parts)
    wanted = [name for _, names in _kinds(training) for name in names]
    if local < len(wanted):
        found = {_bare(training, name) for name in wanted if _path(training, name, top) is not None}
        gone = [name for name in wanted if _bare(training, name) not in found]
        listed = ", ".join(gone[:3]) + (" …" if len(gone) > 3 else "")
        dataset.notes.append(Text(f"{listed}: not on this machine, not linted", f"{listed}：不在这台机器上，未检查"))
    said = {key for name in wanted if (one := training.registered.get(_bare(training, name))) for key in one.unread}
    if training.content.get("columns") and not training.columns:
        said.add("columns")
    for key in sorted(said):
        dataset.notes.append(
            Text(
                f"{key} of {training.source} is not applied: records are judged as they stand",
                f"没有应用 {training.source} 的 {key}：按记录原样判断",
            )
        )
    return _attach(dataset, training)


def _rename(splits: list[Split], training: Training) -> None:
    """Tell every file the columns that ms-swift renames in it: by ``columns``, then by its own registration."""
    for file in (file for split in splits for file in split.files):
        own = next((one.columns for one in training.registered.values() if one.path == file.path), {})
        steps = [step for step in (training.columns, own) if step]
        file.renamed = tuple({old.lower(): new for old, new in step.items()} for step in steps)
        for step in steps:
            for old, new in step.items():
                if old != new:
                    file.written = {**file.written, new: file.written.get(old, old)}


def _kinds(training: Training) -> list[tuple[Kind, list[str]]]:
    return [("train", training.train), ("eval", training.evaluate)]


def _bare(training: Training, name: str) -> str:
    """``data.jsonl#500`` and ``folder:subset`` without what ms-swift samples or selects."""
    return name.partition("#")[0] if training.target == "ms-swift" else name


def _path(training: Training, name: str, top: Path | None) -> Path | None:
    bare = _bare(training, name)
    if bare in training.registered:
        return found if (found := training.registered[bare].path).exists() else None
    if not bare or "://" in bare:
        return None
    if top is not None:
        return next(
            (p for p in (top / bare, top.parent / bare, top / os.path.basename(bare)) if os.path.exists(p)), None
        )
    return training.find(bare)


def _paths(training: Training, names: Iterable[str], top: Path | None) -> list[Path]:
    return [Path(os.path.abspath(p)) for name in names if (p := _path(training, name, top)) is not None]


def _data(path: Path, base: Path) -> list[DataFile]:
    """A file, or every data file of a folder, named from ``base``."""
    if path.is_file():
        return [layout.data_file(path, path.relative_to(base).as_posix())]
    walked = layout.walk(path, Seen(), columnar.is_saved)
    return [
        layout.data_file(here, here.relative_to(base).as_posix()) for here, _ in walked if not columnar.is_saved(here)
    ]


def _short(path: Path, training: Training) -> str:
    """A folder as a person would type it who typed the config."""
    if Path(training.shown).is_absolute():
        return os.path.abspath(path)
    short = os.path.relpath(path)
    return "" if short == "." else short


def _shown(inner: Path, folder: Path, shown: str) -> str:
    rel = os.path.relpath(inner, folder)
    return shown if rel == "." else f"{shown}/{rel}" if shown else rel
