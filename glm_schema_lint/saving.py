"""A file that is there whole or not at all: written under a name of its own on the same disk, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


@contextmanager
def saving(path: str | Path) -> Iterator[IO[str]]:
    """A text file beside ``path`` that takes its name in the end: a kill leaves the old file or the new one.

    Raises OSError where the place cannot be written to.
    """
    parent, name = os.path.split(path)
    handle, made = tempfile.mkstemp(dir=parent or ".", prefix=f".{name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            yield out
            settle(out)
        os.chmod(made, 0o666 & ~umask())
        os.replace(made, path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def settle(file: IO[Any]) -> None:
    """Flush a file down to the disk."""
    file.flush()
    os.fsync(file.fileno())


def umask() -> int:
    """The bits that new files of this process do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
