"""What is known of the images a dataset names. The only module that imports Pillow, and only where it must."""

from __future__ import annotations

import base64
import binascii
import io
import os
import re
import stat as modes
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from xxhash import xxh3_64_intdigest

from ..record import Dataset, Split
from ..targets import Target
from . import videos
from ._span import Seen
from .sniff import sniff
from .whereabouts import Finder, between

BOMB: Final = 178_956_970
"""Pixels above which Pillow refuses to open an image; from half of that on it warns."""
CONFIRM: Final = 40_000_000
"""Pixels up to which a doubtful image is decoded to be sure."""
LARGEST: Final = 256 * 1024 * 1024
"""Bytes up to which a file is given to a decoder; some read all of it at once."""
KEPT: Final = 100_000
_BASE64: Final = re.compile(r"(?:/9j/|iVBORw0KGgo|R0lGOD[dl]h|UklGR|SUkqA|TU0AK)[A-Za-z0-9+/\s]{60,}={0,2}\s*")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_NEVER_LOADED: Final = frozenset({"EPS", "WMF", "PDF", "MPEG", "HDF5", "GRIB", "BUFR"})
"""Formats Pillow knows by name but decodes, if at all, with a program outside."""
_WIDE: Final = frozenset({"I;16", "I;16B", "I;16L", "I", "F"})


class Asker(Protocol):
    """What the reader must know of who asks: rules._base.Context has it all."""

    target: Target
    split: Split
    dataset: Dataset

    def setting(self, name: str) -> Any:
        """The value of a setting of the target."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of one image, as far as the chosen level looked.

    ``kind``: path, file-url, url, data-uri, base64, bytes, unknown. ``problem``: None, missing, elsewhere,
    another-machine, backslash, name-differs, empty, not-image, truncated, lfs-pointer, error-page, bomb, metadata,
    decode-failed, not-regular, no-permission, bad-data-uri, unanchored (a relative path of a dataset in memory).
    """

    kind: str
    problem: str | None = None
    detail: str = ""
    path: str | None = None
    place: str | None = None
    """Where the image was found instead, relative to the dataset folder."""
    bytes: int | None = None
    format: str | None = None
    size: tuple[int, int] | None = None
    mode: str | None = None
    orientation: int | None = None
    frames: int | None = None
    clipped: bool = False
    """True if values of more than 8 bits do not survive the conversion to RGB."""


Judge = Callable[[BinaryIO, int, ImageFacts], ImageFacts]
"""What is made of an open file, its length and what is known of it so far."""


class _Seat(NamedTuple):
    """What is remembered for one context: its folders, and the facts of images by the name it gave them."""

    asker: Asker
    finder: Finder | None
    named: dict[str | int, ImageFacts]


