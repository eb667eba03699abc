"""CFG008: settings of the training yaml that the trainer refuses together."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class SettingsRefused(SourceRule):
    """Owned by config/llamafactory.py, which asks what the trainer's parser asks."""

    name = "settings-refused"
    code = "CFG008"
    title = Text("settings that the trainer refuses together", "训练程序不接受的设置组合")
    messages: ClassVar = {
        "val-size-twice": Text("val_size stands beside eval_dataset", "同时写了 val_size 和 eval_dataset"),
        "val-size-alone": Text("val_size without a dataset to take it from", "写了 val_size，却没有 dataset"),
        "no-dataset": Text("do_train without a dataset", "打开了 do_train，却没有 dataset"),
        "no-eval-data": Text(
            "{key} asks for evaluation, and there is neither eval_dataset nor val_size",
            "{key} 要求评估，但既没有 eval_dataset，也没有 val_size",
        ),
        "probs-concat": Text(
            "interleave_probs without an interleaving mix_strategy",
            "写了 interleave_probs，而 mix_strategy 不是交错方式",
        ),
        "probs-count": Text(
            "interleave_probs does not hold one number for each of the {datasets} datasets",
            "interleave_probs 的个数与 {datasets} 个数据集不一致",
        ),
        "mix-unknown": Text("mix_strategy is none that the trainer has", "训练程序没有这种 mix_strategy"),
        "streaming-val-size": Text("streaming takes no val_size below 1", "streaming 时 val_size 不能小于 1"),
        "streaming-max-samples": Text("streaming takes no max_samples", "streaming 时不能写 max_samples"),
        "streaming-max-steps": Text("streaming without max_steps", "打开了 streaming，却没有 max_steps"),
        "mask-and-prompt": Text(
            "mask_history stands beside train_on_prompt", "同时打开了 mask_history 和 train_on_prompt"
        ),
        "predict-stage": Text(
            "predict_with_generate in stage {stage}; it is for sft only",
            "stage 为 {stage} 时打开了 predict_with_generate；它只用于 sft",
        ),
        "predict-zero3": Text(
            "predict_with_generate under DeepSpeed ZeRO-3", "在 DeepSpeed ZeRO-3 下打开了 predict_with_generate"
        ),
        "predict-off": Text(
            "do_predict without predict_with_generate", "打开了 do_predict，却没有 predict_with_generate"
        ),
        "sft-only": Text("{key} in stage {stage}; it is for sft only", "stage 为 {stage} 时打开了 {key}；它只用于 sft"),
        "pixels": Text("{high} is smaller than {low}", "{high} 小于 {low}"),
    }
    helps: ClassVar = {
        "val-size-twice": Text("keep one of the two lines", "两行只留一行"),
        "val-size-alone": Text("write  dataset: NAME", "写上  dataset: 名称"),
        "no-dataset": Text("write  dataset: NAME", "写上  dataset: 名称"),
        "no-eval-data": Text(
            "write  val_size: 0.1  (or eval_dataset: NAME), or take {key} out",
            "写上  val_size: 0.1（或 eval_dataset: 名称），或者去掉 {key}",
        ),
        "probs-concat": Text(
            "write  mix_strategy: interleave_under, or take the line out",
            "写上  mix_strategy: interleave_under，或者去掉这一行",
        ),
        "probs-count": Text("write {datasets} numbers, separated by commas", "写 {datasets} 个以逗号分隔的数"),
        "mix-unknown": Text(
            "write concat, interleave_under, interleave_over or interleave_once",
            "改成 concat、interleave_under、interleave_over 或 interleave_once",
        ),
        "streaming-val-size": Text(
            "write a number of records, as in  val_size: 1000", "写记录条数，例如  val_size: 1000"
        ),
        "streaming-max-samples": Text("take max_samples out", "去掉 max_samples"),
        "streaming-max-steps": Text("write  max_steps: 1000", "写上  max_steps: 1000"),
        "mask-and-prompt": Text("keep one of the two lines", "两行只留一行"),
        "predict-stage": Text("take the line out", "去掉这一行"),
        "predict-zero3": Text("name a ZeRO-2 config, or take the line out", "改用 ZeRO-2 的配置，或者去掉这一行"),
        "predict-off": Text("write  predict_with_generate: true", "写上  predict_with_generate: true"),
        "sft-only": Text("take the line out", "去掉这一行"),
        "pixels": Text("make {high} at least as large as {low}", "让 {high} 不小于 {low}"),
    }
