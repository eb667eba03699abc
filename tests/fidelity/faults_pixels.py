"""Faults inside image files: what Pillow meets when it opens or decodes one, and what it makes of the pixels."""

from __future__ import annotations

import io
import struct
import zlib

from .faults_images import put_file
from .mutate import Work, fault, picture

SOME = ("glm-4v", "openai", "sharegpt", "swift")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(size: tuple[int, int], rows: bytes, *, depth: int = 8, colour: int = 2, before: bytes = b"") -> bytes:
    """A PNG of packed rows; ``colour`` 0 is grey, 2 is RGB."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + before + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _rows(width: int, height: int) -> bytes:
    return zlib.compress(b"".join(b"\0" + bytes((x * y) % 256 for x in range(3 * width)) for y in range(height)))


@fault(*SOME, variant="images")
def image_jpeg_cut(w: Work) -> str:
    data = picture("cut", "JPEG", (200, 200), noise=True)
    return put_file(w, "cut.jpg", data[: len(data) // 2])


@fault(*SOME, variant="images")
def image_gif_cut(w: Work) -> str:
    data = picture("cut", "GIF", (200, 200), noise=True)
    return put_file(w, "cut.gif", data[: len(data) // 2])


@fault(*SOME, variant="images")
def image_webp_cut(w: Work) -> str:
    data = picture("cut", "WEBP", (200, 200), noise=True)
    return put_file(w, "cut.webp", data[: len(data) // 2])


@fault(*SOME, variant="images")
def image_stream_broken(w: Work) -> str:
    """All bytes are there, and no decoder takes them."""
    return put_file(w, "broken.png", _png((64, 48), b"\xff\xff" + _rows(64, 48)[2:]))


@fault(*SOME, variant="images")
def image_of_400_million_pixels(w: Work) -> str:
    """By its header; there are no pixels."""
    return put_file(w, "bomb.png", _png((20_000, 20_000), zlib.compress(b"\0" * 64)))


@fault(*SOME, variant="images")
def image_text_chunk_unpacks(w: Work) -> str:
    text = _chunk(b"zTXt", b"note\0\0" + zlib.compress(b"x" * (2 << 20)))
    return put_file(w, "text.png", _png((64, 48), _rows(64, 48), before=text))


@fault("glm-4v")
def image_deep(w: Work) -> str:
    """Sixteen bits, of which the conversion to RGB keeps the lowest eight."""
    rows = zlib.compress(
        b"".join(b"\0" + struct.pack(">64H", *(min(65535, 21 * x * y) for x in range(64))) for y in range(48))
    )
    return put_file(w, "grades.png", _png((64, 48), rows, depth=16, colour=0))


@fault(*SOME, variant="images")
def image_sideways(w: Work) -> str:
    """As a phone writes it: stored on its side, with a note how to hold it."""
    from PIL import Image

    image = Image.frombytes("RGB", (64, 48), bytes((7 * i) % 256 for i in range(3 * 64 * 48)))
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    image.save(out, "JPEG", exif=exif)
    return put_file(w, "turned.jpg", out.getvalue())
