"""What belongs to a dataset beside its records: configs, files that say which versions are in use; and new names of files."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ..record import Dataset
from .plan import Plan


def config_names(made: Plan) -> Iterable[tuple[str, str]]:
    """(path, name in the output) of the configs and version files that belong to the input."""
    for dataset in made.datasets:
        prefix = f"{dataset.prefix}/" if dataset.prefix else ""
        tuned = dataset.configs.get("finetune")
        if tuned is not None:
            yield str(tuned.path), prefix + tuned.source
        if dataset.root is None:
            continue
        training = dataset.configs.get("training")
        if training is not None and beside(dataset, training.path):
            yield str(training.path), prefix + training.path.name
        if "dataset_info" in dataset.configs:
            yield str(dataset.root / "dataset_info.json"), f"{prefix}dataset_info.json"
        for name in sorted(os.listdir(dataset.root)):
            if is_lock(name):
                yield str(dataset.root / name), prefix + name


_LOCKS: Final = frozenset(
    ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock", "environment.yml", "environment.yaml", "pyproject.toml")
)  # fmt: skip


def beside(dataset: Dataset, path: Path) -> bool:
    """True for a file directly in the folder of the dataset."""
    return dataset.root is not None and os.path.realpath(path.parent) == os.path.realpath(dataset.root)


def is_lock(path: str) -> bool:
    """True for a file that says which package versions are in use."""
    name = os.path.basename(path)
    return name in _LOCKS or (name.startswith("requirements") and name.endswith(".txt"))


def renamed(made: Plan) -> dict[str, str]:
    """Files whose name changes: old to new, relative to the dataset folder."""
    return {t.file.rel: t.rel for t in made.tasks if t.file.rel is not None and t.file.rel != t.rel}


def folder(rel: str) -> str:
    """The folder part of a relative name, with a slash at its end."""
    head = posixpath.dirname(rel)
    return f"{head}/" if head else ""
