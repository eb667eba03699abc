"""CFG018: evaluation is on, and nothing to evaluate on is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from ._place import arguments, in_config, own_config


class EvalSplitUnnamed(DatasetRule):
    """The scripts turn off do_eval, but not the strategy that Trainer asks for."""

    name = "eval-split-unnamed"
    code = "CFG018"
    title = Text("evaluation is on without anything to evaluate on", "打开了评估，却没有可评估的数据")
    messages: ClassVar = {
        "": Text(
            "{key} is '{value}', but data_config names no val_file",
            "{key} 为 '{value}'，但 data_config 里没有写 val_file",
        ),
        "no-test": Text(
            "{key} is '{value}', but the dataset has no split '{split}'",
            "{key} 为 '{value}'，但数据集中没有 '{split}' 划分",
        ),
    }
    helps: ClassVar = {
        "": Text(
            'write  val_file: dev.jsonl  under data_config, or  {key}: "no"  under training_args',
            '在 data_config 下写上  val_file: dev.jsonl，或者在 training_args 下写  {key}: "no"',
        ),
        "no-test": Text(
            'add the split, name another one as dataset_test_split, or write  {key}: "no"',
            '补上这个划分，用 dataset_test_split 指定别的划分，或者写  {key}: "no"',
        ),
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit, at the strategy."""
        config = own_config(ctx)
        if config is None:
            return
        block = arguments(config)
        given = block or config.content
        key = next((k for k in ("eval_strategy", "evaluation_strategy") if k in given), "")
        value = given.get(key)
        if value is True:
            value = "steps"
        if not isinstance(value, str) or value == "no" or value not in ("steps", "epoch"):
            return
        at = in_config(ctx, config, *(("training_args", key) if block else (key,)))
        data = config.content.get("data_config")
        if isinstance(data, dict):
            if not data.get("val_file"):
                yield Hit(location=at, found=value, values={"key": key, "value": value})
        elif ctx.target.config.test_split:
            wanted = str(config.content.get(ctx.target.config.test_split[0], ctx.target.config.test_split[1]))
            mixed = isinstance(config.content.get("datasets"), list) and config.content.get("test_split_size") is None
            there = {stats.split.name.rpartition("/")[2] for stats in splits if stats.records}
            if there and (mixed or wanted not in there):
                yield Hit(
                    location=at, case="no-test", found=value, values={"key": key, "value": value, "split": wanted}
                )
