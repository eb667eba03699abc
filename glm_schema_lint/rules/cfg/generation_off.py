"""CFG019: evaluation is on and predict_with_generate is off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from ._place import arguments, in_config, own_config


class GenerationOff(DatasetRule):
    """prediction_step binds output_ids only where it generates, and uses them always."""

    name = "generation-off"
    code = "CFG019"
    title = Text("evaluation without predict_with_generate", "评估时没有打开 predict_with_generate")
    messages: ClassVar = {
        "": Text(
            "{split} is evaluated with predict_with_generate off; the script's evaluation step works with it on only",
            "{split} 会在 predict_with_generate 关闭时评估；而脚本的评估步骤只有在它打开时才能运行",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write  predict_with_generate: true  under training_args",
            "在 training_args 下写上  predict_with_generate: true",
        )
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each split that the evaluation step runs on."""
        config = own_config(ctx)
        if config is None or not ctx.target.config.generation or ctx.setting("predict_with_generate"):
            return
        key = "predict_with_generate"
        at = in_config(ctx, config, "training_args", *([key] if key in arguments(config) else []))
        for stats in splits:
            split = stats.split
            if split.kind != "train" and split.declared:
                yield Hit(
                    location=at,
                    split=split.name,
                    count=max(1, stats.records),
                    expected="true",
                    values={"split": split.name},
                )
