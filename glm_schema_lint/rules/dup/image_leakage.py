"""DUP003 image-leakage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit, Related
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._twins import numbers, pairs, same

SHOWN: Final = 50


class ImageLeakage(DatasetRule):
    """Images of the train split that an evaluation split shows too."""

    name: ClassVar[str] = "image-leakage"
    code: ClassVar[str] = "DUP003"
    needs_images: ClassVar[bool] = True
    title: ClassVar[Text] = Text(
        "images of the train split stand in an evaluation split too", "训练集的图片也出现在评估集里"
    )
    messages: ClassVar = {
        "": Text("an image of this record stands in {first} too", "这条记录的图片也在 {first} 里"),
    }
    helps: ClassVar = {
        "": Text(
            "divide by image, not by question: all records of an image belong into one split",
            "按图片而不是按问题划分：同一张图片的记录应放在同一个划分里",
        )
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each such record whose text is new; beyond the first few, one for all others."""
        for train, other in pairs(splits):
            mine, theirs = train.gathered, other.gathered
            if not len(mine.images) or not len(theirs.images) or same(train, other):
                continue
            yield from self._compare(train, other)

    @staticmethod
    def _compare(train: SplitStats, other: SplitStats) -> Iterator[Hit]:
        import numpy as np

        learned = numbers(train.gathered.images)
        shown = np.isin(numbers(other.gathered.images), learned)
        records = np.unique(np.frombuffer(other.gathered.images_of, dtype=np.uint32)[shown])
        copies = np.isin(numbers(other.digests), numbers(train.digests))  # split-leakage speaks of these
        found = [int(at) for at in records if not copies[at]]
        for number, at in enumerate(found[:SHOWN]):
            image = next(
                digest
                for digest, of in zip(other.gathered.images, other.gathered.images_of, strict=True)
                if of == at and digest in learned
            )
            source = train.gathered.images_of[int(np.flatnonzero(learned == image)[0])]
            rest = len(found) - SHOWN if number == SHOWN - 1 else 0
            yield Hit(
                location=other.record_location(at), split=other.split.name, count=1 + max(rest, 0),
                values={"first": train.split.name},
                related=(Related(train.record_location(source), Text("in the train split", "在训练集里")),),
            )  # fmt: skip
