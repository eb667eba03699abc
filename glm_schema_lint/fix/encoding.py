"""guessed-encoding: text that is not UTF-8, made UTF-8 line by line. A guess, so only where it was asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from ..record import DataFile
from ..saving import settle
from ..sources.text_bytes import examine, open_text
from ..sources.text_gbk import as_gbk, mojibake
from .errors import FixError

SAMPLE: Final = 1 << 20
_KNOWN: Final = {"big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949"}
"""Encodings whose successors hold more characters and read the same bytes alike."""


@contextmanager
def recoded(file: DataFile, wanted: bool, work: str | None) -> Iterator[DataFile]:
    """``file`` itself, or its UTF-8 form where ``wanted``: at ``work``, removed afterwards; in memory's temp folder without it."""
    if not wanted:
        yield file
        return
    path = work or _scratch()
    try:
        _recode(file, path)
        from pathlib import Path

        yield replace(file, path=Path(path), packing=None)
    finally:
        if os.path.exists(path):
            os.remove(path)


def _scratch() -> str:
    import tempfile

    handle, path = tempfile.mkstemp(prefix="glm-lint-")
    os.close(handle)
    os.remove(path)
    return path


def _recode(file: DataFile, path: str) -> None:
    look = examine(file)
    look.problems = []
    guess: str | None = None
    with open_text(file, look) as stream, open(path, "xb") as out:
        for line in stream:
            if line.isascii():
                out.write(line)
                continue
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                text = as_gbk(line)
                if text is None:
                    guess = guess or _guess(file, look)
                    text = _decoded(line, guess, file)
                out.write(text.encode("utf-8"))
            else:
                out.write(line.decode("gb18030").encode("utf-8") if mojibake(line, look.gbk) else line)
        settle(out)


def _guess(file: DataFile, look: Any) -> str:
    """The encoding that charset-normalizer finds likeliest for the first lines that are not UTF-8."""
    from charset_normalizer import from_bytes

    odd: list[bytes] = []
    size = 0
    with open_text(file, look) as stream:
        for line in stream:
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                odd.append(line)
                size += len(line)
            if size > SAMPLE:
                break
    best = from_bytes(b"".join(odd), enable_fallback=False).best()
    if best is None:
        raise FixError(
            f"{file.rel}: nobody can tell which encoding it is in; nothing was written",
            f"{file.rel}：无法判断它的编码；没有写出任何文件",
        )  # fmt: skip
    return _KNOWN.get(best.encoding, best.encoding)


def _decoded(line: bytes, encoding: str, file: DataFile) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        raise FixError(
            f"{file.rel}: most of it reads as {encoding}, but not all; nothing was written",
            f"{file.rel}：大部分可按 {encoding} 读取，但不是全部；没有写出任何文件",
        ) from None
