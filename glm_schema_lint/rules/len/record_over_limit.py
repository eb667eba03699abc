"""LEN002 record-over-limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import LENGTH, Context, ConversationRule, Need
from ._measure import most, over


class RecordOverLimit(ConversationRule):
    """A record that is surely longer than a row may be."""

    name: ClassVar[str] = "record-over-limit"
    code: ClassVar[str] = "LEN002"
    title: ClassVar[Text] = Text(
        "a record is longer than the length limit",
        "记录超过长度上限",
    )
    messages: ClassVar = {
        "": Text(
            "at least {tokens} tokens, and a row holds {limit}: the end of an answer is cut off",
            "至少有 {tokens} 个 token，而一行的上限是 {limit}：回答的结尾会被截掉",
        ),
        "shared": Text(
            "at least {tokens} tokens, and a row holds {limit}: question and answer are cut in proportion, later turns left out",
            "至少有 {tokens} 个 token，而一行的上限是 {limit}：提问和回答按比例截断，后面的轮次舍弃",
        ),
        "start": Text(
            "at least {tokens} tokens, and a row holds {limit}: the beginning is cut off",
            "至少有 {tokens} 个 token，而一行的上限是 {limit}：开头会被截掉",
        ),
        "pieces": Text(
            "at least {tokens} tokens, and a row holds {limit}: it is cut into several rows, none of which sees the others",
            "至少有 {tokens} 个 token，而一行的上限是 {limit}：会切成几行，彼此看不到内容",
        ),
        "refused": Text(
            "at least {tokens} tokens, and a row holds {limit}: the record is not trained",
            "至少有 {tokens} 个 token，而一行的上限是 {limit}：这条记录不会参与训练",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "raise the limit, or shorten or split the record",
            "调高上限，或者缩短、拆分这条记录",
        ),
    }
    outline: ClassVar[bool] = False
    needs: ClassVar[frozenset[Need]] = LENGTH

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The record, at the first turn that surely does not fit as a whole."""
        found = over(talk, ctx)
        if found is not None and found.defect == self.name:
            values = {"tokens": f"{found.tokens:,}", "limit": most(found.limit, ctx)}
            yield Hit(found.pointer, "" if found.way == "end" else found.way, values=values)
