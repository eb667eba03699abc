"""What every source yields."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..record import Problem, Record


@dataclass(slots=True)
class Batch:
    """Records of one loader chunk (or a part of it), in order.

    ``chunk`` counts loader chunks from 0 within the file. ``lines`` is how many lines were read for the batch, blank ones
    included; ``size`` how many bytes of the file, for progress.
    """

    chunk: int
    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: int = 0
    size: int = 0
    skipped: int = 0
    """Entries that gave no record (broken lines): they keep their number, so that the records after them keep theirs."""
    broken: list[Record] = field(default_factory=list)
    """Those entries themselves, without a value: their number and their text, for whoever must not lose them."""
