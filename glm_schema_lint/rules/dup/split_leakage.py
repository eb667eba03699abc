"""DUP002 split-leakage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from ...finding import Hit, Related
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._twins import apart, numbers, pairs, same, whole

SHOWN: Final = 50
OPENER: Final = 8
"""A prompt that starts more train records than this is a common opening, not a leak."""


class SplitLeakage(DatasetRule):
    """Records or prompts of the train split that are evaluated on."""

    name: ClassVar[str] = "split-leakage"
    code: ClassVar[str] = "DUP002"
    title: ClassVar[Text] = Text("train records stand in an evaluation split too", "训练集的记录也出现在评估集里")
    messages: ClassVar = {
        "record": Text("this record stands in {first} too", "这条记录也在 {first} 里"),
        "prompt": Text(
            "this prompt stands in {first} too, with another answer", "这条记录的提问也在 {first} 里，只是回答不同"
        ),
    }
    helps: ClassVar = {
        "": Text(
            "take these records out of the train split, so that the score says something about unseen data",
            "从训练集中删掉这些记录，评估分数才能反映模型在未见数据上的表现",
        )
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each leaked record; beyond the first few, one for all others. A reused file is SPLIT007's."""
        for train, other in pairs(splits):
            if apart(train.digests, other.digests) and apart(train.prompts, other.prompts):
                continue
            if not same(train, other) and whole(train) and whole(other):
                yield from self._compare(train, other)

    def _compare(self, train: SplitStats, other: SplitStats) -> Iterator[Hit]:
        import numpy as np

        records = _shared(train.digests, other.digests, None)
        yield from self._hits(train, other, "record", np.flatnonzero(records), train.digests, other.digests)
        if train.split.dialect == "tokenized" or len(other.prompts) != len(other.digests):
            return
        prompts = _shared(train.prompts, other.prompts, OPENER) & ~records
        yield from self._hits(train, other, "prompt", np.flatnonzero(prompts), train.prompts, other.prompts)

    def _hits(
        self, train: SplitStats, other: SplitStats, case: str, found: Any, left: Any, right: Any
    ) -> Iterator[Hit]:
        import numpy as np

        mine, theirs = numbers(left), numbers(right)
        for number, index in enumerate(found[:SHOWN]):
            source = int(np.flatnonzero(mine == theirs[index])[0])
            rest = len(found) - SHOWN if number == SHOWN - 1 else 0
            yield Hit(
                case=case, location=other.record_location(int(index)), split=other.split.name, count=1 + max(rest, 0),
                values={"first": train.split.name},
                related=(Related(train.record_location(source), Text("in the train split", "在训练集里")),),
            )  # fmt: skip


def _shared(train: Any, other: Any, limit: int | None) -> Any:
    """Which digests of ``other`` stand in ``train``, at most ``limit`` times."""
    import numpy as np

    values, counts = np.unique(numbers(train), return_counts=True)
    wanted = values[(values != 0) & (counts <= limit)] if limit is not None else values[values != 0]
    return np.isin(numbers(other), wanted)