class ImageReader:
    """Looks at images, each file once however many records name it. Picklable; a copy starts with an empty memory."""

    def __init__(self, level: str = "header", image_root: Path | str | None = None) -> None:
        self.level = level
        self.image_root = os.path.abspath(image_root) if image_root else None
        self._forget()

    def _forget(self) -> None:
        self.relative = 0
        """Relative paths found in the dataset folder for trainers that resolve them in their start folder."""
        self._seats: dict[int, _Seat] = {}
        self._files: dict[str, ImageFacts] = {}

    def __getstate__(self) -> tuple[str, str | None]:
        return self.level, self.image_root

    def __setstate__(self, state: tuple[str, str | None]) -> None:
        self.level, self.image_root = state
        self._forget()

    @property
    def relative_seen(self) -> bool:
        """True if training must start in the dataset folder for its image paths to hold."""
        return self.relative > 0

    @property
    def looked(self) -> bool:
        """True if any image was asked for."""
        return bool(self._seats)

    def look(self, source: Any, ctx: Asker) -> ImageFacts:
        """The facts of ``source``, as the target of ``ctx`` would find it."""
        seat = self._seat(ctx)
        if type(source) is str and (known := seat.named.get(source)) is not None:
            return known
        kind, content = classify(source)
        accepts = ctx.target.image.accepts
        if kind != "path" and (kind in ("url", "file-url", "unknown") or kind not in accepts):
            return ImageFacts(kind)
        if self.level == "none" or (isinstance(source, Mapping) and "bytes" not in accepts):
            return ImageFacts(kind if self.level == "none" else "unknown")
        key = content if isinstance(content, str) and len(content) < 4096 else _digest(content)
        facts = seat.named.get(key)
        if facts is None:
            if len(seat.named) >= KEPT:
                seat.named.clear()
            facts = self._path(content, seat.finder, ctx) if kind == "path" else self._inline(kind, content)
            seat.named[key] = facts
        return facts

    def video(self, source: Any, ctx: Asker) -> ImageFacts:
        """The facts of a video file: ``problem`` as of an image, or unfinished. What is no path is not looked at."""
        kind, content = classify(source)
        if kind != "path" or self.level == "none" or isinstance(source, Mapping):
            return ImageFacts(kind)
        return self._path(content, self._seat(ctx).finder, ctx, self._watch)

    def _watch(self, file: BinaryIO, length: int, facts: ImageFacts) -> ImageFacts:
        seen = videos.look(file, length)
        return replace(facts, problem=seen.problem, detail=seen.detail)

    def _seat(self, ctx: Asker) -> _Seat:
        seat = self._seats.get(id(ctx))
        return seat if seat is not None and seat.asker is ctx else self._sit(ctx)

    def _sit(self, ctx: Asker) -> _Seat:
        """A memory for one who asks; those of earlier shards are dropped."""
        if len(self._seats) >= 16:
            self._seats.clear()
        root = ctx.dataset.root
        base, others = self._folders(ctx)
        above = os.path.dirname(os.path.abspath(root)) if root is not None and self.image_root is None else None
        seat = self._seats[id(ctx)] = _Seat(ctx, Finder(base, others, above) if base else None, {})
        return seat

    def _folders(self, ctx: Asker) -> tuple[str | None, tuple[str, ...]]:
        """The folder relative paths start at, and others where a lost image may lie."""
        root = os.path.abspath(ctx.dataset.root) if ctx.dataset.root is not None else None
        base = self.image_root or root
        media = ctx.setting("media_dir") if ctx.target.image.path_base == "media-dir" and not self.image_root else None
        if media and root:
            choices = (os.path.join(root, media), os.path.join(os.path.dirname(root), media))
            base = next((choice for choice in choices if os.path.isdir(choice)), choices[0])
        others: list[str] = [os.path.dirname(str(file.path)) for file in ctx.split.files if file.path is not None]
        if root:
            others += [root, os.path.join(root, "images"), os.path.dirname(root), *between(others, root)]
        return base, tuple(dict.fromkeys(os.path.abspath(folder) for folder in others if folder != base))

    def _path(self, source: str, finder: Finder | None, ctx: Asker, judge: Judge | None = None) -> ImageFacts:
        if finder is None:
            if not Path(source).is_absolute():
                return ImageFacts("path", "unanchored")
            finder = Finder("/", ())
        found = finder(source)
        if found.problem is not None:
            start = str(ctx.dataset.root) if ctx.dataset.root is not None else finder.base
            place = os.path.relpath(found.place, os.path.abspath(start)).replace(os.sep, "/") if found.place else None
            return ImageFacts("path", found.problem, found.detail, found.path, place)
        facts = self._files.get(found.path)
        if facts is None:
            if len(self._files) >= KEPT:
                self._files.clear()
            facts = self._files[found.path] = self._file(found.path, judge or self._judge)
            started = ctx.target.image.path_base == "start-folder" and self.image_root is None
            if started and not Path(source).is_absolute():
                self.relative += 1
        return facts

    def _file(self, path: str, judge: Judge) -> ImageFacts:
        facts = ImageFacts("path", path=path)
        try:
            status = os.stat(path)
            if not modes.S_ISREG(status.st_mode):
                what = "folder" if modes.S_ISDIR(status.st_mode) else "device"
                return replace(facts, problem="not-regular", detail=what)
            if status.st_size == 0:
                return replace(facts, problem="empty", bytes=0)
            facts = replace(facts, bytes=status.st_size)
            if self.level == "exists":
                return facts
            # O_NONBLOCK: should the file be exchanged for a pipe after the stat, opening it does not wait for a writer.
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        except PermissionError:
            return replace(facts, problem="no-permission")
        except OSError as error:
            return replace(facts, problem="missing", detail=error.strerror or "")
        with open(handle, "rb") as file:
            if not modes.S_ISREG(os.fstat(handle).st_mode):
                return replace(facts, problem="not-regular", detail="device")
            try:
                return judge(file, status.st_size, facts)
            except OSError as error:
                return replace(facts, problem="decode-failed", detail=error.strerror or str(error))

    def _inline(self, kind: str, content: str | bytes) -> ImageFacts:
        if isinstance(content, str):
            head, comma, body = content.partition(",") if kind == "data-uri" else ("", ",", content)
            try:
                if not comma:
                    raise ValueError
                packed = kind == "base64" or ";base64" in head
                # As the trainers' decoders do, what is no sign of base64 is passed over.
                data = base64.b64decode("".join(body.split())) if packed else unquote(body).encode()
                if body.strip() and not data:
                    raise ValueError
            except (binascii.Error, ValueError):
                return ImageFacts(kind, "bad-data-uri")
        else:
            data = content
        facts = ImageFacts(kind, bytes=len(data))
        if not data:
            return replace(facts, problem="empty")
        return facts if self.level == "exists" else self._judge(io.BytesIO(data), len(data), facts)

    def _judge(self, file: BinaryIO, length: int, facts: ImageFacts) -> ImageFacts:
        """What head, tail and, where they leave a doubt or the level asks for it, a decoder say."""
        seen = sniff(file, length)
        if seen.problem in ("lfs-pointer", "error-page", "not-image"):
            return replace(facts, problem=seen.problem, detail=seen.detail)
        pixels = seen.size[0] * seen.size[1] if seen.size else 0
        clipped, every = False, self.level == "decode"
        if pixels > BOMB or (seen.size and not pixels):  # without a pixel it is none for Pillow
            seen = seen._replace(problem="bomb" if pixels else seen.problem or "not-image")
        elif length > LARGEST:
            pass
        elif (pixels <= CONFIRM and (seen.doubt or seen.mode in _WIDE)) or (every and not seen.problem):
            seen, clipped = decode(file, seen, every)
        return replace(
            facts, problem=seen.problem, detail=seen.detail, format=seen.format, size=seen.size, mode=seen.mode,
            orientation=seen.orientation, frames=seen.frames, clipped=clipped,
        )  # fmt: skip


