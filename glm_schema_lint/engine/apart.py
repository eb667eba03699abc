"""Files that share a folder and nothing else: told apart before anything is judged.

A repository's data folder often holds several datasets, and configs that are JSON too. Nobody loads them together, so
comparing them, or judging one by the trainer of the next, would be a false alarm.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from .. import models, sources
from ..record import DataFile, Dataset
from ..sources.layout import KEYWORDS
from ..targets import load_all
from ..targets.plain import known_column
from ..wording import Text

SAMPLE: Final = 20
_SHARD: Final = re.compile(r"\d{5}-of-\d{5}")
_NUMBERS: Final = re.compile(r"\d+")
SERIES: Final = 16
"""Files more than these whose names differ in numbers alone are looked at once: nobody names unrelated files so."""
_UNREAD: Final = frozenset({"format", "no-answer", "answer-null", "paired"})
"""What a target says of records it has nothing to learn from."""
Family = tuple[str, frozenset[str]]
"""What a file's records are: a dialect with flags, or the set of their keys where they are of none."""
_FLAGS: Final[dict[str, Callable[[dict[str, Any]], bool]]] = {
    "chosen and rejected": lambda value: "chosen" in value and "rejected" in value,
    "lists of answers": lambda value: isinstance(value.get("output"), list),
}
"""What makes records preference data rather than conversations to learn."""


def apart(datasets: list[Dataset]) -> list[Dataset]:
    """The datasets, each with files of one family only; what the user or a config put together stays together."""
    return [part for dataset in datasets for part in (_parts(dataset) if _free(dataset) else [dataset])]


def _free(dataset: Dataset) -> bool:
    files = [file for split in dataset.splits for file in split.files]
    alike = any(split.mapping is not None or split.dialect is not None for split in dataset.splits)
    return len(files) > 1 and not (dataset.together or dataset.configs or alike)


def _parts(dataset: Dataset) -> list[Dataset]:
    dataset = _without_leftovers(_without_configs(dataset))
    known = _families([file for split in dataset.splits for file in split.files])
    families: list[Family] = []
    for split in dataset.splits:
        for file in split.files:
            mine = known[id(file)]
            if mine is not None and not any(_akin(mine, other) for other in families):
                families.append(mine)
    mixed = any(len({_place(known[id(f)], families) for f in s.files if known[id(f)]}) > 1 for s in dataset.splits)
    lone = any(not split.declared for split in dataset.splits)
    if len(families) < 2 or not (mixed or lone):
        return [dataset]
    parts: list[Dataset] = []
    for number in range(len(families)):
        splits = []
        for split in dataset.splits:
            files = [f for f in split.files if _place(known[id(f)], families) == number]
            if files:
                whole = len(files) == len(split.files)
                name = split.name if whole else f"{split.name} ({_label(families[number], files)})"
                splits.append(replace(split, name=name, files=files))
        part = replace(dataset, splits=splits)
        parts.append(replace(part, problems=[], notes=[]) if parts else part)
    if mixed:
        parts[0].notes.append(
            Text(
                f"the files hold {len(parts)} kinds of records that are no one dataset: each kind is linted by itself",
                f"这些文件里有 {len(parts)} 种不属于同一个数据集的记录，分别检查",
            )
        )
    return parts


def _families(files: list[DataFile]) -> dict[int, Family | None]:
    """The family of every file, by its id; the shards of a series are one dataset by name."""
    numbered = Counter(_NUMBERS.sub("#", file.rel or "") for file in files)
    seen: dict[str, Family | None] = {}
    known: dict[int, Family | None] = {}
    for file in files:
        name = file.rel or ""
        series = _SHARD.sub("#", name) if numbered[_NUMBERS.sub("#", name)] <= SERIES else _NUMBERS.sub("#", name)
        if series not in seen:
            seen[series] = _family(file)
        known[id(file)] = seen[series]
    return known


def _family(file: DataFile) -> Family | None:
    """The family of a file by its first records; None if it holds none, so that it may stay where it is."""
    values = [record.value for record in sources.sample(file, SAMPLE) if isinstance(record.value, dict)]
    dialects = [models.detect(value) for value in values]
    own = max(set(dialects), key=dialects.count) if dialects else None
    if own is not None:
        flags = {name for name, has in _FLAGS.items() if sum(map(has, values)) * 2 > len(values)}
        return models.FAMILY.get(own, own), frozenset(flags)
    keys = frozenset(key for value in values for key in value)
    return ("", keys) if keys and not any(models.wrapped(value) for value in values) else None


def _akin(one: Family, other: Family) -> bool:
    if one[0] or other[0]:
        return one == other
    return one[1] <= other[1] or other[1] <= one[1]


def _place(family: Family | None, families: list[Family]) -> int:
    """The number of the first family it fits; a file of no family stays with the first."""
    return next((n for n, other in enumerate(families) if family is not None and _akin(family, other)), 0)


def _label(family: Family, files: list[DataFile]) -> str:
    if family[0]:
        return ", ".join((family[0], *sorted(family[1])))
    return files[0].rel or "?"


def _is_split(file: DataFile) -> bool:
    """True for ``train.json`` and its like: `datasets` loads it whatever it holds."""
    return (file.rel or "").rsplit("/", 1)[-1].lower().split(".")[0] in KEYWORDS


def _without_configs(dataset: Dataset) -> Dataset:
    """A .json file that is one object with no key of any trainer is a config or a result, no dataset."""
    aside = [f for s in dataset.splits for f in s.files if f.format == "array" and not _is_split(f) and _config(f)]
    gone = {id(file) for file in aside}
    splits = [replace(s, files=kept) for s in dataset.splits if (kept := [f for f in s.files if id(f) not in gone])]
    if not aside or not splits:
        return dataset
    shown = ", ".join(file.rel or "" for file in aside[:3]) + (" …" if len(aside) > 3 else "")
    note = Text(
        f"{shown}: one JSON object, not a list of records; not linted",
        f"{shown}：是单个 JSON 对象，不是记录列表，未检查",
    )
    return replace(dataset, splits=splits, notes=[*dataset.notes, note])


def _without_leftovers(dataset: Dataset) -> Dataset:
    """Beside named splits `datasets` ignores a file that names none: what no trainer reads either is raw material."""
    aside = [s for s in dataset.splits if not s.declared and all(map(_unread, s.files))]
    rest = [s for s in dataset.splits if s not in aside]
    if not aside or not any(s.declared for s in rest):
        return dataset
    shown = ", ".join(s.name for s in aside[:3]) + (" …" if len(aside) > 3 else "")
    note = Text(
        f"{shown}: no split in the name, and records that no trainer reads; not linted",
        f"{shown}：文件名中没有划分名，记录也不是任何训练程序能读取的格式，未检查",
    )
    return replace(dataset, splits=rest, notes=[*dataset.notes, note])


def _unread(file: DataFile) -> bool:
    if file.format not in ("lines", "array"):
        return False
    values = [record.value for record in sources.sample(file, SAMPLE)]
    return bool(values) and all(
        isinstance(value, dict) and models.detect(value) is None and not models.wrapped(value)
        and all(target.takes(value) in _UNREAD for target in load_all() if target.name != "hf-trainer")
        for value in values
    )  # fmt: skip


def _config(file: DataFile) -> bool:
    records = sources.sample(file, 2)
    if len(records) != 1 or records[0].line is None or not isinstance(records[0].value, dict):
        return False
    value: dict[str, Any] = records[0].value
    return models.detect(value) is None and not models.wrapped(value) and not any(known_column(key) for key in value)
