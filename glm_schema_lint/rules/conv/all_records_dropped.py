"""CONV007 all-records-dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Split
from ...wording import Text
from .._base import AccountRule


class AllRecordsDropped(AccountRule):
    """The trainer drops every record of a split, one by one, and then has nothing left."""

    name: ClassVar[str] = "all-records-dropped"
    code: ClassVar[str] = "CONV007"
    title: ClassVar[Text] = Text("no record of a split is left", "一个划分的记录全部被丢弃")
    messages: ClassVar = {
        "": Text(
            "all {count} records of {split} are dropped; the other findings say why",
            "{split} 的 {count} 条记录全部被丢弃，原因见其他问题",
        )
    }
    helps: ClassVar = {
        "": Text(
            "mend what the other findings of this split name: usually one cause hits every record",
            "先修正这个划分的其他问题：通常是同一个原因影响了所有记录",
        )
    }

    def check(self, split: Split, records: int, dropped: int) -> Iterator[Hit]:
        """One hit for the split; it stands for no record of its own."""
        if records and dropped == records:
            yield Hit(split=split.name, count=dropped, values={"count": dropped, "split": split.name})
