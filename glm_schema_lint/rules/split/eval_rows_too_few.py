"""SPLIT003 eval-rows-too-few."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...location import Location
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule


class EvalRowsTooFew(SplitRule):
    """The script takes a fixed number of evaluation rows without asking whether there are so many."""

    name: ClassVar[str] = "eval-rows-too-few"
    code: ClassVar[str] = "SPLIT003"
    title: ClassVar[Text] = Text("fewer evaluation rows than the script takes", "评估集的行数少于脚本要取的行数")
    messages: ClassVar = {
        "": Text(
            "{split} makes {rows} rows, one for each answer; the script takes the first {least}",
            "{split} 共有 {rows} 行（每个回答一行），而脚本要取前 {least} 行",
        )
    }
    helps: ClassVar = {
        "": Text(
            "add evaluation records, or write eval_dataset=val_dataset in the script",
            "增加评估数据，或在脚本里改成 eval_dataset=val_dataset",
        )
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit for the split. Answers beyond max_input_length make no row, so that there may be fewer still.

        From no rows at all ``select`` takes nothing without a word; why none is left is said record by record.
        """
        least = ctx.target.turns.eval_at_least
        if least is None or stats.split.kind != "eval" or not stats.split.declared or not stats.records:
            return
        rows = (
            stats.records
            if stats.split.dialect == "tokenized"
            else stats.gathered.rows.get(ctx.target.rows("eval", ctx.settings), 0)
        )
        if 0 < rows < least:
            at = stats.split.files[-1].rel if stats.split.files else None
            values = {"rows": rows, "least": least, "split": stats.split.name}
            yield Hit(
                location=Location(at, split=None if at else stats.split.name), split=stats.split.name,
                found=str(rows), expected=str(least), values=values,
            )  # fmt: skip
