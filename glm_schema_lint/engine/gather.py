"""What a shard gathers for rules that compare records: last answers, answers counted, images. See stats.Gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .. import sources
from ..gathered import ROWS_COUNTED, row_end
from ..rules import Context
from ..stats import Gathered
from ..targets import Target
from ..views import Viewer
from .ledger import counter
from .outline import ANSWERS, ASKERS, KEYS, Outliner, digest_of

Seat = tuple[Target, Viewer, Context]


class Gatherer:
    """Looks at the records of one shard. ``on`` falls once their answers are seen to differ and none is to be counted.

    ``compared`` is True where images of one split may stand in another.
    """

    def __init__(
        self, outliner: Outliner, seats: Sequence[Seat], images: sources.ImageReader, *, compared: bool
    ) -> None:
        self.outliner, self.alike = outliner, sources.Likeness(images)
        self.viewed = next((seat for seat in seats if seat[0].image.where != "none"), None) if compared else None
        self.ways = dict(_ways(seats))
        self.on = True

    def __call__(self, value: Any, holds: frozenset[str], into: Gathered, place: int) -> None:
        """One record; ``place`` is its place among the digests."""
        if self.viewed is not None and "images" in holds:
            self._images(value, into, place, *self.viewed[1:])
        if not self.on:
            return
        if into.answers is not None and (said := self._last(value)) is not None:
            into.answer(digest_of(said))
        for way, count in list(self.ways.items()):
            into.row(way, count(value))
            if into.rows[way] >= ROWS_COUNTED:
                del self.ways[way]
        self.on = bool(self.ways) or into.answers is not None

    def _messages(self, value: Any) -> list[Any]:
        messages = value.get(self.outliner.turns[0]) if self.outliner.turns and type(value) is dict else None
        return messages if isinstance(messages, list) else []

    def _part(self, message: Any, place: int) -> Any:
        """The role (1) or the content (2) of a message, under the name the dialect has for it or the usual one."""
        if self.outliner.turns is None or not isinstance(message, dict):
            return None
        name = self.outliner.turns[place]
        return message.get(name if name in message else KEYS["glm"][place])

    def _last(self, value: Any) -> str | None:
        """The text of the last answer, where the record ends with one."""
        messages = self._messages(value)
        if messages:
            said = None if self._part(messages[-1], 1) in ASKERS else self._part(messages[-1], 2)
        else:
            said = next((value[k] for k in ANSWERS if k in value), None) if type(value) is dict else None
        return said if isinstance(said, str) else None

    def _images(self, value: Any, into: Gathered, place: int, viewer: Viewer, ctx: Context) -> None:
        talk = viewer(value)
        for image in talk.images if talk is not None else ():
            digest = self.alike(image.source, ctx)
            if digest:
                into.image(digest, place)


def _ways(seats: Sequence[Seat]) -> Iterator[tuple[str, Callable[[Any], int]]]:
    """The ways in which records of this split become several rows, where a target cares how many there are."""
    for target, _, ctx in seats:
        asks = target.turns.eval_at_least if ctx.split.kind == "eval" else None
        if (asks or target.image.rows_at_once) and (count := counter(target, ctx.split, ctx.settings)) is not None:
            yield target.rows(ctx.split.kind, ctx.settings), count


def rows_end(value: Mapping[str, Any], into: Gathered) -> None:
    """Count how a tokenized row ends, if it is one of a model whose ids are known."""
    inputs, labels = value.get("input_ids"), value.get("labels")
    if not all(isinstance(cell, list) or hasattr(cell, "dtype") for cell in (inputs, labels)):
        return
    try:
        told = row_end(inputs, labels)  # type: ignore[arg-type]  # seen above; a cell of another kind raises
    except (TypeError, ValueError, OverflowError):
        return  # no whole numbers: token-column-type-wrong speaks of them
    if told is not None:
        into.end(told[0], 1, int(told[1]))
