"""CFG020: Trainer takes the columns away that the script's evaluation step reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from ._place import arguments, in_config, own_config


class UnusedColumnsRemoved(DatasetRule):
    """remove_unused_columns is true unless it is written otherwise."""

    name = "unused-columns-removed"
    code = "CFG020"
    title = Text("remove_unused_columns takes output_ids away", "remove_unused_columns 会删掉 output_ids")
    messages: ClassVar = {
        "": Text(
            "remove_unused_columns is true: 'output_ids' is no argument of the model, so {split} loses the column that "
            "the script's evaluation step reads",
            "remove_unused_columns 为 true：'output_ids' 不是模型的参数，于是 {split} 会失去脚本评估时要读的这一列",
        ),
        "default": Text(
            "remove_unused_columns is not written and so true: 'output_ids' is no argument of the model, so {split} loses "
            "the column that the script's evaluation step reads",
            "没有写 remove_unused_columns，它就是 true：'output_ids' 不是模型的参数，于是 {split} 会失去脚本评估时要读的这一列",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write  remove_unused_columns: false  under training_args",
            "在 training_args 下写上  remove_unused_columns: false",
        )
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each split that is evaluated or predicted."""
        config = own_config(ctx)
        if config is None or not ctx.target.config.generation:
            return
        given, key = arguments(config), "remove_unused_columns"
        if given.get(key, True) is False:
            return
        at = in_config(ctx, config, "training_args", *([key] if key in given else []))
        for stats in splits:
            split = stats.split
            if split.kind != "train" and split.declared:
                case = "" if key in given else "default"
                yield Hit(
                    case=case,
                    location=at,
                    split=split.name,
                    count=max(1, stats.records),
                    expected="false",
                    values={"split": split.name},
                )
