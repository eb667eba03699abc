"""Settings of a LLaMA-Factory training yaml that its parser refuses together (hparams/data_args.py, hparams/parser.py)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..location import pointer
from ..record import Problem

TINY: Final = 1e-6
"""A val_size up to which the trainer takes it for none."""
STRATEGIES: Final = ("concat", "interleave_under", "interleave_over", "interleave_once")
PIXELS: Final = (
    ("image_min_pixels", 32 * 32, "image_max_pixels", 768 * 768),
    ("video_min_pixels", 16 * 16, "video_max_pixels", 256 * 256),
)


def refused(content: dict[str, Any], stage: Any = None) -> Iterator[Problem]:
    """What the parser stops at, each at the line to change. ``stage`` is the ZeRO stage of the DeepSpeed config, if known."""

    def no(case: str, key: str, **values: object) -> Problem:
        shown = content.get(key)
        found = str(shown)[:80] if isinstance(shown, bool | int | float | str) else None
        return Problem("settings-refused", case, pointer=pointer(key), found=found, values={"key": key, **values})

    def on(key: str) -> bool:
        return content.get(key) is True

    size, data, evaluated = _number(content.get("val_size")), content.get("dataset"), content.get("eval_dataset")
    held_out = size is not None and size > TINY
    if held_out and evaluated is not None:
        yield no("val-size-twice", "val_size")
    elif held_out and data is None:
        yield no("val-size-alone", "val_size")
    if data is None and on("do_train"):
        yield no("no-dataset", "do_train")
    if not held_out and evaluated is None:
        key = next((k for k in ("do_eval", "do_predict", "predict_with_generate") if on(k)), _strategy(content))
        if key:
            yield no("no-eval-data", key)
    probabilities = content.get("interleave_probs")
    if probabilities is not None:
        if content.get("mix_strategy", "concat") == "concat":
            yield no("probs-concat", "interleave_probs")
        elif isinstance(data, str) and isinstance(probabilities, str) and data.count(",") != probabilities.count(","):
            yield no("probs-count", "interleave_probs", datasets=data.count(",") + 1)
    strategy = content.get("mix_strategy", "concat")
    if isinstance(data, str) and "," in data and isinstance(strategy, str) and strategy not in STRATEGIES:
        yield no("mix-unknown", "mix_strategy")
    if on("streaming"):
        if held_out and size is not None and size < 1:
            yield no("streaming-val-size", "val_size")
        if content.get("max_samples") is not None:
            yield no("streaming-max-samples", "max_samples")
        if content.get("max_steps", -1) == -1:
            yield no("streaming-max-steps", "streaming")
    if on("mask_history") and on("train_on_prompt"):
        yield no("mask-and-prompt", "mask_history")
    yield from _generation(content, stage, no)
    for low, least, high, most in PIXELS:
        if (_number(content.get(high)) or most) < (_number(content.get(low)) or least):
            yield no("pixels", high if high in content else low, low=low, high=high)


def _generation(content: dict[str, Any], zero: Any, no: Any) -> Iterator[Problem]:
    kind = content.get("stage", "sft")
    if content.get("predict_with_generate") is True:
        if kind != "sft":
            yield no("predict-stage", "predict_with_generate", stage=str(kind)[:20])
        elif zero == 3:
            yield no("predict-zero3", "predict_with_generate")
    elif kind == "sft" and content.get("do_predict") is True:
        yield no("predict-off", "do_predict")
    if kind != "sft":
        for key in ("neat_packing", "train_on_prompt", "mask_history"):
            if content.get(key) is True:
                yield no("sft-only", key, stage=str(kind)[:20])


def _strategy(content: dict[str, Any]) -> str:
    """The key that turns evaluation on: transformers sets do_eval with any strategy but no."""
    for key in ("eval_strategy", "evaluation_strategy"):
        if content.get(key) in ("steps", "epoch"):
            return key
    return ""


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
