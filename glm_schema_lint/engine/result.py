"""What a shard gives back when it is scanned."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from ..finding import Group, GroupKey
from ..stats import ChunkStats, Gathered
from .job import Shard
from .ledger import Book


@dataclass(slots=True)
class ShardResult:
    """What a shard gave. Records and lines are counted from the start of the shard; merge shifts them."""

    shard: Shard
    groups: dict[GroupKey, Group] = field(default_factory=dict)
    chunks: dict[int, ChunkStats] = field(default_factory=dict)
    records: int = 0
    skipped: int = 0
    """Entries that gave no record; they keep their number."""
    lines: int = 0
    looked: bool = False
    """Some image file was looked at."""
    relative: bool = False
    """Some relative image path resolved only because training is taken to start in the dataset folder."""
    digests: array[int] = field(default_factory=lambda: array("Q"))
    prompts: array[int] = field(default_factory=lambda: array("Q"))
    sizes: array[int] = field(default_factory=lambda: array("Q"))
    """Characters of each record with a digest."""
    records_at: array[int] = field(default_factory=lambda: array("I"))
    lines_at: array[int] = field(default_factory=lambda: array("I"))
    thoughts: array[int] = field(default_factory=lambda: array("I"))
    """Records, by their place in ``digests``, whose answers hold a thought."""
    gathered: Gathered = field(default_factory=Gathered)
    book: Book = field(default_factory=Book)
    """What becomes of its records."""
