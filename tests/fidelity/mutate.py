"""A deterministic mutator: clean datasets of every dialect, and named faults to put into them. It knows no verdict.

    work = broken("glm-4v", "image-missing", index=3, count=8)
    work.records, work.files, work.hit      # rows, images beside them, the record and pointer that were hit

A fault is a function that changes a `Work` in place and returns the JSON Pointer it hit (None: the file as a whole). It is
put into `FAULTS` by the decorator `fault`; the families stand in faults_*.py.
"""

from __future__ import annotations

import dataclasses
import io
import json
import random
from collections.abc import Callable
from typing import Any

from .clean import CLEAN, records_of

SEED = 20250224
CHAT = ("glm", "glm-4v", "chatglm3", "sharegpt", "openai", "swift")
IMAGES = ("glm-4v", "sharegpt", "swift", "openai")
DIALECTS = ("glm", "glm-4v", "chatglm3", "sharegpt", "openai", "swift", "alpaca", "tokenized")


@dataclasses.dataclass(frozen=True)
class Keys:
    """What a dialect calls its parts."""

    turns: str = "messages"
    role: str = "role"
    text: str = "content"
    user: str = "user"
    assistant: str = "assistant"
    system: str = "system"
    observation: str = "tool"


KEYS = {
    "glm": Keys(observation="observation"),
    "glm-4v": Keys(observation="observation"),
    "chatglm3": Keys("conversations", observation="observation"),
    "sharegpt": Keys("conversations", "from", "value", "human", "gpt", observation="observation"),
    "openai": Keys(),
    "swift": Keys(),
}


@dataclasses.dataclass
class Work:
    """A dataset in the making. Faults change it in place."""

    dialect: str
    records: list[Any]
    index: int  # the record to hit
    rng: random.Random
    files: dict[str, bytes] = dataclasses.field(default_factory=dict)  # images beside the data
    raw: bytes | None = None  # the data file itself, where a fault is one of bytes; else the records as lines
    pointer: str | None = None
    elsewhere: dict[str, Any] = dataclasses.field(
        default_factory=dict
    )  # columns the other splits need, so that this is the only fault
    nowhere: tuple[str, ...] = ()  # columns the other splits must do without, likewise
    whole: bool = False  # the fault is in the file or in all its records, not in one

    @property
    def record(self) -> dict[str, Any]:
        """The record to hit."""
        return self.records[self.index]

    @property
    def keys(self) -> Keys:
        """The names this dialect uses."""
        return KEYS[self.dialect]

    @property
    def turns(self) -> list[dict[str, Any]]:
        """The messages of the record to hit."""
        return self.record[self.keys.turns]

    def turn(self, who: str, *, last: bool = False) -> dict[str, Any]:
        """First or last message of ``user``, ``assistant`` or ``system``."""
        name = getattr(self.keys, who)
        found = [turn for turn in self.turns if turn[self.keys.role] == name]
        return found[-1 if last else 0]

    def at(self, turn: dict[str, Any] | int, key: str = "") -> str:
        """Pointer of a message, or of a key in it."""
        place = turn if isinstance(turn, int) else next(i for i, t in enumerate(self.turns) if t is turn)
        return f"/{self.keys.turns}/{place}" + (f"/{key}" if key else "")

    def say(self, who: str, text: Any) -> dict[str, Any]:
        """A new message."""
        return {self.keys.role: getattr(self.keys, who), self.keys.text: text}

    def lines(self) -> list[bytes]:
        """The records as JSON lines, without their ends."""
        return [json.dumps(record, ensure_ascii=False).encode() for record in self.records]

    @property
    def data(self) -> bytes:
        """The data file."""
        return self.raw if self.raw is not None else b"".join(line + b"\n" for line in self.lines())

    @property
    def hit(self) -> tuple[int | None, str | None]:
        """Where the fault sits: record (0-based) and JSON Pointer."""
        return (None if self.whole else self.index), self.pointer


