"""IMG021 modalities-mixed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit, Related
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule


class ModalitiesMixed(SplitRule):
    """Records with and without images in one split, which ranks of a sharded model must not meet at once."""

    name: ClassVar[str] = "modalities-mixed"
    code: ClassVar[str] = "IMG021"
    title: ClassVar[Text] = Text("records with and without images are mixed", "带图片和不带图片的记录混在一起")
    messages: ClassVar = {
        "": Text(
            "{with_images} of {total} records have images, the others are text only",
            "{total} 条记录中有 {with_images} 条带图片，其余是纯文本",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "with DeepSpeed ZeRO-3 or FSDP train each kind by itself, use ZeRO-2, or give text-only records a blank image",
            "使用 DeepSpeed ZeRO-3 或 FSDP 时，把两类记录分开训练、改用 ZeRO-2，或给纯文本记录配一张空白图片",
        ),
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit for a split in which some records list images and some do not."""
        reads = ctx.target.reads.get(stats.split.dialect or "")
        if reads is None or not reads.images:
            return
        items = stats.path(reads.images, "[]")
        if not items.types or not 0 < items.present < stats.records:
            return
        shown = min(spot for _, spot in items.types.values())
        absent = stats.path(reads.images).absent
        at = stats.location(absent) if absent is not None else stats.location(shown)
        related = Related(stats.location(shown), Text("the first with images", "第一条带图片的记录"))
        yield Hit(
            location=at, split=stats.split.name,
            values={"with_images": f"{items.present:,}", "total": f"{stats.records:,}"},
            related=(related,) if absent is not None else (),
        )  # fmt: skip
