"""FIELD013 dialect-mixed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...models import stranger
from ...record import Record
from ...views import reads_of
from ...wording import Text
from .._base import Context, RecordRule
from .._show import quote


class DialectMixed(RecordRule):
    """A record written in another format than the rest of its split."""

    name: ClassVar[str] = "dialect-mixed"
    code: ClassVar[str] = "FIELD013"
    title: ClassVar[Text] = Text("a record is in another format than its split", "记录的格式与所在划分不同")
    messages: ClassVar = {
        "": Text(
            "the record has the keys of {other}, the other records of the split those of {own}",
            "这条记录是 {other} 的写法，同一划分的其他记录是 {own} 的写法",
        )
    }
    helps: ClassVar = {
        "": Text(
            "convert it to {own}, or keep each format in a dataset of its own",
            "把它转换成 {own}，或让每种格式各成一个数据集",
        )
    }

    def check(self, record: Record, ctx: Context) -> Iterator[Hit]:
        """One finding per record of another family; glm, openai and swift name their turns alike and count as one."""
        if reads_of(ctx.target, ctx.split) is None:
            return
        columns = ctx.target.files.read_as_messages
        if ctx.split.dialect == "alpaca" and isinstance(record.value, dict) and any(c in record.value for c in columns):
            return  # the one that is read: alpaca-beside-messages speaks of the others
        other = stranger(record.value, ctx.split)
        if other is not None:
            own = ctx.split.dialect or ctx.split.mapping.formatting
            yield Hit("", "", quote(record.value), own, {"other": other, "own": own})
