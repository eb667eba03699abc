"""Opens a text file: regular files only, packings and encodings undone. A look at its head says how it is laid out."""

from __future__ import annotations

import codecs
import io
import os
import stat
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

import orjson

from ..record import DataFile, Problem
from .text_gbk import looks_gbk

HEAD: Final = 1 << 16
BLOCK: Final = 1 << 20
ZSTD_PIECE: Final = 1 << 10
WHITE: Final = b" \t\r\n"
_PACKED: Final = ((b"\x1f\x8b", "gz"), (b"\x28\xb5\x2f\xfd", "zst"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "xz"))
_BOMS: Final = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY: Final = (
    *((b"PAR1", "Parquet"), (b"ARROW1", "Arrow"), (b"\xff\xff\xff\xff", "Arrow"), (b"\x93NUMPY", "NumPy")),
    *((b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"II*\x00", "TIFF"), (b"MM\x00*", "TIFF")),
    *((b"PK\x03\x04", "ZIP"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "RAR"), (b"%PDF", "PDF"), (b"RIFF", "RIFF")),
    *((b"SQLite format 3", "SQLite"), (b"\x7fELF", "ELF"), (b"\x89HDF", "HDF5")),
)


class UnreadableError(Exception):
    """A file that holds no records at all; ``problem`` says why."""

    def __init__(self, case: str, reason: str) -> None:
        super().__init__(reason)
        self.problem = Problem("file-unreadable", case, values={"reason": reason})


