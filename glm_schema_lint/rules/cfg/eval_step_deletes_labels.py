"""CFG013: the script deletes the labels that its evaluation rows do not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...location import Location
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from ._place import in_config, own_config

KEYS = {"eval": "val_file", "test": "test_file"}


class EvalStepDeletesLabels(DatasetRule):
    """Raw records: the script makes the rows, so the data are not at fault. Speaks for a release that is known only."""

    name = "eval-step-deletes-labels"
    code = "CFG013"
    title = Text("evaluation deletes labels that its rows do not have", "评估时删除了评估数据中并不存在的 labels")
    messages: ClassVar = {
        "": Text(
            "{split} is evaluated under transformers {version}: the script makes its rows without 'labels', this release "
            "takes the empty key out of the batch, and the script then deletes it",
            "{split} 会在 transformers {version} 下评估：脚本生成的评估数据没有 'labels'，这个版本会把这个空键从 batch 中去掉，"
            "而脚本接着去删除它",
        ),
    }
    helps: ClassVar = {
        "": Text(
            'in prediction_step of the script write inputs.pop("labels", None) in place of del inputs["labels"]; '
            "or train with transformers>=4.47",
            '在脚本的 prediction_step 中，把 del inputs["labels"] 改成 inputs.pop("labels", None)；'
            "或者使用 transformers>=4.47",
        )
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each raw split that is evaluated or predicted."""
        version = ctx.versions.get("transformers")
        if version is None or not version.exact:
            return
        config = own_config(ctx)
        for stats in splits:
            split = stats.split
            if split.kind == "train" or not stats.records or split.dialect in (None, "tokenized") or not split.declared:
                continue
            at = Location(split.files[0].rel, split=split.name if split.files[0].rel is None else None)
            if config is not None:
                at = in_config(ctx, config, "data_config", KEYS[split.kind])
            yield Hit(
                location=at,
                split=split.name,
                count=max(1, stats.records),
                values={"split": split.name, "version": version.version},
            )
