"""FIELD001 required-key-missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from ...config.blame import stanza_explains
from ...finding import Hit
from ...location import pointer
from ...models import detect, stranger, wrapped
from ...record import Record
from ...targets import Reads
from ...views import pick, reads_of
from ...wording import Text
from .._base import Context, RecordRule
from .._show import cut, quote
from . import _plain

USUAL: Final = {"role", "from"}


class RequiredKeyMissing(RecordRule):
    """The trainer looks for a key that is not there, or is null."""

    name: ClassVar[str] = "required-key-missing"
    code: ClassVar[str] = "FIELD001"
    title: ClassVar[Text] = Text("a key the trainer cannot do without is missing", "缺少训练程序必需的键")
    messages: ClassVar = {
        "format": Text(
            "the record has the keys of {looks}; the trainer reads {wanted}",
            "这条记录是 {looks} 的写法，训练程序读取的是 {wanted}",
        ),
        **_plain.MESSAGES,
        "": Text("the trainer looks for {key} here and finds nothing", "训练程序要在这里读取 {key}，但没有找到"),
    }
    helps: ClassVar = {
        "format": Text(
            "convert the records to {wanted}, or choose the trainer they were written for",
            "把记录转换成 {wanted} 的写法，或换用这种格式对应的训练程序",
        ),
        **_plain.HELPS,
        "": Text("add {key} or remove the record", "补上 {key}，或删除这条记录"),
    }

    def check(self, record: Record, ctx: Context) -> Iterator[Hit]:
        """The whole record in another format, or one key of it missing; what is no record has rules of its own."""
        value, dialect = record.value, ctx.split.dialect
        if not isinstance(value, dict) or stranger(value, ctx.split) or wrapped(value):
            return
        if dialect == "tokenized" and (ctx.target.tokenized.train or any(f.format == "arrow" for f in ctx.split.files)):
            return  # the business of TOK rules; what save_to_disk wrote may be the trainer's own cache
        mapping = ctx.split.mapping if ctx.target.detect.config == "dataset_info" else None
        if stanza_explains(ctx.split, ctx.target):
            return
        reads = reads_of(ctx.target, ctx.split)
        if reads is None or (mapping is None and ctx.target.unpaired(value.keys())):
            yield from _plain.hits(value, ctx)
        elif (mapping.formatting if mapping is not None else dialect) == "alpaca":
            if reads.response and reads.response not in value and not (mapping and detect(value)):
                yield _missing(value, pointer(reads.response), reads.response, "response")
            elif mapping is None:
                absent = bool(reads.query) and reads.query not in ctx.split.columns
                yield from (hit for hit in _plain.hits(value, ctx) if absent or hit.case != "stanza")
        elif mapping is None and _plain.beside_text(value, reads.messages, ctx):
            yield from _plain.text_among(value, reads.messages, ctx)
        else:
            yield from self._turns(value, reads, mapping is not None)

    @staticmethod
    def _turns(value: dict[str, Any], reads: Reads, mapped: bool) -> Iterator[Hit]:
        """A key that is there under another usual name is the config's mistake, not the record's."""
        above = pick(value, reads.messages, reads.messages_or)
        messages = value.get(above)
        if messages is None and (above in value or not (mapped and detect(value))):
            yield _missing(value, pointer(above), above, "messages")
        for index, message in enumerate(messages if isinstance(messages, list) else ()):
            if isinstance(message, dict):
                key = pick(message, reads.role, reads.role_or)
                if message.get(key) is None and (key in message or not (mapped and USUAL & message.keys())):
                    yield _missing(message, pointer(above, index, key), key, "role")


def _missing(holder: dict[str, Any], at: str, key: str, case: str) -> Hit:
    found = "null" if key in holder else f"keys {quote(holder)}"
    return Hit(at, case, cut(found), quote(key), {"key": quote(key)})
