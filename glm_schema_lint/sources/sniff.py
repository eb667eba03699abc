"""Image headers read without decoding: format, size, mode, orientation, and whether the end is there.

Reads the head, seeks from mark to mark, and never believes a length without looking. Where the header alone cannot
tell, ``doubt`` asks the caller to try a real decoder; so an odd but sound photo is never called broken.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import BinaryIO, Final

from ._span import HEAD, CutError, OddError, Seen, Span, orientation, tags_of

STEPS: Final = 100_000
"""Marks followed in one file; more than any real image has."""
TEXT_CHUNK: Final = 1024 * 1024
"""What Pillow unpacks of one PNG text or profile chunk (PngImagePlugin.MAX_TEXT_CHUNK), and 64 times that of all."""

_SOF: Final = frozenset({0xC0, 0xC1, 0xC2})
_SOF_RARE: Final = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_HEIC: Final = frozenset({"heic", "heix", "hevc", "heim", "heis", "mif1", "msf1"})
_PNG_END: Final = b"\0\0\0\0IEND\xaeB`\x82"
_PNG_MODES: Final = {
    (1, 0): "1", (2, 0): "L", (4, 0): "L", (8, 0): "L", (16, 0): "I;16", (8, 2): "RGB", (16, 2): "RGB",
    (1, 3): "P", (2, 3): "P", (4, 3): "P", (8, 3): "P", (8, 4): "LA", (16, 4): "LA", (8, 6): "RGBA", (16, 6): "RGBA",
}  # fmt: skip


def sniff(file: BinaryIO, length: int) -> Seen:
    """What the header of ``file`` says; ``length`` is its size in bytes and not 0."""
    span = Span(file, length)
    name, look = _format(span.head)
    if look is None:
        return stranger(span.head, length)
    try:
        return look(span)
    except (CutError, IndexError):
        return Seen(name, problem="truncated", doubt=True)
    except (OddError, struct.error, OverflowError):
        return Seen(name, doubt=True)


def _format(head: bytes) -> tuple[str | None, Callable[[Span], Seen] | None]:
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg", _jpeg
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png", _png
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif", _gif
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp", _webp
    if head.startswith(b"BM") and len(head) > 17 and head[15:18] == b"\0\0\0":
        return "bmp", _bmp
    if head.startswith((b"II*\0", b"MM\0*")):
        return "tiff", _tiff
    return None, None


def stranger(head: bytes, length: int) -> Seen:
    """A file with none of the usual image signatures."""
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"version https://git-lfs.github.com/spec/") and length < 2048:
        return Seen(problem="lfs-pointer", detail="Git LFS")
    if b"<svg" in start and start.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")):
        return Seen(problem="not-image", detail="SVG")
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return Seen(problem="error-page", detail="HTML")
    if start.startswith(b"<?xml"):
        return Seen(problem="error-page" if b"<html" in start or b"<error" in start else "not-image", detail="XML")
    if start.startswith((b'{"', b"{ ", b"{\n", b"{\r", b"{}")):
        return Seen(problem="error-page", detail="JSON")
    for mark, what in ((b"%pdf-", "PDF"), (b"pk\x03\x04", "ZIP"), (b"\x1f\x8b", "gzip"), (b"\x1ae\xdf\xa3", "video")):
        if start.startswith(mark):
            return Seen(problem="not-image", detail=what)
    if head[4:8] == b"ftyp":
        brand = head[8:12].decode("latin-1")
        what = "HEIC" if brand in _HEIC else "AVIF" if brand.startswith("avi") else "video"
        return Seen(detail=what, doubt=True)
    return Seen(detail="text" if _is_text(head[:512]) else "", doubt=True)


def _is_text(data: bytes) -> bool:
    return bool(data) and not any(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in data)


def _jpeg(span: Span) -> Seen:
    at, size, mode, turned = 2, None, None, None
    for _ in range(STEPS):
        mark, code = span.at(at, 2)
        if mark != 0xFF:
            raise OddError
        if code == 0xFF:
            at += 1
            continue
        if code == 0x01 or 0xD0 <= code <= 0xD8:
            at += 2
            continue
        if code == 0xD9 or code in _SOF_RARE:
            raise OddError
        length = struct.unpack(">H", span.at(at + 2, 2))[0]
        if length < 2:
            raise OddError
        if code in _SOF:
            height, width, parts = struct.unpack(">HHB", span.at(at + 5, 5))
            size, mode = (width, height), {1: "L", 3: "RGB", 4: "CMYK"}.get(parts)
        if code == 0xE1 and turned is None and span.at(at + 4, min(6, length - 2)) == b"Exif\0\0":
            turned = orientation(span.at(at + 10, length - 8))
        at += 2 + length
        if code == 0xDA:
            break
        if at > span.length:
            raise CutError
    if size is None or 0 in size or at > span.length:
        raise OddError if size is None or 0 in size else CutError
    seen = Seen("jpeg", size, mode, turned)
    return seen if span.holds(b"\xff\xd9", at) else seen._replace(problem="truncated", doubt=True)


def _png(span: Span) -> Seen:
    header = span.at(8, 25)
    width, height, bits, colour = struct.unpack(">IIBB", header[8:18])
    if header[4:8] != b"IHDR" or zlib.crc32(header[4:21]) != struct.unpack(">I", header[21:25])[0]:
        raise OddError
    seen = Seen("png", (width, height), _PNG_MODES.get((bits, colour)))
    at, texts = 33, 0
    for _ in range(STEPS):
        try:
            length, kind = struct.unpack(">I4s", span.at(at, 8))
        except CutError:
            return seen._replace(problem="truncated", doubt=True)
        if kind == b"IDAT" and span.length > 12 and span.at(span.length - 12, 12) == _PNG_END:
            return seen
        if kind == b"IEND":
            return seen
        if not kind.isalpha():
            return seen._replace(doubt=True)
        if at + 12 + length > span.length:
            return seen._replace(problem="truncated", doubt=True)
        if kind in (b"iCCP", b"zTXt", b"iTXt", b"tEXt"):
            texts += length
            if _too_large(kind, span.at(at + 8, min(length, 2 * TEXT_CHUNK))) or texts > 64 * TEXT_CHUNK:
                return seen._replace(problem="metadata", detail=kind.decode())
        elif kind == b"eXIf" and length >= 8:
            seen = seen._replace(orientation=orientation(span.at(at + 8, min(length, HEAD))))
        elif kind == b"acTL" and length >= 4:
            seen = seen._replace(frames=struct.unpack(">I", span.at(at + 8, 4))[0])
        at += 12 + length
    return seen._replace(doubt=True)


def _too_large(kind: bytes, data: bytes) -> bool:
    """True if Pillow refuses to unpack this text or profile chunk."""
    packed = data.partition(b"\0")[2]
    if kind == b"iTXt":
        if packed[:1] != b"\1":
            return False
        packed = packed[1:2] + packed[2:].partition(b"\0")[2].partition(b"\0")[2]
    if kind == b"tEXt" or len(packed) < 3:
        return False
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(packed[1:], TEXT_CHUNK)
    except zlib.error:
        return False
    return bool(unpacker.unconsumed_tail)


def _gif(span: Span) -> Seen:
    width, height, flags = struct.unpack("<HHB", span.at(6, 5))
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    for _ in range(STEPS):
        kind = span.at(at, 1)
        if kind == b"!":
            at = _blocks(span, at + 2)
        elif kind == b",":
            left, top, wide, high, flags = struct.unpack("<HHHHB", span.at(at + 1, 9))
            end = _blocks(span, at + 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0))
            frames = 2 if _another(span, end) else None
            return Seen("gif", (max(width, left + wide), max(height, top + high)), "P", frames=frames)
        else:
            raise OddError
    raise OddError


def _another(span: Span, at: int) -> bool:
    """True if a GIF has an image behind the one that ends here."""
    try:
        for _ in range(STEPS):
            kind = span.at(at, 1)
            if kind != b"!":
                return kind == b","
            at = _blocks(span, at + 2)
    except (CutError, OddError):
        pass
    return False


def _blocks(span: Span, at: int) -> int:
    """Where a run of GIF sub-blocks ends."""
    for _ in range(20 * STEPS):
        count = span.at(at, 1)[0]
        at += count + 1
        if not count:
            return at
    raise OddError


def _webp(span: Span) -> Seen:
    declared = struct.unpack("<I", span.at(4, 4))[0] + 8
    kind, size, mode, turned, data = span.at(12, 4), None, "RGB", None, span.at(20, 10)
    if kind == b"VP8X":
        size = (int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1)
        mode = "RGBA" if data[0] & 0x10 else "RGB"
    elif kind == b"VP8L" and data[0] == 0x2F:
        bits = int.from_bytes(data[1:5], "little")
        size, mode = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), "RGBA" if bits >> 28 & 1 else "RGB"
    elif kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        wide, high = struct.unpack("<HH", data[6:10])
        size = (wide & 0x3FFF, high & 0x3FFF)
    else:
        raise OddError
    if span.length < declared:
        return Seen("webp", size, mode, problem="truncated", doubt=True)
    if kind == b"VP8X" and data[0] & 0x08:
        at = 12
        for _ in range(STEPS):
            if at + 8 > declared:
                break
            name, length = struct.unpack("<4sI", span.at(at, 8))
            if name == b"EXIF":
                turned = orientation(span.at(at + 8, min(length, HEAD)).removeprefix(b"Exif\0\0"))
                break
            at += 8 + length + (length & 1)
    return Seen("webp", size, mode, turned, frames=2 if kind == b"VP8X" and data[0] & 0x02 else None)


def _bmp(span: Span) -> Seen:
    start, header = struct.unpack("<II", span.at(10, 8))
    if header == 12:
        wide, high, _, bits = struct.unpack("<HHHH", span.at(18, 8))
        packing = 0
    else:
        wide, high, _, bits, packing = struct.unpack("<iiHHI", span.at(18, 16))
    if wide <= 0 or high == 0 or packing not in (0, 3, 6):
        raise OddError
    seen = Seen("bmp", (wide, abs(high)), {1: "1", 4: "P", 8: "P"}.get(bits, "RGB"))
    full = start + (wide * bits + 31 >> 5 << 2) * abs(high)
    return seen if span.length >= full else seen._replace(problem="truncated", doubt=True)


def _further(span: Span) -> bool:
    """True if a TIFF has a directory behind its first: another page, or a smaller copy of this one."""
    order = "<" if span.at(0, 2) == b"II" else ">"
    start = struct.unpack(order + "I", span.at(4, 4))[0]
    entries = struct.unpack(order + "H", span.at(start, 2))[0]
    return bool(struct.unpack(order + "I", span.at(start + 2 + 12 * entries, 4))[0])


def _tiff(span: Span) -> Seen:
    tags = tags_of(span)
    if not tags.get(256) or not tags.get(257):
        raise OddError
    bits, samples, kind = tags.get(258, (1,)), tags.get(277, (1,))[0], tags.get(339, (1,))[0]
    mode = None
    if samples == 1 and bits[0] in (16, 32):
        mode = "I;16" if bits[0] == 16 else "F" if kind == 3 else "I"
    # Pillow turns a TIFF as its orientation says while loading, so no orientation is left to report.
    seen = Seen("tiff", (tags[256][0], tags[257][0]), mode, frames=2 if _further(span) else None)
    starts, counts = tags.get(273) or tags.get(324) or (), tags.get(279) or tags.get(325) or ()
    if not starts or len(starts) != len(counts):
        return seen._replace(doubt=True)
    if max(at + count for at, count in zip(starts, counts, strict=True)) > span.length:
        return seen._replace(problem="truncated", doubt=True)
    return seen
