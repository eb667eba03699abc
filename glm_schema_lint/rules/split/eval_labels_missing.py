"""SPLIT001 eval-labels-missing: the story this project started from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit, Member, Related
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule

THREE_WAYS = Text(
    "one of three:\n"
    "1. give evaluation rows a 'labels' column beside 'output_ids', -100 for every input id: glm-lint fix, or "
    "eval_ds.map(glm_schema_lint.fix.unify_label_fields) (do not rename output_ids: the script reads that key as well)\n"
    '2. in prediction_step of the script write inputs.pop("labels", None) in place of del inputs["labels"], or derive its '
    "trainer from glm_schema_lint.guard.SafePredictionMixin, or train with transformers>=4.47\n"
    "3. wrap the evaluation dataset so that it adds the key as rows are read: glm_schema_lint.guard.aliased(eval_ds)",
    "三选一：\n"
    "1. 给评估数据在 'output_ids' 旁边加一列 'labels'，每个 input id 对应一个 -100：用 glm-lint fix，或 "
    "eval_ds.map(glm_schema_lint.fix.unify_label_fields)（不要把 output_ids 改名：脚本同样要读它）\n"
    '2. 把脚本 prediction_step 里的 del inputs["labels"] 改成 inputs.pop("labels", None)，或让 Trainer 继承 '
    "glm_schema_lint.guard.SafePredictionMixin，或使用 transformers>=4.47\n"
    "3. 包一层评估数据集，读取时补上这个键：glm_schema_lint.guard.aliased(eval_ds)",
)
TOGETHER = Text(
    "\nbesides, one load_dataset call over these files fails before any training, because their columns differ: read each split by itself",
    "\n另外，用一次 load_dataset 同时读取这些文件会在训练前就失败，因为列名不一致：请分别读取每个划分",
)

KEPT = Text(
    "one of three:\n"
    "1. give evaluation rows a 'labels' column beside 'output_ids', -100 for every input id (do not rename output_ids: the "
    "script reads that key as well)\n"
    '2. write inputs.pop("labels", None) at the head of prediction_step of the script\n'
    "3. evaluate with transformers before 4.41, or from 4.43 to before 4.47",
    "三选一：\n"
    "1. 给评估数据在 'output_ids' 旁边加一列 'labels'，每个 input id 对应一个 -100（不要把 output_ids 改名：脚本同样要读它）\n"
    '2. 在脚本 prediction_step 的开头写 inputs.pop("labels", None)\n'
    "3. 使用 4.41 之前，或 4.43 起、4.47 之前的 transformers",
)

PLAIN = Text(
    "tokenize evaluation rows as the train rows: input_ids of prompt and answer, and beside them real labels, the ids to "
    "predict and -100 for the prompt (labels of -100 alone would make the evaluation loss NaN)",
    "评估数据按训练数据的方式分词：input_ids 含提示和回答，旁边是真正的 'labels'：要预测的部分写 id，提示部分写 -100"
    "（全部写 -100 会使评估 loss 变成 NaN）",
)


class EvalLabelsMissing(DatasetRule):
    """Tokenized evaluation rows carry no labels while train rows do, and the evaluation step deletes that key."""

    name: ClassVar[str] = "eval-labels-missing"
    code: ClassVar[str] = "SPLIT001"
    title: ClassVar[Text] = Text(
        "tokenized evaluation rows carry no 'labels' while train rows do", "已分词的评估数据没有 'labels'，训练数据却有"
    )
    messages: ClassVar = {
        "": Text(
            "{split} rows carry {other} and no 'labels'; train rows carry 'labels'",
            "{split} 的行带有 {other}，没有 'labels'；train 的行有 'labels'",
        ),
    }
    helps: ClassVar = {
        "": THREE_WAYS, "files": Text(THREE_WAYS.en + TOGETHER.en, THREE_WAYS.zh + TOGETHER.zh),
        "kept": KEPT, "kept-files": Text(KEPT.en + TOGETHER.en, KEPT.zh + TOGETHER.zh),
        "plain": PLAIN, "plain-files": Text(PLAIN.en + TOGETHER.en, PLAIN.zh + TOGETHER.zh),
    }  # fmt: skip

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for every evaluation split, standing for all its rows that lack the key."""
        rows = [s for s in splits if s.split.dialect == "tokenized" and s.split.declared and s.records]
        train = next((s for s in rows if s.split.kind == "train" and "labels" in set(s.columns())), None)
        if train is None:
            return
        first = next(iter(train.path("labels").types.values()))[1]
        for stats in rows:
            lacking = stats.path("labels")
            # A null is what `datasets` writes where another file has the column: the collator takes it for no labels.
            nulls, spot = lacking.types.get("null", (0, None))
            firsts = [place for place in (lacking.absent, spot) if place is not None]
            if stats.split.kind == "train" or not firsts or lacking.types.keys() - {"null"}:
                continue  # where some rows have them, it is eval-column-missing
            other = (
                "'output_ids'"
                if "output_ids" in set(stats.columns())
                else Text("neither labels nor output_ids", "既没有 labels 也没有 output_ids")
            )
            stem = "kept" if ctx.target.tokenized.null_labels == "kept" else ""
            if "output_ids" not in ctx.target.tokenized.eval:
                stem = "plain"  # evaluation computes its loss from the labels, and knows no other reference
            files = all(file.format in ("lines", "array", "parquet") for file in stats.split.files)
            # One call over both fails at a column that train has not; where that is settled, split-columns-differ says so.
            files = files and not set(stats.columns()) <= set(train.columns())
            if ctx.target.tokenized.loaded and ctx.target.files.settled(ctx.setting):
                files = False
            yield Hit(
                case="-".join(filter(None, (stem, "files" if files else ""))), found=None,
                values={"split": stats.split.name, "other": other},
                location=stats.location(min(firsts)), split=stats.split.name, count=lacking.absences + nulls,
                members=(Member(None, None, ("labels",), frozenset(("null",)), absent=True),),
                related=(Related(train.location(first), Text("has 'labels'", "带有 'labels'")),),
            )  # fmt: skip
