"""Folders that `save_to_disk` wrote: which Arrow files belong to which split."""

from __future__ import annotations

import json
from pathlib import Path

from ...record import DataFile, Problem
from ..layout import data_file

FAILS = (OSError, ValueError, KeyError, TypeError, RecursionError)


def is_saved(path: Path) -> bool:
    """True for a folder that `save_to_disk` wrote."""
    if (path / "dataset_dict.json").is_file():
        return True
    if not (path / "dataset_info.json").is_file():
        return False
    return (path / "state.json").is_file() or any(path.glob("data-*-of-*.arrow"))


def saved(path: Path) -> list[tuple[str | None, list[DataFile]]]:
    """Splits of a save_to_disk folder with their files in order; the one of a lone Dataset has no name."""
    if not (path / "dataset_dict.json").is_file():
        return [(None, _files(path, ""))]
    try:
        names = json.loads((path / "dataset_dict.json").read_bytes())["splits"]
        if not (isinstance(names, list) and all(isinstance(name, str) and _inside(name) for name in names)):
            raise ValueError("'splits' is not a list of folder names")
    except FAILS as error:
        return [(None, [_broken(path, "dataset_dict.json", error)])]
    return [(name, _files(path / name, name + "/")) for name in names]


def _files(folder: Path, prefix: str) -> list[DataFile]:
    """The Arrow files that state.json lists: what else lies there (caches of map and filter) is not the dataset."""
    try:
        names = [entry["filename"] for entry in json.loads((folder / "state.json").read_bytes())["_data_files"]]
        if not all(isinstance(name, str) and _inside(name) for name in names):
            raise ValueError("'_data_files' names a file outside the folder")
        if not names:
            raise ValueError("'_data_files' names no file")
    except FAILS as error:
        return [_broken(folder, prefix + "state.json", error)]
    return [data_file(folder / name, prefix + name, "arrow") for name in names]


def _inside(name: str) -> bool:
    return bool(name) and not Path(name).is_absolute() and ".." not in Path(name).parts


def _broken(folder: Path, rel: str, error: BaseException) -> DataFile:
    reason = f"no key {error}" if isinstance(error, KeyError) else getattr(error, "strerror", None) or str(error)
    problem = Problem("file-unreadable", "columnar", values={"reason": str(reason)[:200], "format": "save_to_disk"})
    return DataFile(folder / Path(rel).name, rel, "arrow", problem=problem)
