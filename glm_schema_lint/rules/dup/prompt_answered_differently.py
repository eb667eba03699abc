"""DUP004 prompt-answered-differently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit, Related
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule
from .._twins import distinct, numbers, whole

OPENER: Final = 8
"""A prompt that begins more records than this is a common opening."""


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
        import numpy as np

        prompts, digests = numbers(stats.prompts), numbers(stats.digests)
        _, first, inverse, counts = np.unique(prompts, return_index=True, return_inverse=True, return_counts=True)
        before, times = first[inverse], counts[inverse]
        other = (prompts != 0) & (times > 1) & (times <= OPENER) & (digests != digests[before]) & (prompts != digests)
        found = np.flatnonzero(other)
        if len(found):
            at = int(found[0])
            yield Hit(
                location=stats.record_location(at), split=stats.split.name, count=len(found),
                values={"count": len(found), "split": stats.split.name},
                related=(Related(stats.record_location(int(before[at])), Text("the same prompt", "同样的提问")),),
            )  # fmt: skip
