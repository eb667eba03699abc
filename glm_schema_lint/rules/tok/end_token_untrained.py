"""TOK003 end-token-untrained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...gathered import ENDS
from ...location import pointer
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule

LEAST: Final = 10
"""Rows a split must have: a few may all be cut at the end."""


class EndTokenUntrained(SplitRule):
    """No row of the train split ends, in its labels, with a token that ends an answer."""

    name: ClassVar[str] = "end-token-untrained"
    code: ClassVar[str] = "TOK003"
    title: ClassVar[Text] = Text("no row trains the token that ends an answer", "没有任何一行训练到结束回答的 token")
    messages: ClassVar = {
        "": Text(
            "of {rows} rows that begin with {prefix}, none ends its labels with a token that ends an answer ({ends})",
            "以 {prefix} 开头的 {rows} 行里，没有一行的标签以结束回答的 token（{ends}）结尾",
        )
    }
    helps: ClassVar = {
        "": Text(
            "append the end token to every answer and leave it unmasked, or the tuned model may not know where to stop",
            "在每个回答后加上结束 token，并让它参与训练，否则微调后的模型可能不知道在哪里停下",
        )
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit for the split, at its first row."""
        wanted = tuple(ctx.target.tokenized.prefix)
        for prefix, (rows, ended) in sorted(stats.gathered.ends.items()):
            if (wanted and prefix != wanted) or ended or rows < LEAST:
                continue
            ends = ", ".join(map(str, sorted(ENDS[prefix])))
            values = {"rows": rows, "prefix": list(prefix), "ends": ends}
            at = stats.record_location(0, pointer("labels"))
            yield Hit(location=at, split=stats.split.name, count=rows, expected=ends, values=values)
