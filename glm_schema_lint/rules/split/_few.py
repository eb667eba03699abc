"""How many records a run trains and evaluates on, and what its settings make of so few. Helper of SPLIT008."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest
from math import ceil
from typing import Any, Final

from ...stats import SplitStats
from .._base import Context
from ..cfg._place import arguments, own_config

TINY: Final = 1e-6
"""A val_size up to which the trainer takes it for none (LLaMA-Factory data/data_utils.py split_dataset)."""
WIDEST: Final = 4
"""Bytes of a character, each a token at most; one more token ends a text."""


@dataclass(slots=True)
class Run:
    """The records of one run, before anything is dropped or packed."""

    ctx: Context
    train: list[SplitStats]
    evaluate: list[SplitStats]
    records: int
    holds_out: str
    """The setting by which records are held out for evaluation, "" if the target has none."""

    @classmethod
    def of(cls, splits: list[SplitStats], ctx: Context) -> Run | None:
        """The run, None where it is not known which records it takes."""
        train = [s for s in splits if s.split.kind == "train" and s.split.declared and s.records]
        config = own_config(ctx)
        sampled = getattr(config, "reused", None) or any("#" in name for name in getattr(config, "train", ()))
        for entry in ctx.dataset.configs.get("dataset_info", ()):
            sampled = sampled or (entry.name in {s.split.stanza for s in splits} and "num_samples" in entry.keys)
        registered = any(s.split.mapping is not None for s in train)
        mixed = len(train) > 1 and str(ctx.setting("mix_strategy")).startswith("interleave")
        if not train or sampled or mixed or ctx.setting("streaming") is True or (registered and not ctx.dataset.chosen):
            return None
        holds_out = next((name for name in ("val_size", "split_dataset_ratio") if name in ctx.target.settings), "")
        evaluate = [s for s in splits if s.split.kind == "eval" and s.split.declared and s.records]
        return cls(ctx, train, evaluate, _total(train, ctx), holds_out)

    def held_out(self) -> tuple[int, str]:
        """(records held out, the case of a refusal)."""
        size = self.ctx.setting(self.holds_out) if self.holds_out else None
        if not isinstance(size, int | float) or isinstance(size, bool) or not size > TINY or self.evaluate:
            return 0, ""
        if (
            self.holds_out == "split_dataset_ratio"
        ):  # of each dataset by itself: swift/dataset/dataset_meta.py post_process
            return 0, "share" if size < 1 and any(s.records == 1 for s in self.train) else ""
        if isinstance(size, float) and size == 1:
            return 0, "whole"
        held = int(size) if size >= 1 else ceil(size * self.records)
        return held, ("held-out" if size >= 1 else "share") if held >= self.records else ""

    def parts(self, held: int) -> Iterator[tuple[SplitStats, int, bool]]:
        """What is mapped at once: (where its records stand, how many, whether it is evaluated on)."""
        yield self.train[0], self.records - held, False
        if held:
            yield self.train[0], held, True
        elif self.evaluate:
            yield self.evaluate[0], _total(self.evaluate, self.ctx), True

    def left_out(self, held: int) -> Iterator[tuple[str, SplitStats, int, int]]:
        """(case, split, records, batch) where dataloader_drop_last leaves nothing. Rows may be more than records if cut."""
        ctx = self.ctx
        several = ctx.setting("packing") is True or ctx.setting("stage") == "pt"
        if ctx.setting("dataloader_drop_last") is not True or several or ctx.setting("truncation_strategy") == "split":
            return
        for stats, count, evaluated in self.parts(held):
            size = ctx.setting(f"per_device_{'eval' if evaluated else 'train'}_batch_size")
            if type(size) is not int or not 0 < count < size:
                continue
            if not evaluated:
                steps = ctx.setting("max_steps")
                yield ("steps" if type(steps) is int and steps > 0 else ""), stats, count, size
            elif _said(ctx, "eval_strategy", "evaluation_strategy") in ("steps", "epoch") and (
                ctx.target.rows("eval", ctx.settings) == "per-record"
            ):
                best = _said(ctx, "load_best_model_at_end") is True and _said(ctx, "metric_for_best_model") is None
                yield ("best" if best else "eval"), stats, count, size


def no_block(run: Run, count: int, ctx: Context) -> tuple[int, int, int] | None:
    """(records of a batch, the most tokens they may have, tokens of a block) where packing surely fills no block."""
    packing, block = ctx.setting("packing"), ctx.setting("cutoff_len")
    if ctx.setting("stage") != "pt" or packing is False or type(block) is not int:
        return None
    block -= (
        packing is True
    )  # one less where it is asked for (hparams/data_args.py), as it is where it is not (parser.py)
    workers, size = (ctx.setting(f"preprocessing_{name}") for name in ("num_workers", "batch_size"))
    share = ceil(count / workers) if type(workers) is int and workers > 0 else count
    batch = min(share, size if type(size) is int and size > 0 else share)
    longest = nlargest(batch, (size for stats in (*run.train, *run.evaluate) for size in stats.sizes))
    tokens = sum(WIDEST * size + 1 for size in longest)
    return (batch, tokens, block) if batch and tokens < block else None


def _total(splits: list[SplitStats], ctx: Context) -> int:
    most = ctx.setting("max_samples")
    capped = type(most) is int and most > 0
    return sum(min(stats.records, most) if capped else stats.records for stats in splits)


def _said(ctx: Context, *names: str) -> Any:
    config = own_config(ctx)
    if config is None:
        return None
    return next((place[name] for place in (config.content, arguments(config)) for name in names if name in place), None)
