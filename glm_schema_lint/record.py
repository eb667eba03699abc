"""What is read: Dataset, Split, DataFile, Record, and the two views rules look at. Imports nouns only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from .location import pointer

Kind = Literal["train", "eval", "test"]
DIALECTS: Final = ("tokenized", "alpaca", "sharegpt", "openai", "swift", "glm")


class Missing:
    """The type of MISSING: a key that is not there, as opposed to null."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()


class Record(NamedTuple):
    """One sample as its file holds it: ``index`` from 0 within the file, ``line`` from 1 in files of lines.

    ``raw`` is its text in files of lines; a second look for what parsing hides (duplicate keys) goes there.
    """

    value: Any
    index: int  # type: ignore[assignment]  # the field's own word, although tuples have a method of that name
    line: int | None = None
    raw: bytes | None = None


class Problem(NamedTuple):
    """A defect met while reading, named by the rule that owns it; sources know no rules."""

    rule: str
    case: str = ""
    record: int | None = None
    line: int | None = None
    pointer: str = ""
    found: str | None = None
    expected: str | None = None
    values: Mapping[str, object] = {}


@dataclass(slots=True)
class DataFile:
    """A file (or an object in memory) that holds records.

    ``rel`` is its name in every report: relative to the dataset folder, with ``/``. ``format`` is ``lines``,
    ``array``, ``parquet``, ``arrow`` or ``memory``; ``packing`` is ``gz``, ``zst`` or None.
    """

    path: Path | None
    rel: str | None
    format: str
    packing: str | None = None
    table: Any = None
    problem: Problem | None = None
    """Set when the file cannot be read at all."""
    renamed: tuple[Mapping[str, str], ...] = ()
    """Columns that the trainer's config renames, one step after the other: names in lower case, and the new ones."""
    written: Mapping[str, str] = field(default_factory=dict)
    """The new names, and what the columns are called in the file, or else in the config."""

    def in_file(self, at: str) -> str:
        """A pointer into a record with its columns renamed, as the file has it."""
        if not self.written or not at:
            return at
        for new, old in self.written.items():
            head = pointer(new)
            if at == head or at.startswith(head + "/"):
                return pointer(old) + at[len(head) :]
        return at


@dataclass(slots=True)
class Split:
    """Files that one trainer reads as one split. ``stanza`` names the dataset_info.json entry it comes from."""

    name: str
    kind: Kind
    files: list[DataFile]
    dialect: str | None = None
    stanza: str | None = None
    columns: frozenset[str] = frozenset()
    opens: frozenset[str] = frozenset()
    """Keys of its first record that are not null."""
    """Top-level keys of its first records."""
    declared: bool = True
    """False if no split name was found in the file names: linted alone, left out of comparisons."""
    mapping: Any = None
    """How a trainer's own config maps columns and roles (dataset_info.json); None where the target's default holds."""


@dataclass(slots=True)
class Dataset:
    """One folder (or list of files, or object in memory) with its splits. ``root`` is what relative names start at."""

    root: Path | None
    splits: list[Split]
    prefix: str = ""
    """Put before every relative file name when several PATHs were given."""
    shown: str = ""
    """What a person puts before ``rel`` to open a file from where the command was typed; "" for the folder itself."""
    configs: dict[str, Any] = field(default_factory=dict)
    """Config files read beside the data: ``dataset_info``, ``finetune`` and ``training``."""
    problems: list[tuple[Problem, str]] = field(default_factory=list)
    """Defects of the layout or of config files, each with the file they sit in."""
    notes: list[Any] = field(default_factory=list)
    together: bool = False
    """True if the user said which files make a split: none of them is told apart from the rest."""
    targets: tuple[str, ...] = ()
    """While no trainer is named: those that read this dataset. Empty if all of the run judge it."""
    chosen: bool = False
    """True if the splits are the entries that one training names: they are mixed, and evaluated, together."""


@dataclass(slots=True)
class ImageRef:
    """One image as a record names it: ``source`` is a path, URL, data URI, bytes or an object with ``path``/``bytes``."""

    source: Any
    pointer: str
    turn: int | None = None
    """Index of the message it sits on; None for a list beside the messages."""


@dataclass(slots=True)
class Turn:
    """One message. ``role`` is as written; ``kind`` is what the target takes it for, None if it knows no such role."""

    role: Any
    kind: str | None
    content: Any
    pointer: str
    content_pointer: str
    role_pointer: str
    images: list[ImageRef] = field(default_factory=list)
    placeholders: int = 0
    raw: Any = None
    """The message itself; None where a turn is no object of its own."""

    @property
    def text(self) -> str:
        """All text of the message; parts of other types are left out."""
        if isinstance(self.content, str):
            return self.content
        if isinstance(self.content, list):
            parts = (part.get("text") for part in self.content if isinstance(part, dict))
            return "".join(part for part in parts if isinstance(part, str))
        return ""


@dataclass(slots=True)
class Conversation:
    """The view of a raw record that conversation and image rules read, in the words of one target."""

    value: Mapping[str, Any]
    dialect: str
    turns: list[Turn]
    images: list[ImageRef]
    images_pointer: str | None = None
    """Pointer of the list beside the messages, if the record has one."""
    images_value: Any = MISSING
    messages_pointer: str = ""
    placeholders: int = 0
    """Image placeholders in the messages the target counts."""

    def of_kind(self, *kinds: str) -> Iterator[Turn]:
        """The turns the target takes for one of ``kinds``."""
        return (turn for turn in self.turns if turn.kind in kinds)


@dataclass(slots=True)
class Tokens:
    """The view of a tokenized row. Columns are sequences of ints, numpy arrays from columnar files, or whatever is there.

    A column too large to read (pixel tensors) is an ``Opaque``.
    """

    value: Mapping[str, Any]

    def column(self, name: str) -> Any:
        """The cell of column ``name``, or MISSING."""
        return self.value.get(name, MISSING)

    @staticmethod
    def at(name: str, index: int | None = None) -> str:
        """Pointer to a column, or to one token of it."""
        return pointer(name) if index is None else pointer(name, index)


@dataclass(frozen=True, slots=True)
class Opaque:
    """A cell that was not read: only its Arrow type and its outer length (None if null) are known."""

    type: str
    length: int | None
