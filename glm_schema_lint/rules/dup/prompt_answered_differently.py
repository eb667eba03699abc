"""DUP004 prompt-answered-differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit, Related
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule
from .._twins import FEW, distinct, numbers, whole

OPENER: Final = 8
"""A prompt that begins more records than this is a common opening."""


Found = tuple[int, int, int]
"""How many records, the first of them, and the record before it with the same prompt."""


class PromptAnsweredDifferently(SplitRule):
    """The same prompt stands in a split with different answers."""

    name: ClassVar[str] = "prompt-answered-differently"
    code: ClassVar[str] = "DUP004"
    title: ClassVar[Text] = Text("the same prompt has different answers", "同一个提问有不同的回答")
    messages: ClassVar = {
        "": Text(
            "{count} records of {split} repeat the prompt of an earlier one and answer it differently",
            "{split} 有 {count} 条记录与前面的某条提问相同，回答却不同",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "if only one of the answers is right, keep that one; several good answers to one prompt are fine",
            "如果只有一个回答是对的，请只保留它；同一提问有多个好回答则没有问题",
        )
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit for the split, at the first such record."""
        raw = stats.split.dialect != "tokenized" and (stats.split.mapping is None or stats.split.mapping.sft)
        if not raw or len(stats.prompts) != len(stats.digests) or distinct(stats.prompts) or not whole(stats):
            return
        found = _few(stats) if len(stats.prompts) <= FEW else _many(stats)
        if found is not None:
            count, at, before = found
            yield Hit(
                location=stats.record_location(at), split=stats.split.name, count=count,
                values={"count": count, "split": stats.split.name},
                related=(Related(stats.record_location(before), Text("the same prompt", "同样的提问")),),
            )  # fmt: skip


def _few(stats: SplitStats) -> Found | None:
    """Without numpy, whose import costs more than all this."""
    digests = stats.digests
    first: dict[int, int] = {}
    repeated = {prompt for prompt, times in Counter(stats.prompts).items() if prompt and 1 < times <= OPENER}
    found: list[tuple[int, int]] = []
    for at, prompt in enumerate(stats.prompts):
        if prompt in repeated and prompt != digests[at]:
            before = first.setdefault(prompt, at)
            if digests[before] != digests[at]:
                found.append((at, before))
    return (len(found), *found[0]) if found else None


def _many(stats: SplitStats) -> Found | None:
    import numpy as np

    prompts, digests = numbers(stats.prompts), numbers(stats.digests)
    _, first, inverse, counts = np.unique(prompts, return_index=True, return_inverse=True, return_counts=True)
    before, times = first[inverse], counts[inverse]
    other = (prompts != 0) & (times > 1) & (times <= OPENER) & (digests != digests[before]) & (prompts != digests)
    found = np.flatnonzero(other)
    return (len(found), int(found[0]), int(before[found[0]])) if len(found) else None
