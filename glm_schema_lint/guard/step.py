"""SafePredictionMixin: an evaluation step that does not mind which of ``labels`` and ``output_ids`` a batch carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from functools import cache, wraps
from typing import Any, Final

LABELS: Final = "labels"
REFERENCE: Final = "output_ids"
LENIENT: Final = frozenset({LABELS, REFERENCE})
"""Fields whose absence is taken in stride."""
STEP: Final = "prediction_step"
GENERATE: Final = "predict_with_generate"


class _Lenient:
    """A batch that answers for ``labels`` and ``output_ids`` whether it has them or not: read as None, taken out at no harm.

    They are not *in* it where it has them not, so that what asks first is told the truth.
    """

    def _lacks(self, key: Any) -> bool:
        return isinstance(key, str) and key in LENIENT and key not in self  # type: ignore[operator]

    def __getitem__(self, key: Any) -> Any:
        return None if self._lacks(key) else super().__getitem__(key)  # type: ignore[misc]

    def __delitem__(self, key: Any) -> None:
        if not self._lacks(key):
            super().__delitem__(key)  # type: ignore[misc]

    def get(self, key: Any, default: Any = None) -> Any:
        """The field's value, or ``default``."""
        return default if self._lacks(key) else super().get(key, default)  # type: ignore[misc]

    def pop(self, key: Any, *default: Any) -> Any:
        """The field's value, taken out; ``default`` (None) for a missing ``labels`` or ``output_ids``."""
        if self._lacks(key):
            return default[0] if default else None
        return super().pop(key, *default)  # type: ignore[misc]

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The field's value, set to ``default`` where it is missing."""
        if self._lacks(key):
            self[key] = default  # type: ignore[index]
        return super().setdefault(key, default)  # type: ignore[misc]


@cache
def _kind(kind: type) -> type:
    """``kind`` made lenient: ``BatchEncoding`` keeps its attributes, a dict stays a dict."""
    return kind if issubclass(kind, _Lenient) else type(f"Lenient{kind.__name__}", (_Lenient, kind), {})


def lenient(inputs: Any) -> Any:
    """A copy of a batch, of its own type, that does not mind what it lacks, and lacks what is None; no tensor is copied."""
    if not isinstance(inputs, Mapping) or not isinstance(inputs, MutableMapping):
        return inputs
    held = {key: value for key, value in inputs.items() if value is not None or key not in LENIENT}
    return _kind(type(inputs))(held)


