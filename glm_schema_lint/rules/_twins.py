"""Digests compared: equal records and equal splits. Helper of SPLIT007 and the DUP rules.

A digest has 64 bits: among a million records two different ones share one with a chance of 1 in 37 million.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from ..stats import SplitStats
from ._loads import JSON_TYPES

FEW = 300_000
"""Up to so many digests a set answers first, without numpy."""


def pairs(splits: list[SplitStats]) -> Iterator[tuple[SplitStats, SplitStats]]:
    """Every (train, evaluation or test) pair of splits that belong to one dataset.

    Entries of a dataset_info.json are all train, unless a training config says which are evaluated on.
    """
    ours = [s for s in splits if s.split.declared and s.records]
    train = [s for s in ours if s.split.kind == "train"]
    yield from product(train, [s for s in ours if s.split.kind != "train"])


def whole(stats: SplitStats) -> bool:
    """True if digests tell records apart: no column was left unread (image tensors are)."""
    return all(
        stat.types.keys() <= JSON_TYPES | {"bytes"}
        for _, chunk in stats.ordered()
        for path, stat in chunk.paths.items()
    )


def same_files(one: SplitStats, other: SplitStats) -> bool:
    """True if both splits name a common file."""
    mine = {file.path for file in one.split.files if file.path is not None}
    return any(file.path in mine for file in other.split.files)


def same_content(one: SplitStats, other: SplitStats) -> bool:
    """True if both splits hold the same records in any order."""
    if (
        not len(one.digests)
        or len(one.digests) != len(other.digests)
        or apart(one.digests, other.digests)
        or not (whole(one) and whole(other))
    ):
        return False
    import numpy as np

    left, right = np.sort(numbers(one.digests)), np.sort(numbers(other.digests))
    return bool(left[0]) and bool((left == right).all())


def same(one: SplitStats, other: SplitStats) -> bool:
    """True if one split is the other."""
    return same_files(one, other) or same_content(one, other)


def distinct(digests: Any) -> bool:
    """True if it is cheap to see that no two of ``digests`` are equal."""
    return len(digests) <= FEW and len(set(digests)) == len(digests)


def apart(one: Any, other: Any) -> bool:
    """True if it is cheap to see that two runs of digests share none but 0."""
    return len(one) + len(other) <= FEW and not (set(one) & set(other)) - {0}


def numbers(digests: Any) -> Any:
    """Digests as a numpy array; 0 stands for a record that has none."""
    import numpy as np

    return np.frombuffer(digests, dtype=np.uint64) if len(digests) else np.empty(0, dtype=np.uint64)
