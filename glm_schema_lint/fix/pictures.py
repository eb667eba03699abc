"""Images of a repaired dataset: files named by relative paths come along, under the same names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from .. import targets
from ..sources.eight_bit import eight_bit
from .account import Account
from .edit import Editor
from .place import Place
from .plan import Plan, Task
from .seat import Seat
from .text import Entry

KEYS: Final = ("image", "images", "image_url", "video", "videos", "audio", "audios", "url", "path")
_NEST: Final = 6


class Pictures:
    """Links every media file that a written record names by a relative path below the dataset folder.

    Paths stay as written, so that they resolve from the output as they did from the input. What lies elsewhere is left there.
    """

    def __init__(self, plan: Plan, place: Place, account: Account) -> None:
        self._plan, self._place, self._account = plan, place, account
        self._seen: set[str] = set()

    def watching(self, task: Task, edit: Editor) -> Any:
        """``edit``, with the images of what it gives brought along."""
        return _Watching(self, task, edit)

    def bring(self, task: Task, value: Any, seats: list[Seat]) -> None:
        """Link what ``value`` names."""
        root = task.dataset.root
        if root is None or not isinstance(value, dict):
            return
        for written in named(value):
            self._bring(task, written, str(root), seats)

    def _bring(self, task: Task, written: str, root: str, seats: list[Seat]) -> None:
        key = f"{root}\0{written}"
        if key in self._seen or Path(written).is_absolute() or "\0" in written or len(written) > 4096:
            return
        if len(self._seen) < 1_000_000:
            self._seen.add(key)
        base = self._base(root, seats)
        source = os.path.normpath(os.path.join(base, written))
        top = os.path.abspath(root)
        if not Path(source).is_relative_to(top) or not os.path.isfile(source):
            return
        prefix = f"{task.dataset.prefix}/" if task.dataset.prefix else ""
        rel = prefix + os.path.relpath(source, top)
        facts = self._clipped(written, seats) if self._plan.wish.unsafe else None
        if facts is not None and not os.path.lexists(self._place.path(rel)):
            eight_bit(source, self._place.path(rel))
            self._account.note("eight-bit-image", written, "files")
        else:
            self._place.link(source, rel)

    def _base(self, root: str, seats: list[Seat]) -> str:
        if self._plan.wish.image_root is not None:
            return os.path.abspath(self._plan.wish.image_root)
        for seat in seats:
            media = seat.ctx.setting("media_dir") if seat.target.image.path_base == "media-dir" else None
            if media and os.path.isdir(os.path.join(root, media)):
                return os.path.abspath(os.path.join(root, media))
        return os.path.abspath(root)

    def _clipped(self, written: str, seats: list[Seat]) -> Any:
        for seat in seats:
            if seat.minds("image-mode-unusual"):
                facts = seat.images.look(written, seat.ctx)
                if facts.clipped and facts.problem is None:
                    return facts
        return None

    def seats(self, task: Task) -> list[Seat]:
        """The trainers in question, looking at the split of a file."""
        names = task.dataset.targets or self._plan.choice.names
        plan = self._plan
        return [
            Seat(targets.load(name), task.split, task.dataset, plan.images, dict(plan.versions), plan.settings)
            for name in names
        ]


class _Watching:
    """An editor whose results are looked at for images."""

    def __init__(self, pictures: Pictures, task: Task, edit: Editor) -> None:
        self._pictures, self._task, self._edit = pictures, task, edit
        self._seats = pictures.seats(task)

    def __call__(self, entry: Entry, count: bool = True) -> list[Any]:
        values = self._edit(entry, count)
        for value in values if count else ():
            self._pictures.bring(self._task, value, self._seats)
        return values

    def rows(self, row: dict[str, Any], number: int, count: bool) -> list[dict[str, Any]]:
        """The same for a row of a columnar file."""
        values = self._edit.rows(row, number, count)
        for value in values if count else ():
            self._pictures.bring(self._task, value, self._seats)
        return values


def named(value: Any, under: bool = False, depth: int = _NEST) -> Iterator[str]:
    """Every text that stands under a key of images, videos or audios."""
    if isinstance(value, str):
        if under and value and len(value) < 4096 and "://" not in value[:16]:
            yield value
    elif depth and isinstance(value, list):
        for item in value:
            if isinstance(item, dict | list | str):
                yield from named(item, under, depth - (not isinstance(item, str)))
    elif depth and isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, dict | list | str):
                yield from named(item, key in KEYS, depth - (not isinstance(item, str)))
