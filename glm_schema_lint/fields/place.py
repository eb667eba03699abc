"""Where a field map may be written: never over anything else, and never where a trainer would take it for data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..config.stanzas import FILE, dataset_info
from ..models.fields import VERSION
from ..record import Dataset
from ..wording import Text
from .markdown import MARK

DATA: Final = (
    ".json",
    ".jsonl",
    ".ndjson",
    ".parquet",
    ".arrow",
    ".csv",
    ".tsv",
    ".txt",
    ".gz",
    ".zst",
    ".tar",
    ".xml",
)
"""Suffixes that ``load_dataset`` of a folder takes for data."""
LEVELS: Final = 4
"""Folders above the file in which a dataset_info.json is looked for."""


class PlaceError(ValueError):
    """A place that is refused; ``text`` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def refuse(path: Path, datasets: list[Dataset]) -> None:
    """Raises PlaceError if a field map must not be written to ``path``."""
    real = Path(os.path.realpath(path))
    if real.is_dir():
        raise PlaceError(Text(f"{path} is a folder; name a file", f"{path} 是目录，请写文件名"))
    files = {Path(os.path.realpath(f.path)) for d in datasets for s in d.splits for f in s.files if f.path is not None}
    if real in files:
        raise PlaceError(Text(f"{path} is a file of the dataset", f"{path} 是数据集里的文件"))
    if real.exists() and not _ours(real):
        raise PlaceError(
            Text(
                f"{path} exists and is no field map; it is left as it is. Name another file",
                f"{path} 已存在，而且不是字段表，保持原样。请换一个文件名",
            )
        )
    for folder, config in _listed(real, datasets):
        raise PlaceError(
            Text(
                f"LLaMA-Factory opens every file in {folder} ({config} names the folder), so a field map there would stop "
                "training with 'File types should be identical.'; write it beside the folder",
                f"{config} 写的是整个目录 {folder}，LLaMA-Factory 会打开其中每个文件；字段表放在里面，训练会以 "
                "'File types should be identical.' 中止。请写到该目录之外",
            )
        )
    roots = [Path(os.path.realpath(d.root)) for d in datasets if d.root is not None]
    if path.suffix.lower() in DATA and any(root in real.parents for root in roots):
        raise PlaceError(
            Text(
                f"load_dataset of the folder would read {path} as data; write it elsewhere, or as .md",
                f"对这个目录调用 load_dataset 会把 {path} 当作数据读入；请写到别处，或写成 .md",
            )
        )


def _ours(path: Path) -> bool:
    """True for a page or a JSON that ``glm-lint fields`` wrote."""
    try:
        with path.open("rb") as handle:
            head = handle.read(200).decode("utf-8", "replace")
    except OSError:
        return False
    return head.startswith(MARK) or (head.lstrip().startswith("{") and f'"schema": "{VERSION}"' in head)


def _listed(real: Path, datasets: list[Dataset]) -> Iterator[tuple[Path, Path]]:
    """The folder of ``real`` with the config that names it, if LLaMA-Factory reads that folder whole."""
    near = [real.parent, *list(real.parents)[1:LEVELS]]
    roots = [d.root for d in datasets if d.root is not None]
    configs = dict.fromkeys(folder / FILE for folder in [*near, *roots])
    for config in configs:
        if not config.is_file():
            continue
        for stanza in dataset_info(config)[0]:
            folder = Path(os.path.realpath(config.parent / stanza.written)) if stanza.written else None
            if folder == real.parent and folder.is_dir():
                yield folder, config
