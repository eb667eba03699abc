"""JSON text to records: lines, arrays, pretty-printed objects; plain or packed. What is broken becomes a Problem.

Records are numbered by entry: a broken line has a number too, so that the addresses of those behind it do not depend on
what can be mended. Blank lines have none. Lines are the ones an editor shows.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO, Final

import orjson

from ..record import DataFile, Problem, Record
from ._batch import Batch
from .text_broken import hidden_problems, mend, shown
from .text_bytes import Look, UnreadableError, broken_packing, examine, open_text, regular
from .text_gbk import mojibake, suspicious
from .text_walk import Mark, Walker

_RECORD: Final = partial(tuple.__new__, Record)
"""A Record from its fields, without a Python call for each: this is the hot path."""
CHUNK: Final = 10 << 20
"""What the JSON loader of `datasets` reads at once, before it finishes the line."""
SHARD: Final = 32 << 20
PART: Final = 2000
"""Records of one batch."""
BLOCK: Final = CHUNK // 32
"""The loader hands text to Arrow in blocks of this size; a value over several lines must lie within one."""
PRETTY: Final = ((BLOCK, "pretty-printed-small"), (BLOCK * 8, "pretty-printed"), (CHUNK, "pretty-printed-medium"))
_DRIVE: Final = re.compile(
    rb'"[A-Za-z]:\\[^"\s]*\.(?:jpe?g|png|gif|webp|bmp|tiff?|mp4|avi|mov|wav|mp3)"', re.IGNORECASE
)
_TURNED: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\[bfnrt]")


def read(file: DataFile, start: int = 0, stop: int | None = None, chunk: int = 0) -> Iterator[Batch]:
    """Batches of ``file`` between two borders that ``shards`` gave; ``chunk`` is the number of the first chunk."""
    look = Look(packing=file.packing)
    try:
        look = examine(file)
        with open_text(file, look) as stream:
            if start:
                stream.seek(start)
                look.problems.clear()
            if look.layout == "lines":
                batches = iter(_Lines(stream, look, start, stop, chunk))
            else:
                batches = _walk(stream, look, chunk)
            for batch in batches:
                if look.failure:  # the text ends in the middle because its packing does
                    batch.problems = [problem for problem in batch.problems if problem.case != "cut"]
                yield batch
            if look.failure and (problem := broken_packing(look.failure, look.packing)):
                yield Batch(chunk, problems=[problem])
    except UnreadableError as error:
        yield Batch(chunk, problems=[error.problem], skipped=1)
    except Exception as error:
        problem = broken_packing(error, look.packing)
        if problem is None:
            raise
        yield Batch(chunk, problems=[*look.problems, problem], skipped=1)


def shards(file: DataFile) -> list[tuple[int, int | None, int]]:
    """Runs of whole loader chunks of at least SHARD bytes; one for what cannot be cut."""
    whole: list[tuple[int, int | None, int]] = [(0, None, 0)]
    try:
        if file.path is None or os.path.getsize(file.path) < SHARD + CHUNK:
            return whole
        look = examine(file)
        if look.layout != "lines" or not look.plain:
            return whole
        found: list[tuple[int, int | None, int]] = []
        with regular(file) as stream:
            size, start, first, chunk, border = os.fstat(stream.fileno()).st_size, 0, 0, 0, 0
            while border < size:
                stream.seek(border + CHUNK)
                stream.readline()
                border, chunk = stream.tell(), chunk + 1
                if border < size and border - start >= SHARD:
                    found.append((start, border, first))
                    start, first = border, chunk
        return [*found, (start, None, first)]
    except Exception:  # noqa: BLE001  reading it says what is wrong
        return whole


class _Lines:
    """One value to a line, cut into chunks as the loader cuts them."""

    def __init__(self, stream: BinaryIO, look: Look, start: int, stop: int | None, chunk: int) -> None:
        self._stream, self._look, self._chunk = stream, look, chunk
        self._skipped = 0 if start else look.skip
        self._left = None if stop is None else stop - start - self._skipped
        self.index, self.line = 0, 1

    def __iter__(self) -> Iterator[Batch]:
        while self._left is None or self._left > 0:
            data = self._stream.read(CHUNK - self._skipped)  # the loader counts the byte order mark
            self._skipped = 0
            if not data:
                break
            data += self._stream.readline()
            if self._left is not None:
                self._left -= len(data)
            lines = data.split(b"\n")
            if not lines[-1]:
                lines.pop()
            odd = suspicious(data) or _names_drive(data)
            del data
            for at in range(0, len(lines), PART):
                yield self._batch(lines[at : at + PART], odd)
            self._chunk += 1
        if self._look.problems:
            yield Batch(self._chunk, problems=self._look.problems)

    def _batch(self, part: list[bytes], odd: bool) -> Batch:
        batch = Batch(self._chunk, problems=self._look.problems, lines=len(part), size=sum(map(len, part)) + len(part))
        self._look.problems = []
        first = self.index
        try:
            values = list(map(orjson.loads, part))
            rows = zip(
                values, range(first, first + len(part)), range(self.line, self.line + len(part)), part, strict=True
            )
            batch.records = list(map(_RECORD, rows))
            self.index += len(part)
            sound = True
        except orjson.JSONDecodeError:
            sound = False  # the error holds a copy of the text: look closer once it is gone
        if not sound:
            self._slowly(batch, part)
        if odd:
            for record in batch.records:
                batch.problems.extend(_look_again(record, self._look.gbk))
        self.line += len(part)
        return batch

    def _slowly(self, batch: Batch, part: list[bytes]) -> None:
        """Some line of ``part`` is blank or broken: one by one."""
        at = 0
        while at < len(part):
            raw, line, taken, odd = part[at], self.line + at, 1, False
            try:
                batch.records.append(Record(orjson.loads(raw), self.index, line, raw))
                self.index += 1
            except orjson.JSONDecodeError:
                odd = bool(raw.strip(b" \t\r\n"))
            if odd:
                taken = self._odd(batch, part, at, line)
            at += taken

    def _odd(self, batch: Batch, part: list[bytes], at: int, line: int) -> int:
        """Add what a broken line says; how many lines it took."""
        taken, raw = _pretty(part, at)
        if taken > 1:
            batch.problems.append(
                Problem("json-layout-mismatch", "pretty-printed", self.index, line, values={"count": taken})
            )
        values, problems = ([orjson.loads(raw)], []) if taken > 1 else mend(raw, self.index, line)
        batch.problems.extend(problems)
        for value in values:
            batch.records.append(Record(value, self.index, line, raw if len(values) == 1 else None))
            self.index += 1
        if not values:
            batch.broken.append(Record(None, self.index, line, raw))
            batch.skipped += 1
            self.index += 1
        return taken


def _names_drive(data: bytes) -> bool:
    """True if some string begins like ``C:`` and a single backslash."""
    at = data.find(b":\\")
    while at >= 0:
        if data[at - 2 : at - 1] == b'"' and data[at - 1 : at].isalpha() and data[at + 2 : at + 3] != b"\\":
            return True
        at = data.find(b":\\", at + 2)
    return False


def _pretty(part: list[bytes], at: int) -> tuple[int, bytes]:
    """A stray object over several lines: how many, and their text. (1, the line) if it is none."""
    if part[at].strip() != b"{":
        return 1, part[at]
    for end in range(at + 1, min(at + 500, len(part))):
        if part[end][:1] in (b"}", b"{"):
            raw = b"\n".join(part[at : end + 1])
            try:
                orjson.loads(raw)
            except orjson.JSONDecodeError:
                break
            return end + 1 - at, raw
    return 1, part[at]


def _look_again(record: Record, gbk: bool) -> Iterator[Problem]:
    """Damage that parses well: GBK that is valid UTF-8, and paths whose backslashes became control characters."""
    raw = record.raw
    if raw is None:
        return
    if not raw.isascii() and (meant := mojibake(raw, gbk)):
        found = b"".join(re.findall(rb"[\x80-\xff]+", raw)[:10]).decode("utf-8", "replace")
        yield Problem(
            "not-utf8", "mojibake", record.index, record.line, found=shown(found), values={"meant": meant[:20]}
        )
    if _names_drive(raw):
        for match in _DRIVE.finditer(raw):
            if _TURNED.search(match[0]):
                path = match[0].decode("utf-8", "replace").strip('"')
                yield Problem(
                    "invalid-escape",
                    "control-character",
                    record.index,
                    record.line,
                    found=shown(path),
                    values={"path": path[:60]},
                )
                break


def _walk(stream: BinaryIO, look: Look, chunk: int) -> Iterator[Batch]:
    """Arrays and values over several lines. An array is one loader chunk, the rest is cut by size."""
    array = look.layout == "array"
    walker = Walker(stream, array, look.newline)
    batch, index, after = Batch(chunk, problems=look.problems), 0, False
    spread: tuple[int, int] | None = None
    seen_line, seen_size, cut = 1, 0, False
    for item in walker:
        if isinstance(item, Mark):
            after = after or item.case == "several-arrays"
            rule = "json-layout-mismatch" if item.case == "several-arrays" else "line-not-json"
            if not (item.case == "cut" and cut):
                batch.problems.append(
                    Problem(
                        rule,
                        item.case,
                        None,
                        item.line,
                        found=shown(item.found),
                        values={"column": item.column, "reason": item.case},
                    )
                )
            continue
        values, problems = _value(item.value, item.raw, index, item.line, array, item.trusted)
        cut = any(problem.case == "cut" for problem in problems)
        batch.problems.extend(problems)
        if not array and spread is None and b"\n" in item.raw and look.newline == "\n":
            spread = index, item.line
        if after:
            values = [inner for value in values for inner in (value if isinstance(value, list) else [value])]
        for value in values:
            line = None if array else item.line
            batch.records.append(Record(value, index, line, item.raw if len(values) == 1 and not after else None))
            index += 1
        if not values:
            batch.broken.append(Record(None, index, None if array else item.line, item.raw))
            batch.skipped += 1
            index += 1
        for record in batch.records[-1:] if suspicious(item.raw) or _names_drive(item.raw) else ():
            batch.problems.extend(_look_again(record, look.gbk))
        number = chunk if array else chunk + walker.size // CHUNK
        if len(batch.records) + batch.skipped >= PART or (number != batch.chunk and index > 1):
            batch.lines, batch.size = walker.line - seen_line, walker.size - seen_size
            seen_line, seen_size = walker.line, walker.size
            yield batch
            batch = Batch(number)
    batch.lines, batch.size = walker.line - seen_line, walker.size - seen_size
    if spread is not None:
        case = next((name for limit, name in PRETTY if walker.size <= limit), "pretty-printed")
        case = "pretty-printed-one" if index == 1 and case != "pretty-printed" else case
        batch.problems.append(Problem("json-layout-mismatch", case, *spread, values={"count": index}))
    yield batch


def _value(
    value: Any, raw: bytes, index: int, line: int, array: bool, trusted: bool
) -> tuple[list[Any], list[Problem]]:
    if trusted:
        return [value], []
    try:
        return [orjson.loads(raw)], []
    except orjson.JSONDecodeError:
        return mend(raw, index, line, array=array)


__all__ = ["hidden_problems", "read", "shards"]
