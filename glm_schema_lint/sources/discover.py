"""What the user typed to datasets: folders, files, save_to_disk folders, dataset_info.json, a finetune yaml, objects."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .. import config
from ..record import DataFile, Dataset, Kind, Problem, Split
from ..wording import Text
from . import columnar, configured, layout
from .configured import DATA_DIR
from .layout import KEYWORDS, ORDER, LayoutError, Seen


def discover(
    paths: Iterable[str | os.PathLike[str]], globs: Iterable[tuple[str, str]] = ()
) -> tuple[list[Dataset], Seen]:
    """The datasets that ``paths`` name. Files given together are one dataset; each folder is its own.

    Raises LayoutError for a path that is not there or that nothing can be read from.
    """
    seen, globs = Seen(), list(globs)
    given = [os.fspath(path) for path in paths]
    first: dict[str, str] = {}
    for name in given:
        first.setdefault(os.path.abspath(name), name)
    typed = list(first.values())
    for name in typed:
        if not os.path.lexists(name):
            raise LayoutError(Text(f"{name} does not exist", f"{name} 不存在"))
        if not os.path.exists(name):
            raise LayoutError(Text(f"{name} is a link to nothing", f"{name} 是一个失效的链接"))
    infos = [name for name in typed if os.path.basename(name) == "dataset_info.json" and os.path.isfile(name)]
    configs = [
        name
        for name in typed
        if name.lower().endswith((".yaml", ".yml")) or (name not in infos and config.is_training_json(Path(name)))
    ]
    folders = [name for name in typed if os.path.isdir(name)]
    files = [name for name in typed if not os.path.isdir(name) and name not in configs and name not in infos]
    datasets: list[Dataset] = []
    for name in configs:
        datasets.append(configured.named(name, folders[0] if folders else None))
    if configs:
        folders = folders[1:]
    for name in infos:
        datasets.append(configured.stanzas(Path(name), os.path.dirname(name)))
    for name in folders:
        datasets.append(_folder(Path(name), name, globs, seen))
    if files:
        datasets.append(_files(files, globs))
    for name in typed:
        if sum(os.path.abspath(other) == os.path.abspath(name) for other in given) > 1:
            datasets[0].notes.append(
                Text(f"{name} is given more than once: it counts once", f"{name} 给出了不止一次，只计一次")
            )
    if len(datasets) > 1:
        _prefix(datasets, [*configs, *infos, *folders, *(["files"] if files else [])])
    return datasets, seen


def _folder(path: Path, typed: str, globs: list[tuple[str, str]], seen: Seen) -> Dataset:
    shown = typed.rstrip("/") if typed.rstrip("/") not in ("", ".") else ("/" if typed.startswith("/") else "")
    try:
        os.scandir(path).close()
    except OSError as error:
        raise LayoutError(
            Text(f"{typed} cannot be read: {error.strerror}", f"{typed} 无法读取：{error.strerror}")
        ) from None
    if columnar.is_saved(path):
        return Dataset(path, _saved(path, ""), shown=shown)
    info = path / "dataset_info.json"
    problems: list[tuple[Problem, str]] = []
    notes: list[Text] = []
    if not globs and info.is_file() and config.is_dataset_info(info):
        stanzas = configured.stanzas(info, shown)
        if stanzas.splits or not stanzas.problems:
            chosen = configured.beside(path, shown, stanzas, notes) or stanzas
            chosen.notes.extend(notes)
            return chosen
        problems = stanzas.problems
    if not globs:
        yamls = [p for p in sorted(path.glob("*.y*ml")) if p.suffix in (".yaml", ".yml") and config.is_finetune_yaml(p)]
        if yamls:
            return configured.finetune(yamls[0], None, shown)
        if (told := configured.beside(path, shown, None, notes)) is not None:
            return told
    found: list[tuple[DataFile, tuple[str, Kind] | None]] = []
    saved: list[Split] = []
    for here, rel in layout.walk(path, seen, columnar.is_saved):
        if columnar.is_saved(here):
            saved.extend(_saved(here, rel))
        else:
            found.append((layout.data_file(here, rel), layout.split_of(rel)))
    inner = path / DATA_DIR / "dataset_info.json"
    if not (globs or saved or problems) and inner.is_file() and config.is_dataset_info(inner):
        stanzas = configured.stanzas(inner, f"{shown}/{DATA_DIR}" if shown else DATA_DIR)
        if stanzas.splits and all((file.rel or "").startswith(f"{DATA_DIR}/") for file, _ in found):
            stanzas.notes.extend(notes)
            return stanzas
    dataset = layout.dataset_of(path, found, globs)
    dataset.problems, dataset.together = problems, bool(globs)
    dataset.notes.extend([*notes, *([] if globs or saved else layout.undivided(found))])
    if problems:
        dataset.configs["dataset_info"] = []
    dataset.splits = sorted(dataset.splits + saved, key=lambda s: (not s.declared, ORDER[s.kind]))
    dataset.shown = shown
    return dataset


def _files(names: list[str], globs: list[tuple[str, str]]) -> Dataset:
    parents = {os.path.dirname(name) for name in names}
    top = os.path.commonpath([os.path.abspath(p or ".") for p in parents])
    shown = os.path.dirname(names[0]) if len(parents) == 1 else os.path.relpath(top)
    files: list[tuple[DataFile, tuple[str, Kind] | None]] = []
    for name in names:
        if layout.file_format(os.path.basename(name)) is None and os.path.splitext(name)[1].lower() in layout.REFUSED:
            raise LayoutError(
                Text(f"{name}: this format is not read; save it as .jsonl", f"{name}：不支持这种格式，请另存为 .jsonl")
            )
        rel = os.path.relpath(os.path.abspath(name), top).replace(os.sep, "/")
        files.append((layout.data_file(Path(name), rel), layout.split_of(os.path.basename(name))))
    dataset = layout.dataset_of(Path(top), files, globs)
    dataset.together = bool(globs)
    dataset.shown = "" if shown == "." else shown
    return dataset


def _saved(path: Path, rel: str) -> list[Split]:
    splits = []
    for name, files in columnar.saved(path):
        known = layout.split_of(name) if name else layout.split_of(rel or path.name)
        split_name, kind = (name or (known[0] if known else "train")), (known[1] if known else "train")
        for file in files:
            if rel and file.rel:
                file.rel = f"{rel}/{file.rel}"
        splits.append(Split(split_name, kind, files))
    return sorted(splits, key=lambda s: ORDER[s.kind])


def roots(datasets: Iterable[Dataset]) -> list[Path]:
    """Folders beside which lock and requirements files say what training uses: those of configs, then of the data."""
    found = [
        one.path.absolute().parent for d in datasets for key in ("training", "finetune") if (one := d.configs.get(key))
    ]
    data = [d.root for d in datasets if d.root is not None]
    return list(dict.fromkeys([*found, *data]))


def in_memory(data: Mapping[str, Any] | Any) -> Dataset:
    """A dataset of objects: a ``DatasetDict``, a mapping of split name to ``Dataset`` or rows, or one such object."""
    named = dict(data) if isinstance(data, Mapping) else {"train": data}
    splits = []
    for name, rows in named.items():
        kind = KEYWORDS.get(str(name).lower().split("-")[0].split("_")[0], (name, "train"))[1]
        splits.append(Split(str(name), kind, [columnar.memory(str(name), rows)]))
    return Dataset(None, sorted(splits, key=lambda s: ORDER[s.kind]))


def _prefix(datasets: list[Dataset], names: list[str]) -> None:
    """Several PATHs: every file and split name gets the last part of its PATH in front."""
    used: dict[str, int] = {}
    for dataset, name in zip(datasets, names, strict=True):
        last = os.path.basename(os.path.abspath(name.rstrip("/") or "/"))
        used[last] = used.get(last, 0) + 1
        dataset.prefix = last if used[last] == 1 else f"{last}-{used[last]}"
        for split in dataset.splits:
            split.name = f"{dataset.prefix}/{split.name}"
            for file in split.files:
                file.rel = f"{dataset.prefix}/{file.rel}"
