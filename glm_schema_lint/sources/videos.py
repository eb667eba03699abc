"""What is known of a video file without decoding it: whether it is one, and whether the index of an MP4 is there."""

from __future__ import annotations

from typing import BinaryIO, Final

from ._span import Seen
from .sniff import stranger

BOXES: Final = 10_000
"""Boxes of an MP4 that are walked; a file of more is believed."""
_FIRST: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})
"""Boxes an MP4 or QuickTime file begins with (ISO/IEC 14496-12; FFmpeg's mov_probe)."""


def look(file: BinaryIO, length: int) -> Seen:
    """``problem`` is lfs-pointer, error-page, or unfinished: an MP4 without ``moov``, as an aborted download leaves it.

    FFmpeg says of such a file ``moov atom not found``. Other containers are believed. Raises OSError.
    """
    head = file.read(1024)
    if head[4:8] in _FIRST:
        return Seen(problem=None if _has_index(file, length) else "unfinished", detail="MP4")
    seen = stranger(head, length)
    return seen if seen.problem in ("lfs-pointer", "error-page") else Seen()


def _has_index(file: BinaryIO, length: int) -> bool:
    at = 0
    for _ in range(BOXES):
        file.seek(at)
        box = file.read(16)
        if len(box) < 8:
            return False
        if box[4:8] == b"moov":
            return True
        size = int.from_bytes(box[:4], "big")
        if size == 1 and len(box) == 16:  # the size is a number of 64 bits behind the name
            size = int.from_bytes(box[8:], "big")
        if size < 8 or at + size >= length:  # it reaches to the end, or beyond
            return False
        at += size
    return True
