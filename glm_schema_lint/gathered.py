"""Small facts of a split beyond its shapes, for rules that compare records. Mergeable, and of bounded size."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

ANSWERS_KEPT: Final = 16
"""Different answers counted; a split with more is diverse, and no longer looked at."""
ENDS: Final = {(151331, 151333): frozenset((151329, 151336, 151338)), (64790, 64792): frozenset((2,))}
"""Ids that end an answer, by the two ids rows begin with: GLM-4 (generation_config.json: eos_token_id) and ChatGLM3 (</s>)."""
PADS: Final = frozenset((151329, 0))
ROWS_COUNTED: Final = 10_000
"""Rows of an evaluation split counted: more than any trainer asks for."""


@dataclass(slots=True)
class Gathered:
    """Facts of the records of one shard, or of a split.

    ``answers`` counts records by the digest of their last answer, None where there are too many different ones.
    ``ends`` counts tokenized rows by the two ids they begin with: [rows with a label that counts, of these the rows
    whose last such label ends an answer].
    ``images`` holds 64-bit digests of images, ``images_of`` beside it the record, by its place in ``digests``.
    ``rows`` counts the rows that records become, up to ROWS_COUNTED, by the way they do (behaviours.ROWS).
    """

    answers: dict[int, int] | None = field(default_factory=dict)
    ends: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    images: array[int] = field(default_factory=lambda: array("Q"))
    images_of: array[int] = field(default_factory=lambda: array("I"))
    rows: dict[str, int] = field(default_factory=dict)

    def answer(self, digest: int, count: int = 1) -> None:
        """Count ``count`` records with one last answer."""
        if self.answers is not None:
            self.answers[digest] = self.answers.get(digest, 0) + count
            if len(self.answers) > ANSWERS_KEPT:
                self.answers = None

    def end(self, prefix: tuple[int, int], rows: int, ended: int) -> None:
        """Count tokenized rows that begin alike."""
        have = self.ends.setdefault(prefix, [0, 0])
        have[0] += rows
        have[1] += ended

    def row(self, way: str, rows: int) -> None:
        """Count rows made in one way."""
        self.rows[way] = min(self.rows.get(way, 0) + rows, ROWS_COUNTED)

    def image(self, digest: int, record: int) -> None:
        """An image that the record at this place shows."""
        self.images.append(digest)
        self.images_of.append(record)

    def add(self, other: Gathered, before: int) -> None:
        """Add the facts of a later shard; ``before`` is the number of records that stand before it."""
        if other.answers is None:
            self.answers = None
        else:
            for digest, count in other.answers.items():
                self.answer(digest, count)
        for prefix, (rows, ended) in other.ends.items():
            self.end(prefix, rows, ended)
        self.images.extend(other.images)
        self.images_of.extend([before + at for at in other.images_of])
        for way, rows in other.rows.items():
            self.row(way, rows)


def row_end(inputs: Sequence[int], labels: Sequence[int], ignore: int = -100) -> tuple[tuple[int, int], bool] | None:
    """The two ids a row begins with, and whether its last label that counts ends an answer.

    None for rows of other models, and where no label counts.
    """
    start, stop = 0, len(labels) - 1
    while start < len(inputs) - 2 and int(inputs[start]) in PADS:
        start += 1
    if len(inputs) < start + 2:
        return None
    prefix = (int(inputs[start]), int(inputs[start + 1]))
    if prefix not in ENDS:
        return None
    while stop >= 0 and int(labels[stop]) == ignore:
        stop -= 1
    return (prefix, int(labels[stop]) in ENDS[prefix]) if stop >= 0 else None
