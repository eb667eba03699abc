"""Text files packed again, as they were: the counterpart of text_bytes.unpack."""

from __future__ import annotations

from typing import IO, Any


def packer(out: IO[bytes], packing: str | None) -> Any:
    """A stream whose bytes arrive in ``out`` packed; ``out`` itself for None. No clock and no name goes into the head."""
    if packing == "gz":
        import gzip

        return gzip.GzipFile(fileobj=out, mode="wb", filename="", mtime=0)
    if packing == "zst":
        from zstandard import ZstdCompressor

        return ZstdCompressor().stream_writer(out, closefd=False)
    if packing == "bz2":
        import bz2

        return bz2.BZ2File(out, "wb")
    if packing == "xz":
        import lzma

        return lzma.LZMAFile(out, "wb")
    return out
