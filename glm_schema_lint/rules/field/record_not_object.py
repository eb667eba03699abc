"""FIELD010 record-not-object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...location import pointer
from ...models import wrapped
from ...record import Record
from ...wording import Text
from .._base import Context, RecordRule
from .._show import quote


class RecordNotObject(RecordRule):
    """Where one record should stand there is a bare value, a list, or an object around all records."""

    name: ClassVar[str] = "record-not-object"
    code: ClassVar[str] = "FIELD010"
    title: ClassVar[Text] = Text("a record is not an object of its own", "记录不是一个独立的对象")
    messages: ClassVar = {
        "": Text("the record is a bare value, not an object", "这条记录是单个值，不是对象"),
        "null": Text("the record is null", "这条记录是 null"),
        "list": Text("the record is a list, not an object", "这条记录是列表，不是对象"),
        "wrapper": Text(
            "{count} records lie under the key {key}, so the trainer sees one row with the column {key}",
            "{count} 条记录放在键 {key} 之下，训练程序只会看到一行，列名为 {key}",
        ),
    }
    helps: ClassVar = {
        "": Text("write one JSON object per record", "每条记录写成一个 JSON 对象"),
        "null": Text("remove the line", "删除这一行"),
        "list": Text(
            "write one object per record, with the list under its key, such as messages",
            "每条记录写成一个对象，把列表放在对应的键（如 messages）下",
        ),
        "wrapper": Text("write the list itself, or one record per line", "直接写这个列表，或每行写一条记录"),
    }

    def check(self, record: Record, ctx: Context) -> Iterator[Hit]:
        """One finding per record that is none."""
        value = record.value
        if isinstance(value, dict):
            key = wrapped(value) if ctx.split.mapping is None else None
            if key is not None:
                values = {"key": quote(key), "count": len(value[key])}
                yield Hit(pointer(key), "wrapper", quote(value), "one record", values)
        else:
            case = "null" if value is None else "list" if isinstance(value, list) else ""
            yield Hit("", case, quote(value), "object")
