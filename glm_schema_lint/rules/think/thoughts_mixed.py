"""THINK003 thoughts-mixed."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit, Related
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule


class ThoughtsMixed(SplitRule):
    """Some records of a split think before they answer, others do not: the template gives those an empty thought."""

    name: ClassVar[str] = "thoughts-mixed"
    code: ClassVar[str] = "THINK003"
    title: ClassVar[Text] = Text("some records hold a thought, others do not", "部分记录带思考，部分没有")
    messages: ClassVar = {
        "": Text(
            "{without} of {all} records of {split} hold no thought, the others do: these are given an empty one",
            "{split} 的 {all} 条记录中有 {without} 条没有思考，其余的有：没有的会补上一段空的思考",
        )
    }
    helps: ClassVar = {
        "": Text(
            "if the model is to think always, give every answer a "
            "thought; if it is to do both, this is how it learns that",
            "如果希望模型总是思考，请给每个回答都写上思考；如果希望模型两种都会，保持原样即可",
        )
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit for each split, at the first record without a thought."""
        thinking = set(stats.thoughts)
        without = len(stats.digests) - len(thinking)
        if not thinking or not without:
            return
        first = next(at for at in range(len(stats.digests)) if at not in thinking)
        values = {"without": without, "all": len(stats.digests), "split": stats.split.name}
        listed: dict[int, array[int]] = {}
        for at in range(len(stats.digests)):
            if at not in thinking:
                listed.setdefault(stats.files_at[at], array("I")).append(stats.records_at[at])
        yield Hit(
            listed=listed,
            location=stats.record_location(first), split=stats.split.name, count=without, values=values,
            related=(Related(stats.record_location(min(thinking)), Text("holds a thought", "带有思考")),),
        )  # fmt: skip
