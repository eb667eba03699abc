"""Where a repaired dataset is written: under a name of its own on the same disk, then renamed in one step.

A kill at any moment leaves either nothing under the wanted name or the whole. What was begun lies beside it under a hidden
name, and is removed by the next run that writes to the same place.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

from ..saving import saving, settle, umask
from ..show import safe
from .errors import FixError

SUFFIX: Final = ".partial"


def refuse(out: str, inputs: Iterable[str]) -> None:
    """Raise FixError if ``out`` is no place to write to: it exists and is not an empty folder, or lies inside an input."""
    shown, real = safe(out), os.path.realpath(out)
    for name in inputs:
        source = os.path.realpath(name)
        folder = source if os.path.isdir(source) else os.path.dirname(source)
        if real == source:
            raise FixError(
                f"-o {shown} is the input itself; nothing is repaired in place",
                f"-o {shown} 就是输入本身；不在原处修复",
            )
        if os.path.isdir(source) and Path(real).is_relative_to(folder):
            raise FixError(
                f"-o {shown} lies inside {safe(name)}, where the next run would read it as data: choose a folder outside",
                f"-o {shown} 在 {safe(name)} 里面，下次运行会把它当成数据：请选择外面的目录",
            )  # fmt: skip
    if Path(out).is_symlink() and not os.path.isdir(out):
        raise FixError(f"-o {shown} is a link, not a folder", f"-o {shown} 是链接，不是目录")
    if os.path.lexists(real):
        if not os.path.isdir(real):
            raise FixError(f"-o {shown} is a file; it has to be a folder", f"-o {shown} 是文件；它必须是目录")
        if os.listdir(real):
            raise FixError(
                f"-o {shown} exists and is not empty; nothing is ever written over: name another folder",
                f"-o {shown} 已存在且非空；不会覆盖任何文件：请换一个目录",
            )  # fmt: skip
    elif not os.path.isdir(os.path.dirname(real)):
        raise FixError(
            f"-o {shown}: the folder that should hold it does not exist", f"-o {shown}：它的上级目录不存在"
        )  # fmt: skip


class Place:
    """A folder in the making. Files are opened with ``create``; ``commit`` gives it its name, leaving without it removes all."""

    def __init__(self, out: str) -> None:
        self.shown, self.out = out, os.path.realpath(out)
        parent, self._name = os.path.split(self.out)
        self._sweep(parent)
        self.folder = tempfile.mkdtemp(prefix=f".{self._name}.", suffix=SUFFIX, dir=parent)
        self._lock = os.open(self.folder, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def _sweep(self, parent: str) -> None:
        """Remove what a killed run left: nobody holds its lock any more."""
        for entry in list(os.scandir(parent)):
            if (
                entry.name.startswith(f".{self._name}.")
                and entry.name.endswith(SUFFIX)
                and entry.is_dir(follow_symlinks=False)
            ):
                handle = os.open(entry.path, os.O_RDONLY)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(entry.path, ignore_errors=True)
                except OSError:  # another run is writing there
                    continue
                finally:
                    os.close(handle)

    def __enter__(self) -> Place:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)

    def path(self, rel: str) -> str:
        """Where ``rel`` is written, its folders made; FixError for a name that leads outside."""
        path = os.path.normpath(os.path.join(self.folder, rel))
        if not Path(path).is_relative_to(self.folder) or path == self.folder:
            raise FixError(
                f"{safe(rel)} lies outside the dataset; name the folder that holds all of it",
                f"{safe(rel)} 在数据集之外；请给出包含全部文件的目录",
            )  # fmt: skip
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def create(self, rel: str) -> IO[bytes]:
        """A new file, opened for writing; ``settle`` it before it is closed."""
        return open(self.path(rel), "xb")

    def copy(self, source: str | Path, rel: str) -> None:
        """A copy of a file, on disk when this returns."""
        with open(source, "rb") as old, self.create(rel) as new:
            shutil.copyfileobj(old, new, 1 << 20)
            settle(new)

    def link(self, source: str, rel: str) -> None:
        """The same file under another name: a hard link, or a copy where the disk takes none. Once for each name."""
        path = self.path(rel)
        if os.path.lexists(path):
            return
        try:
            os.link(os.path.realpath(source), path)
        except OSError:
            self.copy(source, rel)

    def commit(self, report: str | None = None, text: str = "") -> None:
        """Put everything on disk; then the report beside the folder, then the folder itself get their names."""
        os.chmod(self.folder, 0o777 & ~umask())
        for here, _, _ in os.walk(self.folder):
            _sync(here)
        parent = os.path.dirname(self.out)
        if report is not None:
            with saving(report) as file:
                file.write(text)
        os.replace(self.folder, self.out)
        _sync(parent)


def _sync(folder: str) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
