"""Where a finding about dataset_info.json sits."""

from __future__ import annotations

from ...config import DATASET_INFO
from ...location import Location, pointer
from .._base import Context


def place(ctx: Context, *parts: str) -> Location:
    """A place in the dataset_info.json beside the data."""
    prefix = f"{ctx.dataset.prefix}/" if ctx.dataset.prefix else ""
    return Location(prefix + DATASET_INFO, pointer=pointer(*parts))
