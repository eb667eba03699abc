"""CFG021: a dataset that is not for this stage of training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from ._place import place

PAIRS = ("rm", "dpo")
"""Stages that are trained on pairs of answers (train/dpo/workflow.py loads its data as rm)."""


class DatasetOffStage(DatasetRule):
    """The entry's ``ranking`` must agree with the stage; a kto_tag makes two answers of one."""

    name = "dataset-off-stage"
    code = "CFG021"
    title = Text("dataset of another stage of training", "属于其他训练阶段的数据集")
    messages: ClassVar = {
        "ranking": Text(
            "'{name}' is marked as ranking data (pairs of answers), and the stage is {stage}",
            "'{name}' 标为 ranking 数据（成对的回答），而 stage 是 {stage}",
        ),
        "plain": Text(
            "'{name}' is not marked as ranking data, and stage {stage} trains on pairs of answers",
            "'{name}' 没有标为 ranking 数据，而 stage {stage} 需要成对的回答",
        ),
        "kto": Text(
            "'{name}' maps kto_tag, which gives every record a second answer, and the stage is {stage}",
            "'{name}' 映射了 kto_tag，每条记录都会多出一个回答，而 stage 是 {stage}",
        ),
    }
    helps: ClassVar = {
        "ranking": Text(
            "write  stage: dpo  in the training yaml, or name another dataset",
            "在训练 yaml 中写上  stage: dpo，或者换一个数据集",
        ),
        "plain": Text(
            'write  "ranking": true  in the entry if its records hold chosen and rejected; else name another dataset',
            '如果记录里有 chosen 和 rejected，在条目中写上  "ranking": true；否则换一个数据集',
        ),
        "kto": Text(
            "write  stage: kto  in the training yaml, or take kto_tag out of columns",
            "在训练 yaml 中写上  stage: kto，或者从 columns 中去掉 kto_tag",
        ),
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each entry; only where it is known which ones the training names."""
        if not ctx.dataset.chosen:
            return
        stage = str(ctx.setting("stage"))
        for stats in splits:
            mapping, name = stats.split.mapping, stats.split.stanza
            if mapping is None or name is None:
                continue
            ranking, case = mapping.purpose == "ranking", ""
            at: tuple[str, ...] = ()
            if ranking and stage not in PAIRS:
                case, at = "ranking", ("ranking",)
            elif not ranking and stage in PAIRS:
                case = "plain"
            elif mapping.purpose == "kto" and stage == "sft":
                case, at = "kto", ("columns", "kto_tag")
            if case:
                yield Hit(
                    case=case, location=place(ctx, name, *at), split=stats.split.name, count=max(1, stats.records),
                    values={"name": name, "stage": stage},
                )  # fmt: skip
