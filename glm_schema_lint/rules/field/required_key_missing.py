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
from ...targets.plain import QUERY, RESPONSE, columns_for, named
from ...views import pick, reads_of
from ...wording import Text
from .._base import Context, RecordRule
from .._show import cut, quote, sketch

USUAL: Final = {"role", "from"}


class RequiredKeyMissing(RecordRule):
    """The trainer looks for a key that is not there, or is null."""

    name: ClassVar[str] = "required-key-missing"
    code: ClassVar[str] = "FIELD001"
    title: ClassVar[Text] = Text("a key the trainer cannot do without is missing", "缺少训练器必需的键")
    messages: ClassVar = {
        "format": Text(
            "the record has the keys of {looks}; the trainer reads {wanted}",
            "这条记录是 {looks} 的写法，训练器读取的是 {wanted}",
        ),
        "message": Text(
            "the record is one message, not a conversation; the trainer reads {wanted}",
            "这条记录只是一条消息，不是一段对话；训练器读取的是 {wanted}",
        ),
        "stanza": Text(
            "the trainer reads {wanted}; columns of other names must be mapped in dataset_info.json",
            "训练器读取的是 {wanted}；其他列名必须在 dataset_info.json 里声明",
        ),
        "aliases": Text(
            "several columns could hold the answer: {answers}; the trainer takes none of them",
            "有好几列都可能是回答：{answers}；训练器一列也不取",
        ),
        "prompt-aliases": Text(
            "several columns could hold the prompt: {prompts}; the trainer takes none of them",
            "有好几列都可能是提问：{prompts}；训练器一列也不取",
        ),
        "column-type": Text(
            "the prompt or the answer is no text",
            "提问或回答不是文本",
        ),
        "history": Text(
            "history must be a list of [question, answer] pairs",
            "history 必须是 [提问, 回答] 组成的列表",
        ),
        "": Text("the trainer looks for {key} here and finds nothing", "训练器要在这里读取 {key}，但没有找到"),
    }
    helps: ClassVar = {
        "format": Text(
            "convert the records to {wanted}, or choose the trainer they were written for",
            "把记录转换成 {wanted} 的写法，或换用这种格式对应的训练器",
        ),
        "message": Text(
            "put the messages of one conversation into one record: {wanted}",
            "把同一段对话的消息放进一条记录：{wanted}",
        ),
        "stanza": Text(
            "name the columns in dataset_info.json: {columns}",
            "在 dataset_info.json 里写明列名：{columns}",
        ),
        "aliases": Text(
            "name the prompt 'query' and the answer 'response', or map the columns with --columns",
            "把提问列改名为 'query'、回答列改名为 'response'，或用 --columns 指定",
        ),
        "prompt-aliases": Text(
            "name the prompt 'query', or map the columns with --columns",
            "把提问列改名为 'query'，或用 --columns 指定",
        ),
        "column-type": Text(
            "write both as text; rounds of one conversation go into messages: [{{role, content}}]",
            "两者都写成文本；多轮对话请写进 messages: [{{role, content}}]",
        ),
        "history": Text(
            "write every earlier round as [question, answer]",
            "把之前的每一轮写成 [提问, 回答]",
        ),
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
        if reads is None:
            yield from _plain(value, ctx)
        elif (mapping.formatting if mapping is not None else dialect) == "alpaca":
            if reads.response and reads.response not in value and not (mapping and detect(value)):
                yield _missing(value, pointer(reads.response), reads.response, "response")
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


def _plain(value: dict[str, Any], ctx: Context) -> Iterator[Hit]:
    """A record of no dialect the target reads: what keeps it from training on the record, if anything does."""
    looks = detect(value)
    case = ctx.target.takes(value)
    if case is None:
        return
    ways = _ways(ctx)
    wanted = ways[-1 if ctx.target.detect.config else 0]  # without a config LLaMA-Factory takes every record for alpaca
    answers, prompts = (", ".join(quote(key) for key in named(value, names)) for names in (RESPONSE, QUERY))
    values = {"looks": looks or sketch(value, 60), "wanted": wanted, "answers": answers, "prompts": prompts, "columns": columns_for(value)}
    expected = {"aliases": "query, response", "prompt-aliases": "query", "history": "[[question, answer], …]"}.get(case, " | ".join(ways))
    at, found = ("/history", quote(value["history"])) if case == "history" else ("", sketch(value))
    yield Hit(at, case, found, expected, values)


def _missing(holder: dict[str, Any], at: str, key: str, case: str) -> Hit:
    found = "null" if key in holder else f"keys {quote(holder)}"
    return Hit(at, case, cut(found), quote(key), {"key": quote(key)})


def _ways(ctx: Context) -> list[str]:
    """What the target reads, as keys: conversations first."""
    known = {dialect: reads for dialect in ctx.target.detect.dialects if (reads := ctx.target.reads.get(dialect)) is not None}
    ways = [f"{r.messages}: [{{{r.role}, {r.content}}}]" for dialect, r in known.items() if dialect != "alpaca"][:1]
    if "alpaca" in known:
        ways.append(f"{known['alpaca'].prompt}, {known['alpaca'].response}")
    return ways or [", ".join(ctx.target.tokenized.train)]