@dataclasses.dataclass(frozen=True)
class Fault:
    """A named way to spoil a dataset."""

    name: str
    dialects: tuple[str, ...]
    apply: Callable[[Work], str | None]
    whole: bool = False
    variant: str = ""  # the clean form it starts from, where the plain one lacks what is to be spoilt
    heavy: bool = False  # over 10 MiB of data: run for one dialect and by hand only
    formats: tuple[str, ...] = ("jsonl",)


FAULTS: dict[str, Fault] = {}
ENDINGS = {"chatglm3": "json"}
"""How the files of a dialect are called where its trainer refuses .jsonl; their lines stay what they are."""


def fault(
    *dialects: str, whole: bool = False, variant: str = "", heavy: bool = False, formats: tuple[str, ...] = ("jsonl",)
) -> Callable[[Callable[[Work], str | None]], Callable[[Work], str | None]]:
    """Enter a function as the fault of its name (underscores become hyphens)."""

    def enter(apply: Callable[[Work], str | None]) -> Callable[[Work], str | None]:
        name = apply.__name__.replace("_", "-")
        if name in FAULTS:
            raise ValueError(f"two faults are called {name}")
        FAULTS[name] = Fault(name, dialects, apply, whole, variant, heavy, formats)
        return apply

    return enter


def clean(dialect: str, variant: str = "plain", *, count: int = 8, index: int = 3) -> Work:
    """A dataset without a fault. Same arguments, same bytes."""
    work = Work(dialect, records_of(dialect, variant, count), index, random.Random(f"{SEED} {dialect} {variant}"))
    for path in {path for record in work.records for path in image_paths(record)}:
        work.files[path] = picture(path)
    return work


def broken(
    dialect: str, name: str, *, count: int = 8, index: int = 3, prepare: Callable[[list[Any]], None] | None = None
) -> Work:
    """A dataset with one named fault. Same arguments, same bytes. ``prepare`` changes the clean records first."""
    made = FAULTS[name]
    if dialect not in made.dialects:
        raise ValueError(f"{name} is no fault of {dialect}")
    variant = made.variant or "plain"
    work = clean(dialect, variant if variant in CLEAN[dialect] else "plain", count=count, index=index)
    if prepare is not None:
        prepare(work.records)
    work.whole = made.whole
    work.pointer = made.apply(work)
    return work


def names(dialect: str, *, heavy: bool = True) -> list[str]:
    """The faults of a dialect."""
    return [name for name, made in FAULTS.items() if dialect in made.dialects and (heavy or not made.heavy)]


def variants(dialect: str) -> list[str]:
    """The clean forms of a dialect."""
    return list(CLEAN[dialect])


def image_paths(record: Any) -> list[str]:
    """The paths a clean record names."""
    if isinstance(record, list):
        return [path for item in record for path in image_paths(item)]
    if not isinstance(record, dict):
        return []
    named = [record["image"]] if isinstance(record.get("image"), str) else record.get("images")
    own = [path for path in named or [] if isinstance(path, str)]
    return own + [path for key, value in record.items() if key != "images" for path in image_paths(value)]


def picture(
    seed: str, kind: str = "PNG", size: tuple[int, int] = (64, 48), mode: str = "RGB", noise: bool = False
) -> bytes:
    """A real image, the same for the same arguments."""
    from PIL import Image

    rng = random.Random(f"{SEED} {seed}")
    image = Image.new("RGB", size, tuple(rng.randrange(256) for _ in range(3)))
    if noise:  # does not compress: half of the file is half of the picture
        image = Image.frombytes("RGB", size, rng.randbytes(3 * size[0] * size[1]))
    if mode != "RGB":
        image = Image.new(mode, size) if mode.startswith("I") else image.convert(mode)
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


from . import (  # noqa: E402 - they fill FAULTS
    faults_files,
    faults_images,
    faults_media,
    faults_messages,
    faults_others,
    faults_pixels,
    faults_texts,
    faults_tools,
    faults_turns,
)

__all__ = [
    "DIALECTS", "FAULTS", "Fault", "Keys", "Work", "broken", "clean", "fault", "faults_files", "faults_images", "faults_media",
    "faults_messages", "faults_others", "faults_pixels", "faults_texts", "faults_tools", "faults_turns", "image_paths", "names", "picture", "variants",
]  # fmt: skip
