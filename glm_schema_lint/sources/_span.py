"""Random access to a file's bytes, and the tag directories that TIFF and EXIF share."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO, Final, NamedTuple

HEAD: Final = 64 * 1024
SEARCHED: Final = 256 * 1024 * 1024


class Seen(NamedTuple):
    """What a header says. ``problem`` is None, or one of the words of ImageFacts."""

    format: str | None = None
    size: tuple[int, int] | None = None
    mode: str | None = None
    orientation: int | None = None
    frames: int | None = None
    """Images in the file: 2 stands for two or more, None for one or not known."""
    problem: str | None = None
    detail: str = ""
    doubt: bool = False


class CutError(Exception):
    """The file ends before the header does."""


class OddError(Exception):
    """Not laid out as the format's usual files are: a decoder must say."""


class Span:
    """Random access to a file or to bytes, with the head kept."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self.file, self.length = file, length
        self.head = file.read(HEAD)

    @classmethod
    def of(cls, data: bytes) -> Span:
        """A span over bytes in memory."""
        return cls(io.BytesIO(data), len(data))

    def at(self, start: int, count: int) -> bytes:
        """``count`` bytes from ``start``; raises if the file ends before."""
        stop = start + count
        if stop <= len(self.head):
            return self.head[start:stop]
        if stop > self.length:
            raise CutError
        self.file.seek(start)
        data = self.file.read(count)
        if len(data) < count:
            raise CutError
        return data

    def holds(self, mark: bytes, start: int) -> bool:
        """True if ``mark`` stands somewhere after ``start``; looks at the tail first."""
        tail = max(start, self.length - HEAD)
        if mark in self.at(tail, self.length - tail):
            return True
        at = start
        while at < tail and at - start < SEARCHED:
            count = min(1024 * 1024, self.length - at)
            if mark in self.at(at, count):
                return True
            at += count - len(mark) + 1 if count > len(mark) else count
        return False


def tags_of(span: Span) -> dict[int, tuple[int, ...]]:
    """Whole-number tags of the first TIFF directory."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(span.at(0, 4))
    if order is None:
        raise OddError
    start = struct.unpack(order + "I", span.at(4, 4))[0]
    entries = struct.unpack(order + "H", span.at(start, 2))[0]
    found = {}
    for index in range(entries):
        entry = span.at(start + 2 + 12 * index, 12)
        tag, kind, count = struct.unpack(order + "HHI", entry[:8])
        letter, width = {1: ("B", 1), 3: ("H", 2), 4: ("I", 4)}.get(kind, ("", 0))
        if not letter or count > 1_000_000:
            continue
        data = entry[8:] if count * width <= 4 else span.at(struct.unpack(order + "I", entry[8:])[0], count * width)
        found[tag] = struct.unpack(f"{order}{count}{letter}", data[: count * width])
    return found


def orientation(exif: bytes) -> int | None:
    """The EXIF orientation, 1 to 8; None if there is none to be found."""
    try:
        value = tags_of(Span.of(exif)).get(0x0112, (0,))[0]
    except (CutError, OddError, struct.error, IndexError):
        return None
    return value if 1 <= value <= 8 else None