class SafePredictionMixin:
    """Makes the evaluation step of a ``Seq2SeqTrainer`` work for batches with ``labels``, ``output_ids``, both or none.

    Put it **first** among the bases::

        class MyTrainer(SafePredictionMixin, Seq2SeqTrainer): ...

    That also mends a class with a ``prediction_step`` of its own that says ``del inputs["labels"]`` or
    ``inputs.pop("output_ids")``, as finetune.py and finetune_vision.py of the GLM-4 repository do (finetune_vision.py:71-72), or
    that leaves ``labels: None`` in the batch, as finetune_hf.py of ChatGLM3 does (:79-85):
    either give that class this base, or derive ``class Safe(SafePredictionMixin, ThatTrainer)``. As the last base it would
    never be asked; that is refused with a TypeError when the class is made.

    Why: `DataCollatorForSeq2Seq` writes ``labels: None`` for rows without labels, and ``BatchEncoding.to`` keeps that key
    from transformers 4.47 on and drops it before (4.46.3 tokenization_utils_base.py:818, 4.47.1:819). So ``del`` raises
    KeyError before 4.47, and a step that leaves the None alone raises KeyError: 'loss' from 4.47 on. Here neither happens.

    What a step returns, where no class below does it its own way:

    - with ``predict_with_generate``: ``label_ids`` of the metrics are ``output_ids`` (integers, ``(batch, answer)``, padded by
      the collator) where the batch has them, and the predictions then are the new tokens only, for a decoder-only model
      (its ``generate`` returns the prompt first); else ``label_ids`` are ``labels`` and predictions as transformers gives them.
    - without it: logits, and ``labels`` or None. ``output_ids`` is kept away from the model; logits over a prompt are no
      answer to hold against it, so metrics are not computed for rows that have nothing else.
    - the loss is that of ``labels``, or None where a batch has none. Then there is no ``eval_loss``: do not choose the best
      model by it.

    The batch that was given is not changed. Runs under transformers 4.38 and later; needs no import of it.
    """

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        for owner in cls.__mro__:
            if owner is SafePredictionMixin:
                break
            if STEP in vars(owner) and not issubclass(owner, SafePredictionMixin):
                raise TypeError(
                    f"SafePredictionMixin stands behind {owner.__name__} among the bases of {cls.__name__}, where its "
                    f"prediction_step is never called: write class {cls.__name__}(SafePredictionMixin, ...)"
                )
        own = vars(cls).get(STEP)
        if own is not None:
            setattr(cls, STEP, _guarded(own))

    def prediction_step(
        self,
        model: Any,
        inputs: Any,
        prediction_loss_only: bool,
        ignore_keys: list[str] | None = None,
        **gen_kwargs: Any,
    ) -> tuple[Any, Any, Any]:
        """The next class's step with a lenient batch; returns (loss, predictions, label_ids), each a tensor or None."""
        mro = type(self).__mro__
        below = [c for c in mro[mro.index(SafePredictionMixin) + 1 :] if STEP in vars(c)]
        if not below:
            raise TypeError(
                f"{type(self).__name__} has no trainer behind SafePredictionMixin: write "
                f"class {type(self).__name__}(SafePredictionMixin, Seq2SeqTrainer)"
            )
        step: Callable[..., tuple[Any, Any, Any]] = super().prediction_step  # type: ignore[misc]
        if not isinstance(inputs, MutableMapping):
            return step(model, inputs, prediction_loss_only, ignore_keys, **gen_kwargs)
        if below[0].__module__.partition(".")[0] != "transformers":
            return _filled(self, step, model, inputs, prediction_loss_only, ignore_keys, **gen_kwargs)
        batch = lenient(inputs)
        reference = batch.pop(REFERENCE)
        if prediction_loss_only or not self.args.predict_with_generate:  # type: ignore[attr-defined]
            return step(model, batch, prediction_loss_only, ignore_keys)
        width = batch["input_ids"].shape[1] if "input_ids" in batch else 0
        loss, made, labels = step(model, batch, prediction_loss_only, ignore_keys, **gen_kwargs)
        if reference is None or made is None:
            return loss, made, labels
        if not getattr(getattr(model, "config", None) or self.model.config, "is_encoder_decoder", False):  # type: ignore[attr-defined]
            made = made[:, width:]
        return loss, made, self._prepare_input(reference)  # type: ignore[attr-defined]


def _guarded(step: Callable[..., Any]) -> Callable[..., Any]:
    """A class's own ``prediction_step``, given a lenient batch."""

    @wraps(step)
    def prediction_step(self: Any, model: Any, inputs: Any, *more: Any, **named: Any) -> Any:
        return _filled(self, step.__get__(self), model, inputs, *more, **named)

    return prediction_step


def _filled(
    trainer: Any, step: Callable[..., Any], model: Any, inputs: Any, *more: Any, **named: Any
) -> tuple[Any, Any, Any]:
    """Call ``step`` with a lenient batch; where it generated and returned no labels, the reference stands in for them."""
    if not isinstance(inputs, MutableMapping):
        made_so: tuple[Any, Any, Any] = step(model, inputs, *more, **named)
        return made_so
    reference = inputs.get(REFERENCE)
    loss, made, labels = step(model, lenient(inputs), *more, **named)
    if labels is None and made is not None and reference is not None and getattr(trainer.args, GENERATE, False):
        labels = trainer._prepare_input(reference)  # noqa: SLF001  transformers has no public way
    return loss, made, labels
