"""CFG007: max_samples of 0 or less leaves no record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from ._place import in_config, own_config


class MaxSamplesNotPositive(DatasetRule):
    """Other tools take -1 for all; range(-1) is empty."""

    name = "max-samples-not-positive"
    code = "CFG007"
    title = Text("max_samples that leaves no record", "max_samples 使记录一条不剩")
    messages: ClassVar = {
        "": Text(
            "max_samples is {limit}: of each dataset the first {limit} records are taken, and that is none",
            "max_samples 为 {limit}：每个数据集只取前 {limit} 条，也就是一条都没有",
        ),
    }
    helps: ClassVar = {
        "": Text("take the line out to train on all records", "去掉这一行即可使用全部记录"),
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit, at the setting."""
        limit, config = ctx.setting("max_samples"), own_config(ctx)
        if config is not None and isinstance(limit, int) and not isinstance(limit, bool) and limit <= 0:
            yield Hit(
                location=in_config(ctx, config, "max_samples"),
                found=str(limit),
                expected="> 0",
                values={"limit": limit},
            )
