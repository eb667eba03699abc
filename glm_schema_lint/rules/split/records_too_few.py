"""SPLIT008 records-too-few."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from ...finding import Hit
from ...location import Location
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from ..cfg._place import in_config, own_config
from ._few import Run, no_block

NONE_LEFT: Final = Text(
    "{setting} is {value}, and there are {records} records: none is left to train on",
    "{setting} 为 {value}，而记录只有 {records} 条：没有留下可训练的",
)
FEWER: Final = Text("lower {setting}, or add records", "调小 {setting}，或者增加记录")


class RecordsTooFew(DatasetRule):
    """Records that do not go round: held out to the last, not one full block of text, not one full batch."""

    name: ClassVar[str] = "records-too-few"
    code: ClassVar[str] = "SPLIT008"
    title: ClassVar[Text] = Text("too few records for what the settings ask", "记录太少，满足不了设置的要求")
    messages: ClassVar = {
        "held-out": NONE_LEFT,
        "share": NONE_LEFT,
        "whole": Text(
            "{setting} is {value}: neither a share below 1 nor a whole number of records",
            "{setting} 为 {value}：既不是小于 1 的比例，也不是整数条数",
        ),
        "no-block": Text(
            "packing cuts the text of {batch} records into blocks of {block} tokens; {split} has {tokens} tokens at most in "
            "as many, so no block gets full",
            "packing 把每 {batch} 条记录的文本切成 {block} 个 token 的块；{split} 里这么多记录最多 {tokens} 个 token，一块都填不满",
        ),
        "": Text(
            "{records} records and batches of {size} per device: dataloader_drop_last leaves the only batch out",
            "记录 {records} 条，每个设备的 batch 为 {size}：dataloader_drop_last 会丢掉唯一的一个 batch",
        ),
    }
    helps: ClassVar = {
        "held-out": FEWER,
        "share": FEWER,
        "whole": Text("write  {setting}: 1  for one record, or a share such as 0.1", "一条就写  {setting}: 1 ，比例则写 0.1 之类"),
        "no-block": Text(
            "write  packing: false, lower cutoff_len or preprocessing_num_workers, or add text",
            "写上  packing: false ，调小 cutoff_len 或 preprocessing_num_workers，或者增加文本",
        ),
        "": Text(
            "write  dataloader_drop_last: false, or a batch of at most {records}",
            "写上  dataloader_drop_last: false ，或让 batch 不超过 {records}",
        ),
    }  # fmt: skip

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each setting that asks for more than there is."""
        run = Run.of(splits, ctx)
        if run is None:
            return
        held, refused = run.held_out()
        if refused:
            setting = run.holds_out
            yield self._hit(
                run, refused, run.train[0], setting,
                {"setting": setting, "value": ctx.setting(setting), "records": run.records},
            )  # fmt: skip
            return
        for stats, count, _ in run.parts(held):
            if found := no_block(run, count, ctx):
                batch, tokens, block = found
                values = {"batch": batch, "tokens": f"{tokens:,}", "block": f"{block:,}"}
                yield self._hit(run, "no-block", stats, "", values | {"split": stats.split.name})
        for case, stats, count, size in run.left_out(held):
            yield self._hit(run, case, stats, "dataloader_drop_last", {"records": count, "size": size})

    def _hit(self, run: Run, case: str, stats: SplitStats, setting: str, values: dict[str, Any]) -> Hit:
        split, config = stats.split, own_config(run.ctx)
        at = split.files[0].rel if split.files else None
        place = Location(at, split=None if at else split.name)
        if config is not None and setting and config.at(setting):
            place = in_config(run.ctx, config, *config.at(setting).removeprefix("/").split("/"))
        return Hit(case=case, location=place, split=split.name, count=stats.records, values=values)
