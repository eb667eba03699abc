"""IMG027 pixels-overflow-arrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...gathered import ROWS_COUNTED
from ...location import Location
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, SplitRule


class PixelsOverflowArrow(SplitRule):
    """map writes the pixels of a whole batch into one Arrow array, and its offsets do not count so many."""

    name: ClassVar[str] = "pixels-overflow-arrow"
    code: ClassVar[str] = "IMG027"
    title: ClassVar[Text] = Text(
        "more images in one batch of map than an Arrow array holds", "map 的一批里图片太多，一个 Arrow 数组装不下"
    )
    messages: ClassVar = {
        "": Text(
            "{split}: map makes {most} rows at a time, each with the pixels of its image; an Arrow array holds those of "
            "{room} (records: {records}, num_proc: {processes})",
            "{split}：map 每批产生 {most} 行，每行都带图片的像素，而一个 Arrow 数组最多装下 {room} 行"
            "（记录 {records} 条，num_proc 为 {processes}）",
        ),
        "eval": Text(
            "{split}: {records} records become {rows} rows, one for each answer, each with the pixels of its image; map "
            "makes {most} of them at a time or more, and an Arrow array holds {room} (num_proc: {processes})",
            "{split}：{records} 条记录变成 {rows} 行（每个回答一行），每行都带图片的像素；map 有一批至少产生 {most} 行，"
            "而一个 Arrow 数组最多装下 {room} 行（num_proc 为 {processes}）",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "in the map call of the script write batch_size={batch} (writer_batch_size alone does not help), and tell "
            "glm-lint --set map_batch_size={batch}. Or num_proc: {enough} in the yaml; each process then holds some "
            "{room} images in memory",
            "把脚本里 map 的 batch_size 改成 {batch}（只改 writer_batch_size 没用），"
            "检查时加 --set map_batch_size={batch}。或在 yaml 里写 num_proc: {enough}，但每个进程要在内存里放下约 {room} 张图片",
        ),
        "eval": Text(
            "in the map call of the script write batch_size={batch} (writer_batch_size alone does not help), and tell "
            "glm-lint --set map_batch_size={batch}",
            "把脚本里 map 的 batch_size 改成 {batch}（只改 writer_batch_size 没用），检查时加 --set map_batch_size={batch}",
        ),
    }

    def check(self, stats: SplitStats, ctx: Context) -> Iterator[Hit]:
        """One hit for the split.

        Where a record makes several rows, no more is claimed than that some batch has as many rows as the mean.
        """
        room, records, split = ctx.target.image.rows_at_once, stats.records, stats.split
        if room is None or not records or split.dialect == "tokenized":
            return
        processes, size = _count(ctx, "num_proc", 1), _count(ctx, "map_batch_size", 1000)
        share = -(-records // min(processes, records))
        rows, case, batch = records, "", min(100, room)
        most = min(size, share)
        way = ctx.target.rows(split.kind, ctx.settings)
        if way != "per-record":
            rows = stats.gathered.rows.get(way, 0)
            rows = max(rows, records) if rows >= ROWS_COUNTED else rows
            most = -(-rows // (-(-share // size) * min(processes, records)))
            case, batch = "eval", max(1, min(100, room * records // (2 * max(1, rows))))
        if most <= room:
            return
        at = split.files[0].rel if len(split.files) == 1 else None
        yield Hit(
            case=case, location=Location(at, split=None if at else split.name), split=split.name, count=records,
            found=str(most), expected=f"<= {room}",
            values={
                "split": split.name, "records": records, "rows": rows, "most": most, "room": room,
                "processes": processes, "batch": batch, "enough": -(-records // room),
            },
        )  # fmt: skip


def _count(ctx: Context, setting: str, default: int) -> int:
    value = ctx.setting(setting)
    return value if type(value) is int and value > 0 else default
