"""JSON text out: records nobody touched keep their bytes, layout and packing stay unless the layout itself is repaired."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Final, Protocol

from .. import sources
from ..record import DataFile, Problem, Record
from ..saving import settle
from ..sources.text_bytes import Look, examine
from ..sources.text_pack import packer
from .values import dumped

_TRUSTED: Final = frozenset(
    (("byte-order-mark", "middle"), ("line-not-json", "trailing-comma"), ("line-not-json", "comment"))
)
"""What can be taken out of broken text without a guess; all else is left as it stands."""
_BREAK: Final = re.compile(rb"[ \t\r]*\n[ \t\r]*")
_REREAD: Final = frozenset(("not-utf8", "line-not-json", "invalid-escape", "nonstandard-json", "record-too-deep"))


@dataclass(slots=True)
class Entry:
    """One entry of a file. ``problems`` are those of its text; ``doubtful`` if the value is a guess at what it says."""

    record: Record
    broken: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def doubtful(self) -> bool:
        """True if the bytes, not the value, are the record."""
        return self.broken or any(p.rule in _REREAD and (p.rule, p.case) not in _TRUSTED for p in self.problems)

    @property
    def mended(self) -> bool:
        """True if the text holds something that only has to be left out."""
        return any((p.rule, p.case) in _TRUSTED for p in self.problems)


class Edit(Protocol):
    """New values of an entry: the old one if nothing is repaired, none if it is dropped."""

    def __call__(self, entry: Entry, count: bool = True) -> list[Any]:
        """The values; with ``count`` False what is done is not counted again."""


def entries(file: DataFile) -> Iterator[Entry]:
    """All entries of a file in order, those that gave no record too."""
    for batch in sources.read(file):
        problems: dict[int, list[Problem]] = {}
        for problem in batch.problems:
            if problem.record is not None:
                problems.setdefault(problem.record, []).append(problem)
        found = [Entry(record, False, problems.get(record.index, [])) for record in batch.records]
        found += [Entry(record, True, problems.get(record.index, [])) for record in batch.broken]
        if batch.broken:
            found.sort(key=lambda entry: entry.record.index)
        yield from found


def in_order(file: DataFile, first: frozenset[int]) -> Iterator[Entry]:
    """All entries of a file, those numbered in ``first`` before the rest."""
    left = set(first)
    for entry in entries(file) if left else ():
        if entry.record.index in left:
            left.discard(entry.record.index)
            yield entry
        if not left:
            break
    yield from (entry for entry in entries(file) if entry.record.index not in first)


class TextWriter:
    """Writes one file. ``layout`` is that of the output: ``lines`` or ``array``."""

    def __init__(self, out: IO[bytes], layout: str, packing: str | None) -> None:
        self._out, self._layout = out, layout
        self._stream: Any = packer(out, packing)
        self._count = 0

    def __call__(self, text: bytes) -> None:
        """The text of one record."""
        if self._layout == "lines":
            self._stream.write(text if b"\n" not in text else _flat(text))
            self._stream.write(b"\n")
        else:
            self._stream.write((b",\n" if self._count else b"[\n") + text)
        self._count += 1

    def close(self) -> None:
        """End the text and put it on disk."""
        if self._layout == "array":
            self._stream.write(b"\n]\n" if self._count else b"[]\n")
        if self._stream is not self._out:
            self._stream.close()
        settle(self._out)


def _flat(text: bytes) -> bytes:
    """A value over several lines on one: no string of JSON holds a line end, so all of them stand between tokens."""
    return _BREAK.sub(b" ", text)


def rewrite(
    file: DataFile,
    out: IO[bytes],
    edit: Edit,
    lines: bool,
    packing: str | bool | None = True,
    first: frozenset[int] = frozenset(),
) -> bool:
    """Write ``file`` to ``out``, every entry as ``edit`` says; False if what was written says the same as before.

    ``lines`` asks for one record a line whatever the layout was; ``packing`` is that of the output, True for the same;
    ``first`` are the numbers of records that move to the front.
    """
    look = _look(file)
    layout = "array" if look.layout == "array" and not lines else "lines"
    kept = look.packing if packing is True else packing or None
    writer = TextWriter(out, layout, kept)
    changed = (lines and look.layout != "lines") or kept != look.packing or bool(look.encoding or look.skip or first)
    indent = b"" if layout == "lines" else _indent(file)
    for entry in in_order(file, first):
        record = entry.record
        raw = record.raw
        values = edit(entry)
        if len(values) == 1 and values[0] is record.value:
            if entry.doubtful and raw is not None:
                text = raw
            else:
                text = raw if raw is not None and not entry.mended else dumped(record.value, raw, layout == "lines")
            changed = changed or text is not raw or (lines and b"\n" in text)
            writer(indent + text)
            continue
        changed = True
        if values and raw is not None and not entry.doubtful:
            values = _exactly(entry, values, edit)
        for value in values:
            end = b"\r" if layout == "lines" and raw is not None and raw.endswith(b"\r") else b""
            writer(indent + dumped(value, raw, layout == "lines") + end)
    writer.close()
    return changed


def _exactly(entry: Entry, values: list[Any], edit: Edit) -> list[Any]:
    """The repair made on what the text says to the last digit: the quick parser rounds numbers beyond 64 bits."""
    assert entry.record.raw is not None  # noqa: S101  asked by the caller
    try:
        value = json.loads(entry.record.raw)
    except (ValueError, RecursionError):
        return values
    if value == entry.record.value:
        return values
    return edit(Entry(entry.record._replace(value=value), entry.broken, entry.problems), count=False)


def _look(file: DataFile) -> Look:
    look = examine(file)
    look.problems = []
    return look


def _indent(file: DataFile) -> bytes:
    """What stands before the first item of an array on its line."""
    from ..sources.text_bytes import open_text

    with open_text(file, _look(file)) as stream:
        head = stream.read(1 << 12).lstrip()
    between = head[1 : 1 + len(head[1:]) - len(head[1:].lstrip())]
    return between.rpartition(b"\n")[2] if b"\n" in between else b""
