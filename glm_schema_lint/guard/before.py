"""preflight(): lint what a Trainer holds, and try its collator, before its first step."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from ..finding import Group, Severity
from ..wording import Lang, Text
from .batch import Batch, Rows, collate, first_rows, untouched_chance
from .verdicts import judge, step_is_known, vocabulary

if TYPE_CHECKING:
    from ..api import Report

Action = Literal["raise", "warn", "log"]
SAMPLE: Final = 1000
"""Rows read of a dataset whose rows cost something: code of its own, a stream, a transform."""
WHOLE: Final = 200_000
"""Rows read of a table or a list."""
SECONDS: Final = 10.0
"""Time for the rows of one such dataset."""
log = logging.getLogger(__name__)


class PreflightError(RuntimeError):
    """Training would fail or learn the wrong thing. Its text is the findings; ``result`` the whole Preflight."""

    def __init__(self, text: str, result: Preflight) -> None:
        super().__init__(text)
        self.result = result


class PreflightWarning(UserWarning):
    """The same as a warning."""


@dataclass(slots=True)
class Preflight:
    """What a preflight saw.

    ``report`` is lint's over all splits that it can judge, or None; ``batches`` maps split names to fields of the first batch
    (``{"validation": {"input_ids": "int64 (2, 17)"}}``); ``failures`` are reasons why the first step must fail;
    ``not_checked`` says what was left out.
    """

    report: Report | None = None
    batches: dict[str, dict[str, str]] = field(default_factory=dict)
    failures: list[Text] = field(default_factory=list)
    not_checked: list[Text] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """Findings of severity error, and failures."""
        return len(self.failures) + (self.report.result.count(Severity.ERROR) if self.report else 0)

    @property
    def ok(self) -> bool:
        """True if there is none."""
        return self.errors == 0

    def text(self, lang: Lang = "en") -> str:
        """Every failure and finding with what training does and what to do, then what was not checked."""
        return "\n".join(self._lines(lang))

    __str__ = text

    def _lines(self, lang: Lang) -> Iterator[str]:
        for failure in self.failures:
            yield f"error {failure.say(lang)}"
        said = self.report.to_dict(lang) if self.report else {"groups": [], "splits": []}
        names = ("training", "to do") if lang == "en" else ("训练时", "处理办法")
        for group in said["groups"]:
            first = (
                group["examples"][0] if group["examples"] else {"location": group["split"], "message": group["help"]}
            )
            yield f"{group['severity']}[{group['rule']}] {first['location']}: {first['message']} ({group['findings']:,})"
            yield f"  {names[0]}: {group['training']}"
            yield f"  {names[1]}: {group['help']}"
        for split, fields in self.batches.items():
            yield f"{split}: " + ", ".join(f"{name} {what}" for name, what in fields.items())
        for text in self.not_checked:
            yield ("not checked: " if lang == "en" else "未检查：") + text.say(lang)


@untouched_chance()
def preflight(
    trainer: Any, *, action: Action = "raise", target: str | None = None, versions: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None, ignore: Iterable[str] = (), test_dataset: Any = None, rows: int | None = None,
    lang: Lang = "en",
) -> Preflight:  # fmt: skip
    """Lint the datasets of a Trainer and collate one batch of each, on the CPU, before training starts.

    ``trainer`` is a transformers ``Trainer`` (or subclass) that is ready to train; nothing of it is changed, the model is not
    run, random numbers stay as they are. Looked at are ``train_dataset`` and ``eval_dataset`` (one, or a dict of them), and
    ``test_dataset`` if it is given: it is evaluated after training, so a crash there costs the most.

    - Rows: tables and lists up to 200,000 rows; of a dataset with code of its own (a torch ``Dataset``, a stream, a transform)
      the first 1,000, or what can be read in 10 seconds. ``rows`` sets another limit for both. Rows that hold no token ids
      are linted only if ``target`` says whose they are.
    - Batches: the first rows, as many as a batch has on one device, go through the collator and are moved as accelerate
      moves them. The fields are held against what the Trainer's own ``prediction_step``, ``training_step`` and ``compute_loss``
      demand, which is read from their source, and against what the model's ``forward`` takes.

    ``target``, ``versions`` and ``settings`` are those of ``lint``; left out, rows with ``output_ids`` are judged by the scripts of
    the GLM-4 repository, others as a plain Trainer takes them, with the versions installed here. ``ignore`` names rules.

    ``action``: ``raise`` a PreflightError if there is an error, ``warn`` with a PreflightWarning instead, or ``log`` it. Findings that are
    no errors, and what was not checked, are logged in any case. Returns the Preflight. Raises ValueError for an unknown
    action, target or rule, and TypeError if ``trainer`` is none.
    """
    if action not in ("raise", "warn", "log"):
        raise ValueError(f"unknown action {action!r}; known: raise, warn, log")
    if not hasattr(trainer, "data_collator") or not hasattr(trainer, "args"):
        raise TypeError(f"preflight takes a transformers Trainer, not {type(trainer).__name__}")
    made, linted = Preflight(), {}
    for split, kind, dataset in _held(trainer, test_dataset):
        whole = _is_table(dataset) or isinstance(dataset, list | tuple)
        limit = rows if rows is not None else WHOLE if whole else SAMPLE
        size = trainer.args.per_device_train_batch_size if kind == "train" else trainer.args.per_device_eval_batch_size
        some = first_rows(dataset, size if whole else max(limit, size), None if whole else SECONDS)
        if some.error is not None:
            at = len(some.rows)
            made.failures.append(
                Text(f"{split}: row {at} cannot be read: {some.error}", f"{split}：第 {at} 行无法读取：{some.error}")
            )
        if some.rows:
            _try_batch(trainer, split, kind, some, size, made)
        if (part := _to_lint(split, dataset, whole, limit, some, target, made)) is not None:
            linted[split] = part
    if linted:
        made.report = _lint(trainer, linted, target, versions, settings, ignore)
        groups = made.report.result.groups
        groups[:] = [group for group in groups if not _disproved(group, made.batches)]
        made.not_checked.extend(made.report.result.not_checked)
    _say(made, action, lang)
    return made


def _held(trainer: Any, test_dataset: Any) -> Iterator[tuple[str, str, Any]]:
    """(name, kind, dataset) of all that the Trainer holds."""
    if getattr(trainer, "train_dataset", None) is not None:
        yield "train", "train", trainer.train_dataset
    for name, kind, held in (
        ("validation", "eval", getattr(trainer, "eval_dataset", None)),
        ("test", "test", test_dataset),
    ):
        if isinstance(held, Mapping):
            yield from ((f"{name}_{key}", kind, part) for key, part in held.items())
        elif held is not None and not isinstance(held, str):
            yield name, kind, held


def _is_table(dataset: Any) -> bool:
    """True for a `datasets.Dataset` whose rows are what its table holds."""
    from ..sources.columnar import is_dataset

    return is_dataset(dataset) and (getattr(dataset, "format", None) or {}).get("type") != "custom"


def _try_batch(trainer: Any, split: str, kind: str, some: Rows, size: int, made: Preflight) -> None:
    batch: Batch = collate(trainer, some.rows, size)
    if batch.error is not None:
        count = min(size, len(some.rows))
        made.failures.append(
            Text(
                f"{split}: the collator fails on its first {count} rows: {batch.error}",
                f"{split}：collator 处理前 {count} 行时失败：{batch.error}",
            )
        )
        return
    made.batches[split] = batch.fields
    made.failures.extend(judge(trainer, split, kind, batch))


def _to_lint(split: str, dataset: Any, whole: bool, limit: int, some: Rows, target: str | None, made: Preflight) -> Any:
    """The rows that lint reads, or None; what is left out is said."""
    first = some.rows[0] if some.rows else None
    if target is None and not (isinstance(first, Mapping) and "input_ids" in first):
        if first is not None:
            made.not_checked.append(
                Text(
                    f"rows of {split}: they hold no input_ids; target= says whose they are",
                    f"{split} 的行：没有 input_ids；请用 target= 指明是哪个训练程序的数据",
                )
            )
        return None
    if not whole:
        if some.total is None or len(some.rows) < some.total:
            _left_out(split, len(some.rows), some.total, made)
        return some.rows
    if len(dataset) <= limit:
        return dataset
    _left_out(split, limit, len(dataset), made)
    return dataset.select(range(limit)) if hasattr(dataset, "select") else dataset[:limit]


def _left_out(split: str, read: int, total: int | None, made: Preflight) -> None:
    of = "" if total is None else f" of {total:,}"
    among = "" if total is None else f"（共 {total:,} 行）"
    made.not_checked.append(
        Text(f"rows of {split} after the first {read:,}{of}", f"{split} 前 {read:,} 行之后的行{among}")
    )


def _lint(
    trainer: Any,
    linted: dict[str, Any],
    target: str | None,
    versions: Mapping[str, str] | None,
    settings: Mapping[str, Any] | None,
    ignore: Iterable[str],
) -> Report:
    from .. import targets
    from ..api import lint

    left = list(ignore)
    if step_is_known(trainer):  # then `judge` says what it does without labels, and means this step, not a script's
        left.append("eval-labels-missing")
    if getattr(getattr(trainer.model, "config", None), "is_encoder_decoder", False):
        left += ["token-lengths-differ", "labels-not-inputs"]  # its labels are another text than its inputs
    if vocabulary(trainer) != targets.load("hf-trainer").tokenized.vocab:
        left += ["token-id-out-of-range", "tokens-of-another-model", "image-token-pair-broken"]
    known = {"predict_with_generate": bool(getattr(trainer.args, "predict_with_generate", False)), **(settings or {})}
    return lint(linted, target=target, versions=versions, settings=known, ignore=left)


def _disproved(group: Group, batches: dict[str, dict[str, str]]) -> bool:
    """True for a finding on ``labels`` that the batch shows to be none: the collator makes them, or they are classes."""
    made = batches.get(group.key.split or "", {}).get("labels", "None")
    if not group.examples or any(one.location.pointer != "/labels" for one in group.examples) or made == "None":
        return False
    classes = "," in made and made.endswith(",)")
    return classes or (group.key.rule == "eval-column-missing" and group.key.case == "labels")


def _say(made: Preflight, action: Action, lang: Lang) -> None:
    text = made.text(lang)
    if made.ok:
        log.info("preflight: no errors\n%s", text)
    elif action == "raise":
        raise PreflightError(text, made)
    elif action == "warn":
        warnings.warn(text, PreflightWarning, stacklevel=3)
    else:
        log.error("%s", text)
