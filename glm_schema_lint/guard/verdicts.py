"""What a Trainer's first steps will do with the batches it gets: fields that its steps demand, fields that the model refuses."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, Final

from ..wording import Lang, Text
from .batch import Batch
from .step import LABELS, REFERENCE, SafePredictionMixin
from .steps import Step, forgives, generates, overrides, own_step

DO = Text(
    'To do: give the rows that field (glm_schema_lint.guard.aliased adds labels), write inputs.pop("{key}", None), or derive '
    "the trainer from glm_schema_lint.guard.SafePredictionMixin",
    '处理办法：给这些行补上该字段（glm_schema_lint.guard.aliased 可补 labels），或写成 inputs.pop("{key}", None)，或让 Trainer 继承 '
    "glm_schema_lint.guard.SafePredictionMixin",
)
DEMAND = Text(
    "{split}: {step} of {owner} {does} '{key}' ({at}), and its first batch holds {fields}; it will raise KeyError: '{key}'. ",
    "{split}：{owner} 的 {step} 会{does} '{key}'（{at}），而第一个 batch 里只有 {fields}；届时会报 KeyError: '{key}'。",
)
DOES = {"delete": Text("deletes", "删除"), "pop": Text("takes out", "取出"), "read": Text("reads", "读取")}
NONE = Text(
    "{split}: the batch holds labels: None, which Seq2SeqTrainer takes for labels; it will raise KeyError: 'loss'. ",
    "{split}：batch 里是 labels: None，Seq2SeqTrainer 会当成有 labels，届时会报 KeyError: 'loss'。",
)
REFUSED = Text(
    "{split}: the batch holds {fields}, which the model does not take; it will raise {error}. To do: derive the trainer from "
    "glm_schema_lint.guard.SafePredictionMixin",
    "{split}：batch 里有 {fields}，模型不接受，届时会报 {error}。处理办法：让 Trainer 继承 glm_schema_lint.guard.SafePredictionMixin",
)
EXTRA = Text(
    "{split}: the batch holds {fields}, which {model}.forward does not take; it will raise {error}. To do: remove the columns, or "
    "set remove_unused_columns",
    "{split}：batch 里有 {fields}，{model}.forward 不接受，届时会报 {error}。处理办法：去掉这些列，或启用 remove_unused_columns",
)
HIGH = Text(
    "{split}: input_ids hold {id}, and the model knows ids 0 to {last}; it will raise IndexError: index out of range in self. "
    "To do: tokenize with the tokenizer of this model",
    "{split}：input_ids 里有 {id}，而模型只认识 0 到 {last}，届时会报 IndexError: index out of range in self。"
    "处理办法：用该模型的分词器重新分词",
)
LANGS: Final[tuple[Lang, ...]] = ("en", "zh")
SUPER: Final = "super().prediction_step"
UNEXPECTED: Final = "TypeError: forward() got an unexpected keyword argument '{key}'"
UNUSED: Final = "ValueError: The following `model_kwargs` are not used by the model: ['output_ids']"


def judge(trainer: Any, split: str, kind: str, batch: Batch) -> Iterator[Text]:
    """One sentence for every reason why the first step over ``split`` (``train`` or ``eval`` ``kind``) must fail."""
    for name in ("prediction_step",) if kind != "train" else ("training_step", "compute_loss"):
        step = own_step(trainer, name)
        if step is not None:
            yield from _demands(trainer, split, batch, step)
    if kind == "train":
        if not any(overrides(trainer, name) for name in ("training_step", "compute_loss")):
            yield from _refused(trainer, split, set(batch.fields))
    elif not isinstance(trainer, SafePredictionMixin):
        yield from _evaluation(trainer, split, batch)
    yield from _too_high(trainer, split, batch)


def _demands(trainer: Any, split: str, batch: Batch, step: Step) -> Iterator[Text]:
    for access in step.uses.demanded():
        if access.key in batch.fields or access.unsure:
            continue
        if forgives(trainer, access.key):
            continue
        said = {
            "split": split, "step": step.name, "owner": step.owner, "key": access.key, "fields": ", ".join(batch.fields),
            "at": f"{step.file}:{access.line}: {access.text}",
        }  # fmt: skip
        yield Text(*(
            DEMAND.say(lang, **said, does=DOES[access.how].say(lang)) + DO.say(lang, key=access.key) for lang in LANGS
        ))  # fmt: skip


def step_is_known(trainer: Any) -> bool:
    """True if it is known what the trainer's evaluation step does: it is ours, transformers' own, or its source is at hand."""
    if isinstance(trainer, SafePredictionMixin) or not overrides(trainer, "prediction_step"):
        return True
    return own_step(trainer, "prediction_step") is not None


def _evaluation(trainer: Any, split: str, batch: Batch) -> Iterator[Text]:
    """What transformers' own evaluation step makes of a batch that nobody mended before."""
    step = own_step(trainer, "prediction_step")
    if step is None and overrides(trainer, "prediction_step"):
        return
    handed = [f for f in step.uses.forwards if f.to == SUPER] if step else []
    if step is not None and not handed:
        return
    taken = frozenset.intersection(*(f.taken for f in handed)) if handed else frozenset()
    safe = frozenset.intersection(*(f.safe for f in handed)) if handed else frozenset()
    if generates(trainer) and batch.fields.get(LABELS) == "None" and LABELS not in safe:
        yield Text(*(NONE.say(lang, split=split) + DO.say(lang, key=LABELS) for lang in LANGS))
    names, any_name = _takes(trainer)
    if (
        REFERENCE in batch.fields
        and REFERENCE not in taken
        and REFERENCE not in names
        and (generates(trainer) or not any_name)
    ):
        error = UNUSED if generates(trainer) else UNEXPECTED.format(key=REFERENCE)
        yield Text(*(REFUSED.say(lang, split=split, fields=REFERENCE, error=error) for lang in LANGS))


def _takes(trainer: Any) -> tuple[set[str], bool]:
    """Names the model's forward takes, and whether it takes any other."""
    try:
        parameters = inspect.signature(trainer.model.forward).parameters
    except (AttributeError, TypeError, ValueError):
        return set(), True
    return set(parameters), any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def _refused(trainer: Any, split: str, there: set[str]) -> Iterator[Text]:
    """Fields that forward does not take: a Trainer hands over the whole batch."""
    names, any_name = _takes(trainer)
    extra = [] if any_name else sorted(there - names)
    if extra:
        said = {"split": split, "fields": ", ".join(extra), "model": type(trainer.model).__name__}
        yield Text(*(EXTRA.say(lang, **said, error=UNEXPECTED.format(key=extra[0])) for lang in LANGS))


def vocabulary(trainer: Any) -> int | None:
    """Rows of the model's input embedding."""
    try:
        return int(trainer.model.get_input_embeddings().weight.shape[0]) or None
    except (AttributeError, NotImplementedError, IndexError, TypeError):
        return None


def _too_high(trainer: Any, split: str, batch: Batch) -> Iterator[Text]:
    size, highest = vocabulary(trainer), batch.highest.get("input_ids")
    if size is not None and highest is not None and highest >= size:
        yield Text(*(HIGH.say(lang, split=split, id=highest, last=size - 1) for lang in LANGS))
