"""Where something is: a file, a record and a JSON Pointer (RFC 6901). Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass


def pointer(*parts: str | int) -> str:
    """A JSON Pointer from keys and indices; ``~`` and ``/`` inside keys are escaped."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


@dataclass(frozen=True, slots=True)
class Location:
    """The address of a value in a dataset.

    ``file`` is relative to the dataset folder; None for objects in memory, which are addressed by ``split``.
    ``record`` counts from 0 within the file, ``line`` from 1 and only in files of lines. A location in a config
    file has neither.
    """

    file: str | None = None
    record: int | None = None
    line: int | None = None
    pointer: str = ""
    split: str | None = None

    def __str__(self) -> str:
        where = self.file if self.file is not None else (self.split or "")
        if self.line is not None:
            where += f":{self.line}"
        elif self.record is not None:
            where += f"@{self.record}"
        return f"{where}#{self.pointer}" if self.pointer else where

    def sort_key(self) -> tuple[str, int, int, str]:
        """Order of reading: by file, then record, then pointer."""
        return (self.file or self.split or "", -1 if self.record is None else self.record, self.line or 0, self.pointer)
