"""Paths to datasets: which files hold records, and which split each belongs to, as `datasets` names them."""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from ..record import DataFile, Dataset, Kind, Problem, Split
from ..wording import Text

TEXT: Final = (".jsonl", ".json", ".ndjson")
PACKINGS: Final = (".gz", ".zst")
COLUMNAR: Final = {".parquet": "parquet", ".arrow": "arrow", ".feather": "arrow"}
REFUSED: Final = (".csv", ".tsv", ".txt", ".xlsx")
CONFIGS: Final = re.compile(
    r"(dataset_info|dataset_infos|dataset_dict|state|package|package-lock|tsconfig|config|generation_config|tokenizer_config"
    r"|preprocessor_config|special_tokens_map|added_tokens|tokenizer|adapter_config|ds_config|deepspeed|ds_z\w*|glm-lint[\w.-]*"
    r"|\w*\.index|trainer_state|all_results|train_results|eval_results|metadata)\.json\Z"
)
SKIPPED: Final = frozenset({"__pycache__", "node_modules", "site-packages"})
KEYWORDS: Final[dict[str, tuple[str, Kind]]] = {
    "train": ("train", "train"), "training": ("train", "train"),
    "validation": ("validation", "eval"), "valid": ("validation", "eval"), "val": ("validation", "eval"),
    "dev": ("validation", "eval"), "eval": ("validation", "eval"), "evaluation": ("validation", "eval"),
    "test": ("test", "test"), "testing": ("test", "test"),
}  # fmt: skip
ORDER: Final = {"train": 0, "eval": 1, "test": 2}
CHINESE: Final = {"训练": "train", "验证": "validation", "校验": "validation", "开发": "validation", "测试": "test"}
"""Words of Chinese file names, and the split they mean; datasets knows none of them."""
MEANT: Final = 6
"""At most so many ``--split`` are spelt out."""
SPLIT_NAMES: Final[dict[Kind, str]] = {"train": "train", "eval": "validation", "test": "test"}
"""What `datasets` calls a split of each kind."""
_WORD: Final = re.compile(r"(?:^|[^a-z])(" + "|".join(sorted(KEYWORDS, key=len, reverse=True)) + r")(?=[^a-z]|$)")
FILES_LIMIT: Final = 200_000


