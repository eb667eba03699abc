"""Where a finding about a config sits, and which config the target reads."""

from __future__ import annotations

from typing import Any

from ...config import DATASET_INFO
from ...location import Location, pointer
from .._base import Context


def place(ctx: Context, *parts: str) -> Location:
    """A place in the dataset_info.json beside the data."""
    return Location(_prefix(ctx) + DATASET_INFO, pointer=pointer(*parts))


def own_config(ctx: Context) -> Any:
    """The finetune yaml or training config that the target of ``ctx`` reads; None if there is none."""
    training = ctx.dataset.configs.get("training")
    if training is not None and training.target == ctx.target.name:
        return training
    return ctx.dataset.configs.get("finetune") if ctx.target.detect.config == "finetune" else None


def in_config(ctx: Context, config: Any, *parts: str) -> Location:
    """A place in that config; ``parts`` are keys from its top down."""
    return Location(_prefix(ctx) + config.source, pointer=pointer(*parts))


def arguments(config: Any) -> dict[str, Any]:
    """The training arguments of a finetune yaml; empty if it has none."""
    found = config.content.get("training_args")
    return found if isinstance(found, dict) else {}


def _prefix(ctx: Context) -> str:
    return f"{ctx.dataset.prefix}/" if ctx.dataset.prefix else ""
