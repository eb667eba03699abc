"""What `glm-lint script` says, in both languages."""

from __future__ import annotations

from typing import Final

from ..wording import Lang, Text

LANGS: Final[tuple[Lang, ...]] = ("en", "zh")
STAGES: Final = {
    "prediction_step": Text(
        "at the first evaluation, before the first checkpoint", "第一次评估时（尚未保存任何检查点）"
    ),
    "compute_loss": Text("at the first training step", "第一个训练步"),
    "training_step": Text("at the first training step", "第一个训练步"),
    "map": Text("while preprocessing (map)", "预处理（map）时"),
}
SPLITS: Final = {
    "train": Text("train", "训练"), "eval": Text("evaluation", "评估"), "test": Text("test", "测试"),
}  # fmt: skip
DOES: Final = {"delete": Text("deletes", "删除"), "pop": Text("takes out", "取出"), "read": Text("reads", "读取")}
LACKS: Final = Text(
    "{owner}.{step} {does} '{key}', and {split} rows do not have it: {who}{also}",
    "{owner}.{step} 会{does} '{key}'，而{split}数据里没有它：{who}{also}",
)
TRAIN_HAS: Final = Text("; train rows do: {who}", "；训练数据里有：{who}")
ALONE: Final = Text(
    "{owner}.{step} {does} '{key}' without asking whether the batch has it; what makes {split} rows is not told by the source",
    "{owner}.{step} 直接{does} '{key}'，没有先确认 batch 里有没有；{split}数据由什么生成，从源码看不出来",
)
LEFT: Final = Text(
    "{owner}.{step} hands the batch on with labels: None, which the collator writes for {split} rows without labels: {who}",
    "{owner}.{step} 把带 labels: None 的 batch 继续传下去；{split}数据没有 labels 时 collator 会写入它：{who}",
)
LEFT_IN: Final = Text(
    "{split} rows have '{key}', and no step takes it out before the model generates: {who}",
    "{split}数据带有 '{key}'，生成之前没有任何一步把它取出：{who}",
)
RAW: Final = Text(
    "{function} reads '{key}' of the records, and the {split} records have {columns}",
    "{function} 要读记录的 '{key}'，而{split}记录的键是 {columns}",
)
BY: Final = Text("{name} (line {line}) returns {fields}", "{name}（第 {line} 行）返回 {fields}")
COLUMNS: Final = Text("the data have {fields}", "数据的列是 {fields}")
UNUSED: Final = Text(
    "{who}, of which transformers removes '{key}' before batching: the training arguments (line {line}) leave remove_unused_columns on",
    "{who}，但组装 batch 之前 transformers 会删掉 '{key}'：训练参数（第 {line} 行）没有关闭 remove_unused_columns",
)
GUARD: Final = Text(
    "write the guarded form below, or give the trainer glm_schema_lint.guard.SafePredictionMixin as its first base",
    "改成下面的写法，或让 Trainer 以 glm_schema_lint.guard.SafePredictionMixin 为第一个基类",
)
MIXIN: Final = Text(
    "give the trainer glm_schema_lint.guard.SafePredictionMixin as its first base, or ask for the field before using it",
    "让 Trainer 以 glm_schema_lint.guard.SafePredictionMixin 为第一个基类，或在使用该字段之前先确认它存在",
)
TAKE: Final = Text(
    "use a Seq2SeqTrainer with glm_schema_lint.guard.SafePredictionMixin as its first base",
    "改用以 glm_schema_lint.guard.SafePredictionMixin 为第一个基类的 Seq2SeqTrainer",
)
KEEP: Final = Text(
    "set remove_unused_columns=False in the training arguments (line {line})",
    "在训练参数（第 {line} 行）中设置 remove_unused_columns=False",
)
GIVE: Final = Text(
    "give {split} rows '{key}', or guard the line as below", "让{split}数据带上 '{key}'，或像下面这样改写这一行"
)
GIVE_ALONE: Final = Text("give {split} rows '{key}'", "让{split}数据带上 '{key}'")
NAME: Final = Text("name the key that the records have", "请改用记录里有的键")


def filled(text: Text, **values: object) -> Text:
    """Both sentences with their values, each in its own language."""
    said = (
        text.say(lang, **{k: v.say(lang) if isinstance(v, Text) else v for k, v in values.items()}) for lang in LANGS
    )
    return Text(*said)