class LayoutError(ValueError):
    """A PATH that cannot be linted at all; ``text`` says so in one sentence."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(slots=True)
class Seen:
    """What a walk met besides data: counts by suffix, to say what was looked at where no record was found."""

    suffixes: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def note(self, name: str) -> None:
        """Count a file that holds no records."""
        suffix = os.path.splitext(name)[1].lower() or name
        self.suffixes[suffix] = self.suffixes.get(suffix, 0) + 1
        if suffix in REFUSED:
            self.refused.append(name)


def file_format(name: str) -> tuple[str, str | None] | None:
    """(format, packing) by file name, None if it holds no records."""
    lower = name.lower()
    packing = next((p for p in PACKINGS if lower.endswith(p)), None)
    stem = lower[: -len(packing)] if packing else lower
    suffix = os.path.splitext(stem)[1]
    if suffix in TEXT:
        return (
            None
            if CONFIGS.match(stem)
            else ("array" if suffix == ".json" else "lines", packing[1:] if packing else None)
        )
    return (COLUMNAR[suffix], None) if suffix in COLUMNAR and packing is None else None


def split_of(rel: str) -> tuple[str, Kind] | None:
    """The split a path names: by its file name first, then by its folders from the inside out; None if it names none.

    In ``train.eval.jsonl`` the word nearest the suffix says what the file is: an eval set made of train.
    """
    *folders, name = rel.lower().split("/")
    for part in (*reversed(name.split(".")), *reversed(folders)):
        words = _WORD.findall(part)
        if words:
            return KEYWORDS[words[0]]
    return None


def walk(root: Path, seen: Seen, is_saved: Callable[[Path], bool]) -> Iterator[tuple[Path, str]]:
    """Data files and save_to_disk folders under ``root`` with their relative names, sorted; links are followed once."""
    visited: set[tuple[int, int]] = set()
    top = Path(os.path.realpath(root))
    count = 0

    def folder(path: Path, rel: str) -> Iterator[tuple[Path, str]]:
        nonlocal count
        try:
            info = path.stat()
            if (info.st_dev, info.st_ino) in visited:
                return
            visited.add((info.st_dev, info.st_ino))
            entries = sorted(os.scandir(path), key=lambda e: e.name)
        except OSError:
            return
        for entry in entries:
            name = f"{rel}/{entry.name}" if rel else entry.name
            if entry.name.startswith(".") or entry.name in SKIPPED:
                continue
            count += 1
            if count > FILES_LIMIT:
                return
            here = Path(entry.path)
            is_dir = _is_dir(entry)
            if is_dir and is_saved(here):
                yield here, name
            elif is_dir and file_format(entry.name) is None:
                if not (entry.is_symlink() and top.is_relative_to(os.path.realpath(here))):  # a link to a folder above
                    yield from folder(here, name)
            elif file_format(entry.name) is not None:
                yield here, name
            else:
                seen.note(entry.name)

    yield from folder(root, "")


def _is_dir(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def data_file(path: Path, rel: str, format_: str | None = None) -> DataFile:
    """A file as a source reads it; one that cannot be opened carries its Problem."""
    known = (format_, None) if format_ else file_format(path.name) or ("lines", None)
    file = DataFile(path, rel, *known)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:  # a NUL in a name is a ValueError
        file.problem = Problem(
            "file-unreadable",
            "permission" if isinstance(error, PermissionError) else "missing",
            values={"reason": getattr(error, "strerror", None) or str(error)},
        )
        return file
    if stat.S_ISDIR(mode):
        file.problem = Problem("file-unreadable", "directory", values={"reason": "Is a directory"})
    elif not stat.S_ISREG(mode):
        file.problem = Problem("file-unreadable", "not-regular", values={"reason": "not a regular file"})
    elif not os.access(path, os.R_OK):
        file.problem = Problem("file-unreadable", "permission", values={"reason": "Permission denied"})
    return file


def group(files: Iterable[tuple[DataFile, tuple[str, Kind] | None]]) -> list[Split]:
    """Files to splits. If no file names a split, all are train, as `datasets` does; else those that name none stand alone."""
    listed = list(files)
    named = any(known is not None for _, known in listed)
    splits: dict[str, Split] = {}
    for file, known in listed:
        if known is not None:
            name, kind, declared = known[0], known[1], True
        elif named:
            name, kind, declared = file.rel or "train", "train", False
        else:
            name, kind, declared = "train", "train", True
        splits.setdefault(name, Split(name, kind, [], declared=declared)).files.append(file)
    return sorted(splits.values(), key=lambda s: (not s.declared, ORDER[s.kind], s.name))


def undivided(files: list[tuple[DataFile, tuple[str, Kind] | None]]) -> list[Text]:
    """A note where several files are one training split because no name says otherwise."""
    names = sorted(file.rel for file, known in files if known is None and file.rel is not None)
    if len(names) < 2 or len(names) < len(files):
        return []
    said = [f"{name}={rel}" for rel in names if (name := _chinese(rel)) is not None]
    help_ = " ".join(f"--split {shlex.quote(one)}" for one in (said if len(said) == len(names) else ())[:MEANT])
    help_ = help_ or "--split train=GLOB --split validation=GLOB"
    return [
        Text(
            f"no file name says which split it is: all {len(names)} files are taken for training, as datasets takes them ({help_})",
            f"文件名都没有写明是哪个划分：{len(names)} 个文件全部当作训练数据，datasets 也是如此（{help_}）",
        )
    ]


def _chinese(rel: str) -> str | None:
    return next((name for word, name in CHINESE.items() if word in rel.rsplit("/", 1)[-1]), None)


def by_globs(files: list[tuple[DataFile, tuple[str, Kind] | None]], globs: Iterable[tuple[str, str]]) -> list[Split]:
    """Splits as ``--split NAME=GLOB`` says; a file that no glob takes is left out. Raises LayoutError for an idle glob."""
    splits: dict[str, Split] = {}
    for name, glob in globs:
        kind = KEYWORDS.get(name.lower(), (name, "train"))[1]
        taken = [
            file
            for file, _ in files
            if fnmatchcase(file.rel or "", glob) or fnmatchcase((file.rel or "").rsplit("/", 1)[-1], glob)
        ]
        if not taken:
            raise LayoutError(
                Text(f"--split {name}={glob} matches no file", f"--split {name}={glob} 没有匹配到任何文件")
            )
        splits.setdefault(name, Split(name, kind, [])).files.extend(taken)
    return sorted(splits.values(), key=lambda s: ORDER[s.kind])


def dataset_of(
    root: Path, files: list[tuple[DataFile, tuple[str, Kind] | None]], globs: Iterable[tuple[str, str]]
) -> Dataset:
    """A dataset from its files."""
    globs = list(globs)
    return Dataset(root, by_globs(files, globs) if globs else group(files))
