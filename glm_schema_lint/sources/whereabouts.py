"""Where an image path leads: to a file, or why not and where else it may be. Only stats and folder listings."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import OrderedDict
from itertools import islice
from pathlib import Path
from stat import S_ISLNK
from typing import Final, NamedTuple

DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]|\\\\[^\\]+\\")
NAMES: Final = 50_000
FOLDERS: Final = 8
TAIL: Final = 12


class Found(NamedTuple):
    """``problem`` is None if ``path`` exists; ``place`` is where the file was found instead."""

    path: str
    stat: os.stat_result | None = None
    problem: str | None = None
    detail: str = ""
    place: str | None = None


def stat(path: str) -> os.stat_result | None:
    """The stat of what ``path`` leads to; None if it leads nowhere or cannot be asked."""
    try:
        return os.stat(path)
    except (OSError, ValueError):
        return None


def between(folders: list[str], root: str) -> list[str]:
    """The folders above each of ``folders`` up to ``root``, nearest first; the ends are left out."""
    steps = [Path(os.path.relpath(os.path.abspath(folder), root)).parts for folder in folders]
    inner = [names for names in steps if names[:1] != (os.pardir,)]
    return [os.path.join(root, *names[:depth]) for names in inner for depth in range(len(names) - 1, 0, -1)]


class Finder:
    """Looks for images from one base folder. ``others`` are further folders where a lost image is looked for.

    ``above`` is the folder training is started in as likely as in the base itself.
    """

    def __init__(self, base: str, others: tuple[str, ...], above: str | None = None) -> None:
        self.base, self.others, self.above = base, others, above
        self._listings: OrderedDict[str, dict[str, str]] = OrderedDict()

    def __call__(self, source: str) -> Found:
        """Where ``source`` leads."""
        path = os.path.normpath(os.path.join(self.base, source))
        try:
            return Found(path, os.stat(path))
        except PermissionError:
            return Found(path, None, "no-permission")
        except (OSError, ValueError):
            pass
        slashed = source.replace("\\", "/")
        if DRIVE.match(source):
            return Found(path, None, "another-machine", "drive", self._tail(slashed))
        if "\\" in source:
            place = os.path.normpath(os.path.join(self.base, slashed))
            return Found(path, None, "backslash", "", place if stat(place) else self._tail(slashed))
        if source.startswith(("/", "~")):
            return self._absolute(source, path)
        if respelt := self._respell(self.base, source):
            return Found(path, None, "name-differs", *respelt)
        for folder in (self.above, *self.others) if self.above else self.others:
            place = os.path.normpath(os.path.join(folder, source))
            if place != path and stat(place):
                return Found(path, None, "elsewhere", "above" if folder == self.above else "", place)
        return Found(path, None, "missing", _dead_link(path))

    def _absolute(self, source: str, path: str) -> Found:
        if place := self._tail(source):
            return Found(path, None, "another-machine", "", place)
        top = "/".join(source.split("/")[:3])
        if source.startswith("~") or not os.path.isdir(top):
            return Found(path, None, "another-machine")
        if respelt := self._respell("/", source):
            return Found(path, None, "name-differs", *respelt)
        return Found(path, None, "missing", _dead_link(path))

    def _tail(self, source: str) -> str | None:
        """The longest end of an absolute path that exists under the base or beside it."""
        parts = [part for part in source.split("/") if part not in ("", ".", "..")]
        for start in range(max(1, len(parts) - TAIL), len(parts)):
            for folder in (self.base, *self.others):
                place = os.path.join(folder, *parts[start:])
                if stat(place):
                    return place
        return None

    def _respell(self, start: str, source: str) -> tuple[str, str] | None:
        """(``case`` or ``unicode``, the real path) if names differ from the written ones in nothing else."""
        here, kind = start, None
        for part in source.split("/"):
            if part in ("", "."):
                continue
            step = os.path.join(here, part)
            if part == ".." or stat(step):
                here = step
                continue
            name = self._listing(here).get(_fold(part))
            if name is None or name == part:
                return None
            same_letters = unicodedata.normalize("NFC", name) == unicodedata.normalize("NFC", part)
            kind = "unicode" if same_letters and kind != "case" else "case"
            here = os.path.join(here, name)
        return (kind, os.path.normpath(here)) if kind else None

    def _listing(self, folder: str) -> dict[str, str]:
        """Names in a folder by their folded form; the first 50,000, of the last few folders asked for."""
        known = self._listings.get(folder)
        if known is None:
            known = {}
            try:
                with os.scandir(folder) as entries:
                    for entry in islice(entries, NAMES):
                        folded = _fold(entry.name)
                        known[folded] = min(entry.name, known.get(folded, entry.name))
            except (OSError, ValueError):
                pass
            self._listings[folder] = known
            if len(self._listings) > FOLDERS:
                self._listings.popitem(last=False)
        return known


def _dead_link(path: str) -> str:
    try:
        return "broken link" if S_ISLNK(os.lstat(path).st_mode) else ""
    except (OSError, ValueError):
        return ""


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
