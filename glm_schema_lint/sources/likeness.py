"""Whether two images are one: a digest of each, without decoding any."""

from __future__ import annotations

import os
import stat
from typing import Any, Final

from xxhash import xxh3_64_intdigest

from .images import Asker, ImageReader, classify

EDGE: Final = 4096
KEPT: Final = 100_000


class Likeness:
    """Digests of images, each file read once. Made once per scan."""

    def __init__(self, images: ImageReader) -> None:
        self.images = images
        self._known: dict[str, int] = {}

    def __call__(self, source: Any, ctx: Asker) -> int:
        """64 bits of what an image is: of a file its length, head and tail, of anything else its own words; 0 if unknown.

        At the levels ``none`` and ``exists`` no file is opened, and its path stands for it.
        """
        kind, content = classify(source)
        if not content:
            return 0
        if kind != "path" or self.images.level == "none":
            return _digest(content)
        facts = self.images.look(source, ctx)
        if facts.path is None or not facts.bytes:
            return 0
        if self.images.level == "exists":
            return _digest(facts.path)
        known = self._known.get(facts.path)
        if known is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            known = self._known[facts.path] = _signature(facts.path, facts.bytes)
        return known


def _signature(path: str, length: int) -> int:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return 0
            head = file.read(EDGE)
            file.seek(max(0, length - EDGE))
            return _digest(str(length).encode() + head + file.read(EDGE))
    except OSError:
        return 0


def _digest(content: str | bytes) -> int:
    return xxh3_64_intdigest(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