@dataclass(slots=True)
class Look:
    """What the head of a file shows. ``layout`` is ``lines``, ``array`` or ``stream`` (values over several lines)."""

    layout: str = "lines"
    packing: str | None = None
    encoding: str | None = None
    """Set where the bytes must be recoded to UTF-8 first."""
    skip: int = 0
    """Bytes of a UTF-8 byte order mark."""
    newline: str = "\n"
    gbk: bool = False
    failure: Exception | None = None
    """What ended a packed file before its time."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def plain(self) -> bool:
        """True if byte offsets of the file are byte offsets of its text."""
        return self.packing is None and self.encoding is None


def regular(file: DataFile) -> BinaryIO:
    """The file, opened without ever waiting on a pipe or a device."""
    try:
        if file.path is None or not stat.S_ISREG(file.path.stat().st_mode):
            raise UnreadableError(
                "directory" if file.path and file.path.is_dir() else "not-regular", "not a regular file"
            )
        handle = os.open(file.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise UnreadableError("not-regular", "not a regular file")
        return os.fdopen(handle, "rb", buffering=BLOCK)
    except PermissionError as error:
        raise UnreadableError("permission", error.strerror or "Permission denied") from None
    except OSError as error:
        raise UnreadableError("missing", error.strerror or str(error)) from None


class _Recoded(io.RawIOBase):
    """Another encoding as UTF-8; what does not decode becomes U+FFFD."""

    def __init__(self, source: Any, encoding: str) -> None:
        self._source, self._rest, self._done = source, b"", False
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill ``buffer`` with UTF-8."""
        view = memoryview(buffer)
        while not self._rest and not self._done:
            piece = self._source.read(BLOCK)
            self._done = not piece
            self._rest = self._decoder.decode(piece, self._done).encode("utf-8", "replace")
        size = min(len(view), len(self._rest))
        view[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def close(self) -> None:
        """Close what is below too."""
        self._source.close()
        super().close()


class _Packed(io.RawIOBase):
    """The bytes inside a packed file, as far as they come: an error ends them and is kept in ``look.failure``."""

    def __init__(self, raw: BinaryIO, look: Look) -> None:
        self._raw, self._look, self._source = raw, look, _unpacker(raw, look.packing or "")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill ``buffer`` with what comes next."""
        try:
            piece: bytes = self._source.read1(min(len(buffer), HEAD))
        except Exception as error:
            if broken_packing(error, self._look.packing) is None:
                raise
            self._look.failure = error
            return 0
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close what is below too."""
        self._source.close()
        self._raw.close()
        super().close()


class _Zstd:
    """Frames one behind another. The library's own reader says nothing of an end that comes too early."""

    def __init__(self, raw: BinaryIO) -> None:
        from zstandard import ZstdDecompressor

        self._raw, self._new = raw, ZstdDecompressor().decompressobj
        self._frame: Any = None
        self._rest = self._ready = b""

    def read1(self, size: int) -> bytes:
        """At most ``size`` bytes; a little of the file at a time, so that even a bomb unpacks to little."""
        while not self._ready:
            piece = self._rest or self._raw.read(ZSTD_PIECE)
            if not piece:
                if self._frame is not None:
                    raise EOFError("Compressed file ended before the end of its last frame")
                return b""
            self._frame = self._frame or self._new()
            self._ready, self._rest = self._frame.decompress(piece), b""
            if self._frame.eof:
                self._rest, self._frame = self._frame.unused_data, None
        given, self._ready = self._ready[:size], self._ready[size:]
        return given

    def close(self) -> None:
        """Nothing of its own is open."""


def unpack(raw: BinaryIO, look: Look) -> BinaryIO:
    """The bytes inside a file."""
    return raw if look.packing is None else io.BufferedReader(_Packed(raw, look), BLOCK)


def _unpacker(raw: BinaryIO, packing: str) -> Any:
    if packing == "gz":
        import gzip

        return gzip.GzipFile(fileobj=raw)
    if packing == "zst":
        return _Zstd(raw)
    if packing == "bz2":
        import bz2

        return bz2.BZ2File(raw)
    import lzma

    return lzma.LZMAFile(raw)


def broken_packing(error: Exception, packing: str | None) -> Problem | None:
    """The Problem that an error while reading stands for; None if it is a mistake of ours."""
    kinds = {"error", "ZstdError", "LZMAError", "EOFError", "BadGzipFile", "OSError"}
    if packing and (isinstance(error, OSError | EOFError) or type(error).__name__ in kinds):
        return Problem("file-unreadable", "broken-packing", values={"reason": str(error)[:120]})
    if isinstance(error, OSError):
        return Problem("file-unreadable", "missing", values={"reason": error.strerror or str(error)})
    return None


def open_text(file: DataFile, look: Look) -> BinaryIO:
    """The text of a file as UTF-8 bytes, behind its byte order mark."""
    stream = unpack(regular(file), look)
    if look.encoding is not None:
        stream = io.BufferedReader(_Recoded(stream, look.encoding), BLOCK)
    elif look.skip:
        stream.read(look.skip)
    return stream


def examine(file: DataFile) -> Look:
    """Look at the head of a file; raises UnreadableError for one that holds no text."""
    with regular(file) as raw:
        magic = raw.read(6)
    look = Look(
        packing=next((name for mark, name in _PACKED if magic.startswith(mark)), file.packing if magic else None)
    )
    with unpack(regular(file), look) as stream:
        head = stream.read(HEAD)
    if look.failure and not head:
        problem = broken_packing(look.failure, look.packing)
        raise UnreadableError("broken-packing", str(problem.values["reason"]) if problem else "")
    look.failure = None
    for mark, name in _BOMS:
        if head.startswith(mark):
            look.encoding = name
            look.problems.append(Problem("byte-order-mark", name, line=1))
            break
    else:
        look.encoding = _wide(head)
        if look.encoding is not None:
            look.problems.append(Problem("not-utf8", "utf-16-no-bom", line=1, values={"encoding": look.encoding}))
    if look.encoding is not None:
        with open_text(file, look) as stream:
            head = stream.read(HEAD)
    elif head.startswith(codecs.BOM_UTF8):
        look.skip, head = 3, head[3:]
    _refuse(head)
    _layout(look, head)
    if look.layout == "array" and head[:1] in (b" ", b"\t", b"\r", b"\n"):
        look.problems.append(Problem("json-layout-mismatch", "blank-before-array", line=1))
    if look.skip:
        look.problems.append(Problem("byte-order-mark", "utf-8-array" if look.layout == "array" else "utf-8", line=1))
    look.gbk = looks_gbk(head[: max(head.rfind(b"\n"), 0) or len(head)])
    return look


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: JSON begins with two ASCII characters (RFC 4627, section 3)."""
    start = head[:4]
    zeros = tuple(byte == 0 for byte in start)
    known: dict[tuple[bool, ...], str] = {
        (False, True, True, True): "utf-32-le", (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le", (True, False, True, False): "utf-16-be",
    }  # fmt: skip
    wide = known.get(zeros)
    return wide if wide is None or start.strip(b"\0")[:1] in (b"{", b"[", b" ", b"\n", b"\r", b"\t") else None


def _refuse(head: bytes) -> None:
    """Raise UnreadableError for what is plainly something else under a .json name."""
    for mark, name in _BINARY:
        if head.startswith(mark):
            raise UnreadableError("binary-content", name)
    start = head[:512].lstrip(WHITE).lower()
    if start.startswith(b"version https://git-lfs"):
        raise UnreadableError("lfs-pointer", "Git LFS pointer")
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        raise UnreadableError("html", start[:40].split(b"\n")[0].decode("ascii", "replace"))
    if head and not head.strip(b"\0"):
        raise UnreadableError("binary-content", "NUL")
    sample = head[:1024]
    odd = sum(byte < 32 and byte not in WHITE for byte in sample)
    if sample and sample[0] not in b'{["' and odd > len(sample) // 16 + 1:
        raise UnreadableError("binary-content", "binary")


def _layout(look: Look, head: bytes) -> None:
    text = head.lstrip(WHITE)
    if text.startswith(b"["):
        look.layout = "array"
        return
    if b"\n" not in head and b"\r" in text.strip(WHITE):
        look.layout, look.newline = "stream", "\r"
        return
    first, newline, rest = text.partition(b"\n")
    if not newline or not text.startswith(b"{"):
        return
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        from json import JSONDecodeError, JSONDecoder

        try:
            end = JSONDecoder().raw_decode(text.decode("utf-8", "surrogateescape"))[1]
            over = end > len(first.decode("utf-8", "surrogateescape"))
        except (JSONDecodeError, RecursionError, ValueError):
            over = first.strip() == b"{" and rest[:1] in b' \t"\r'
        look.layout = "stream" if over else "lines"
