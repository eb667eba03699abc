"""Which entries of a dataset_info.json a run trains on: those its training config or ``--set dataset=`` names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..config import DATASET_INFO
from ..record import Dataset, Split
from ..wording import Text


def picked(datasets: list[Dataset], settings: Mapping[str, Any]) -> list[Dataset]:
    """The datasets with the splits that training reads; all of them where nobody names any."""
    return [_pick(dataset, settings) if "dataset_info" in dataset.configs else dataset for dataset in datasets]


def asked(dataset: Dataset, settings: Mapping[str, Any], key: str) -> list[str]:
    """The names that ``dataset`` or ``eval_dataset`` gives; what was typed wins over the training config."""
    training = dataset.configs.get("training")
    said = settings.get(key)
    if isinstance(said, str):
        return [name.strip() for name in said.split(",") if name.strip()]
    if training is None:
        return []
    return [name for name in (training.train if key == "dataset" else training.evaluate) if name]


def _pick(dataset: Dataset, settings: Mapping[str, Any]) -> Dataset:
    train, evaluate = asked(dataset, settings, "dataset"), asked(dataset, settings, "eval_dataset")
    if not train and not evaluate:
        return dataset
    names = {split.stanza: split for split in dataset.splits}
    splits = [names[name] for name in dict.fromkeys(train) if name in names]
    splits += [_eval(names[name], name in train) for name in dict.fromkeys(evaluate) if name in names]
    wanted = {*train, *evaluate}
    problems = [
        (p, file) for p, file in dataset.problems if p.values.get("name", "") in {"", *wanted} or file != DATASET_INFO
    ]
    entries = dataset.configs["dataset_info"]
    notes = list(dataset.notes)
    hub = [entry.name for entry in entries if entry.name in wanted and entry.source != "file"]
    if hub:
        notes.append(
            Text(
                f"{', '.join(hub[:5])}: on a hub, in a script or in the cloud; not linted",
                f"{', '.join(hub[:5])}：来自 hub、脚本或云端，未检查",
            )
        )
    idle = len([entry for entry in entries if entry.name not in wanted])
    if idle:
        notes.append(
            Text(
                f"entries of dataset_info.json that this training does not name: {idle}, not linted",
                f"dataset_info.json 中另有 {idle} 项没有用于这次训练，未检查",
            )
        )
    return replace(dataset, splits=splits, problems=problems, notes=notes, chosen=True)


def _eval(split: Split, trained: bool) -> Split:
    """An entry as evaluation data; one that is trained on as well gets a name of its own."""
    return replace(split, name=f"{split.name} (eval)" if trained else split.name, kind="eval")