def _digest(content: str | bytes) -> int:
    return int(xxh3_64_intdigest(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content))


def decode(file: BinaryIO, seen: Seen, always: bool) -> tuple[Seen, bool]:
    """Ask Pillow: (what is known now, whether values are lost in RGB). Never decodes more than the level asks for."""
    from PIL import Image, UnidentifiedImageError

    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file) as image:
                seen = seen._replace(format=seen.format or (image.format or "").lower(), size=seen.size or image.size)
                seen = seen._replace(mode=seen.mode or image.mode)
                width, height = image.size
                if image.format in _NEVER_LOADED or (width * height > CONFIRM and not always):
                    return seen, False
                image.load()
                extrema: Any = image.getextrema() if image.mode in _WIDE else (0, 255)
    except UnidentifiedImageError:
        # With a known signature but no readable header, only the first part of the file can have survived.
        return seen._replace(problem=seen.problem or "not-image"), False
    except Image.DecompressionBombError:
        return seen._replace(problem="bomb"), False
    except MemoryError:
        return seen, False
    except Exception as error:  # noqa: BLE001  decoders raise whatever they like on broken files
        text = str(error).split("\n")[0][:120]
        if seen.problem == "truncated" or "truncated" in text.lower() or "end of file" in text.lower():
            return seen._replace(problem="truncated", detail=text), False
        return seen._replace(problem="metadata" if "MAX_TEXT" in text else "decode-failed", detail=text), False
    low, high = extrema
    clipped = image.mode in _WIDE and (low < 0 or high > 255 or (image.mode == "F" and 0 < high <= 1))
    return seen._replace(problem=None, detail=""), clipped


def classify(source: Any) -> tuple[str, Any]:
    """(kind, content): what form an image is given in, and the path, URL, text or bytes themselves."""
    if isinstance(source, str):
        start = source.lstrip()[:32]
        if start[:5].lower() == "data:":
            return "data-uri", source.strip()
        if _SCHEME.match(start):
            if start[:5].lower() == "file:":
                return "file-url", unquote(urlsplit(source.strip()).path)
            return "url", source.strip()
        if len(source) > 80 and _BASE64.fullmatch(source[:4096] if len(source) > 4096 else source):
            return "base64", source
        return ("path", source) if source.strip() else ("unknown", source)
    if isinstance(source, bytes | bytearray | memoryview):
        return "bytes", bytes(source)
    if isinstance(source, Mapping) and "bytes" in source:
        if isinstance(source["bytes"], bytes | bytearray | memoryview):
            return "bytes", bytes(source["bytes"])
        if isinstance(source.get("path"), str):
            return classify(source["path"])
    return "unknown", None
