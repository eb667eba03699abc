"""Walks values that are not one to a line: JSON arrays, pretty-printed objects. A window slides over the text."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, NamedTuple

WINDOW: Final = 1 << 20
VALUE_LIMIT: Final = 1 << 28
"""A value that does not end within this many characters is taken for broken."""
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_TOKEN: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|[\[\]{}]')
_SCALAR: Final = re.compile(r"[^,\]\n]*")


class Item(NamedTuple):
    """A value with its text. ``trusted`` is False where only a second look can say what it holds."""

    value: Any
    raw: bytes
    line: int
    trusted: bool


class Mark(NamedTuple):
    """A defect between values: a missing or spare comma, an end that does not come, text behind the end."""

    case: str
    line: int
    column: int
    found: str


class Walker:
    """The values of a text in order, as Items, with Marks between them."""

    def __init__(self, stream: BinaryIO, array: bool, newline: str = "\n") -> None:
        self._stream, self._array, self._newline = stream, array, newline
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._constant = False
        self._json = json.JSONDecoder(parse_constant=self._odd)
        self._text, self._pos, self._counted = "", 0, 0
        self._end = self._doubtful = False
        self.line, self.size = 1, 0

    def _odd(self, _name: str) -> None:
        self._constant = True

    def _fill(self, least: int = WINDOW) -> bool:
        """Read on; False at the end. What was walked is let go."""
        if self._end:
            return False
        piece = self._stream.read(max(least, WINDOW))
        self.size += len(piece)
        self._end = not piece
        text = self._decoder.decode(piece, self._end)
        joined = self._text[-6:] + text
        self._doubtful = (
            self._doubtful or "\\ud" in joined or "\\uD" in joined or "\ufeff" in text or not _encodes(text)
        )
        self._count()
        keep = max(self._text.rfind("\n", 0, self._pos) + 1, self._pos - 200)  # how far its line is indented
        self._text, self._pos = self._text[keep:] + text, self._pos - keep
        self._counted = self._pos
        return True

    def _count(self) -> None:
        self.line += self._text.count(self._newline, self._counted, self._pos)
        self._counted = self._pos

    def _peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            blank = _BLANK.match(self._text, self._pos)
            self._pos = blank.end() if blank else self._pos
            if self._pos < len(self._text):
                return self._text[self._pos]
            if not self._fill():
                return ""

    def _mark(self, case: str) -> Mark:
        self._count()
        return Mark(
            case,
            self.line,
            self._pos - self._text.rfind("\n", 0, self._pos),
            self._text[max(0, self._pos - 20) : self._pos + 20].strip(),
        )

    def __iter__(self) -> Iterator[Item | Mark]:
        if self._array and self._peek() == "[":
            self._pos += 1
            yield from self._items()
            if not self._peek():
                return
            yield self._mark("several-arrays")
        yield from self._values()

    def _items(self) -> Iterator[Item | Mark]:
        comma = True
        while char := self._peek():
            if char == "]":
                if comma and self._some:
                    yield self._mark("trailing-comma")
                self._pos += 1
                return
            if char == ",":
                if comma:
                    yield self._mark("other")
                self._pos, comma = self._pos + 1, True
                continue
            if self._text.startswith(("//", "/*"), self._pos) or char == "#":
                yield self._mark("comment")
                self._skip_line()
                continue
            if not comma:
                if char not in '{["':
                    yield self._mark("other")
                    self._skip_line()
                    continue
                yield self._mark("missing-comma")
            yield self._value()
            self._some, comma = True, False
        yield self._mark("cut")

    _some = False

    def _values(self) -> Iterator[Item | Mark]:
        between = False
        while char := self._peek():
            if char in ",]}":
                if not between:
                    yield self._mark("trailing-comma" if char == "," else "other")
                self._pos, between = self._pos + 1, True
                continue
            between = False
            yield self._value()

    def _skip_line(self) -> None:
        while (end := self._text.find("\n", self._pos)) < 0:
            self._pos = len(self._text)
            if not self._fill():
                return
        self._pos = end

    def _value(self) -> Item:
        self._count()
        line = self.line
        while True:
            self._constant = False
            try:
                value, end = self._json.raw_decode(self._text, self._pos)
            except json.JSONDecodeError as error:
                open_end = error.pos >= len(self._text) - 32 or error.msg.startswith("Unterminated")
                if open_end and len(self._text) - self._pos < VALUE_LIMIT and self._fill(len(self._text)):
                    continue
                return self._broken(line)
            except (ValueError, RecursionError):
                return self._broken(line)
            if end == len(self._text) and self._fill(len(self._text)):
                continue
            text = self._text[self._pos : end]
            self._pos = end
            odd = self._constant or self._doubtful or not self._array
            return Item(value, text.encode("utf-8", "surrogateescape"), line, not odd)

    def _broken(self, line: int) -> Item:
        """A value that does not parse: find its end by its brackets, or by the next line that begins as it did."""
        start = self._text.rfind("\n", 0, self._pos) + 1
        lead = self._text[start : self._pos]
        again = (
            re.compile(
                r"\n" + re.escape(lead.rstrip(" \t[") if "[" in lead else lead) + re.escape(self._text[self._pos])
            )
            if not lead.strip(" \t[")
            else None
        )
        while True:
            end = self._closing()
            resume = again.search(self._text, self._pos) if again else None
            if resume is not None and (end is None or resume.start() < end):
                end = resume.start()
            if end is not None and (end < len(self._text) or self._end):
                break
            if len(self._text) - self._pos > VALUE_LIMIT or not self._fill(len(self._text)):
                end = len(self._text)
                break
        text = self._text[self._pos : end].rstrip(" \t\r\n")
        self._pos = max(self._pos + len(text), self._pos + 1)
        if again is not None and text.endswith(","):
            text, self._pos = text[:-1], self._pos - 1
        return Item(None, text.encode("utf-8", "surrogateescape"), line, False)

    def _closing(self) -> int | None:
        if self._text[self._pos] not in "[{":
            scalar = _SCALAR.match(self._text, self._pos)
            return max(scalar.end(), self._pos + 1) if scalar else self._pos + 1
        depth = 0
        for token in _TOKEN.finditer(self._text, self._pos):
            char = token[0]
            if char in "[{":
                depth += 1
            elif char in "]}":
                depth -= 1
                if not depth:
                    return token.end()
        return None


def _encodes(text: str) -> bool:
    """False if bytes that were not UTF-8 stand among the characters."""
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
