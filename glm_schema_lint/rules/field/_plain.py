"""Records of no dialect of ours: what keeps a target from training on them. Cases of required-key-missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ...finding import Hit
from ...location import pointer
from ...models import detect
from ...targets.plain import QUERY, RESPONSE, columns_for, named
from ...wording import Text
from .._base import Context
from .._show import quote, sketch

MESSAGES: Final = {
    "message": Text(
        "the record is one message, not a conversation; the trainer reads {wanted}",
        "这条记录只是一条消息，不是一段对话；训练程序读取的是 {wanted}",
    ),
    "no-ids": Text(
        "the record has the keys of {looks} and no 'input_ids', without which no batch can be made",
        "这条记录是 {looks} 的写法，没有 'input_ids'，无法组成 batch",
    ),
    "stanza": Text(
        "the trainer reads {wanted}; columns of other names must be mapped in dataset_info.json",
        "训练程序读取的是 {wanted}；其他列名必须在 dataset_info.json 里声明",
    ),
    "aliases": Text(
        "several columns could hold the answer: {answers}; the trainer takes none of them",
        "有好几列都可能是回答：{answers}；训练程序一列也不取",
    ),
    "prompt-aliases": Text(
        "several columns could hold the prompt: {prompts}; the trainer takes none of them",
        "有好几列都可能是提问：{prompts}；训练程序一列也不取",
    ),
    "no-answer": Text(
        "the record has the keys of {looks}; no column holds an answer",
        "这条记录是 {looks} 的写法，没有一列是回答",
    ),
    "answer-null": Text("the answer is missing: '{answered}' is null", "缺少回答：'{answered}' 是 null"),
    "turns": Text(
        "the record has the keys of {looks}; a turn needs role and content, or human and assistant",
        "这条记录是 {looks} 的写法；每一轮要有 role 和 content，或 human 和 assistant",
    ),
    "turn-keys": Text(
        "the record has the keys of {looks}; a turn needs role and content",
        "这条记录是 {looks} 的写法；每一轮要有 role 和 content",
    ),
    "text-first": Text(
        "the first record is a text, so the trainer takes every record for one, and finds none in the conversations",
        "第一条记录是文本，训练程序便把所有记录都当作文本，而对话里没有 text",
    ),
    "text-among": Text(
        "a text among conversations: the trainer puts an end token only where the first record is a text",
        "对话中间混着一条文本：只有第一条记录是文本时，训练程序才会加上结束 token",
    ),
    "paired": Text(
        "the record has 'prompt', so the trainer takes it for prompt and completion, and finds no 'completion'",
        "记录里有 'prompt'，训练程序便按 prompt 加 completion 读取，却找不到 'completion'",
    ),
    "pair-null": Text(
        "'{null}' is null; the trainer needs a text or a list of messages",
        "'{null}' 是 null；训练程序需要一段文本或一个消息列表",
    ),
    "pair-mixed": Text(
        "one of 'prompt' and 'completion' is a text, the other a list; the trainer joins the two and cannot",
        "'prompt' 和 'completion' 一个是文本、一个是列表；训练程序要把两者相加，无法相加",
    ),
    "pair-type": Text(
        "'prompt' and 'completion' are neither two texts nor two lists of messages with a role",
        "'prompt' 和 'completion' 既不都是文本，也不都是带有 role 的消息列表",
    ),
    "pair-empty": Text(
        "'completion' is an empty list: there is no answer to train",
        "'completion' 是空列表：没有可训练的回答",
    ),
    "pair-blank": Text(
        "'completion' is blank: there is no answer to train",
        "'completion' 是空白：没有可训练的回答",
    ),
    "column-type": Text(
        "the prompt or the answer is no text",
        "提问或回答不是文本",
    ),
    "python-text": Text(
        "a part of the prompt is a list or an object; it is written into the prompt the way Python prints it",
        "提问的一部分是列表或对象，会按 Python 打印的样子写进提示",
    ),
    "history": Text(
        "history must be a list of [question, answer] pairs",
        "history 必须是 [提问, 回答] 组成的列表",
    ),
}
HELPS: Final = {
    "message": Text(
        "put the messages of one conversation into one record: {wanted}",
        "把同一段对话的消息放进一条记录：{wanted}",
    ),
    "no-ids": Text(
        "tokenize the records, or name the column that already holds token ids 'input_ids'",
        "先给记录分词；如果已有一列 token id，就把它命名为 'input_ids'",
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
    "text-first": Text("keep texts and conversations in datasets of their own", "让文本和对话各成一个数据集"),
    "text-among": Text("keep texts and conversations in datasets of their own", "让文本和对话各成一个数据集"),
    "turns": Text("write each turn as role and content", "每一轮都写成 role 和 content"),
    "turn-keys": Text("write each turn as role and content", "每一轮都写成 role 和 content"),
    "no-answer": Text("name the column that holds the answer 'response'", "把回答所在的列命名为 'response'"),
    "answer-null": Text("write the answer, or remove the record", "写上回答，或删除这条记录"),
    "paired": Text("take 'prompt' out, or add 'completion'", "删掉 'prompt'，或补上 'completion'"),
    "pair-null": Text("write '{null}', or remove the record", "补上 '{null}' 的内容，或删除这条记录"),
    "pair-mixed": Text(
        "write both as text, or both as lists: [{{role, content}}]",
        "两者都写成文本，或都写成列表：[{{role, content}}]",
    ),
    "pair-type": Text(
        "write both as text, or both as lists: [{{role, content}}]",
        "两者都写成文本，或都写成列表：[{{role, content}}]",
    ),
    "pair-empty": Text(
        "add the answer: [{{role: assistant, content}}], or remove the record",
        "补上回答：[{{role: assistant, content}}]，或删除这条记录",
    ),
    "pair-blank": Text("write the answer, or remove the record", "写上回答，或删除这条记录"),
    "column-type": Text(
        "write both as text; rounds of one conversation go into messages: [{{role, content}}]",
        "两者都写成文本；多轮对话请写进 messages: [{{role, content}}]",
    ),
    "python-text": Text(
        "write it as the text the model is to read, for instance as JSON",
        "把它写成希望模型读到的文本，例如 JSON",
    ),
    "history": Text(
        "write every earlier round as [question, answer]",
        "把之前的每一轮写成 [提问, 回答]",
    ),
}
_EXPECTED: Final = {
    "aliases": "query, response",
    "prompt-aliases": "query",
    "paired": "prompt, completion",
    "answer-null": "text",
    "pair-null": "text | [{role, content}]",
    "pair-mixed": "two texts | two lists",
    "pair-type": "two texts | two lists",
    "pair-empty": "[{role, content}]",
    "pair-blank": "text",
    "history": "[[question, answer], …]",
}


def hits(value: dict[str, Any], ctx: Context) -> Iterator[Hit]:
    """At most one hit: what is in the way of the target, if anything is."""
    case = ctx.target.takes(value)
    if case is None:
        return
    ways = _ways(ctx)
    values = {
        "looks": detect(value) or sketch(value, 60),
        "wanted": "instruction, input, output" if case == "stanza" else ways[0],
        "answers": ", ".join(quote(key) for key in named(value, RESPONSE)),
        "answered": next(iter(named(value, RESPONSE)), ""),
        "prompts": ", ".join(quote(key) for key in named(value, QUERY)),
        "columns": columns_for(value),
        "null": (null := next((key for key in ("completion", "prompt") if key in value and value[key] is None), "")),
    }
    at, found = "", sketch(value)
    if case == "history":
        at, found = "/history", quote(value["history"])
    elif case == "pair-null":
        at, found = pointer(null), "null"
    elif case == "pair-empty":
        at, found = "/completion", "[]"
    elif case == "answer-null":
        at, found = pointer(values["answered"]), "null"
    elif case == "pair-blank":
        at, found = "/completion", quote(value["completion"])
    yield Hit(at, case, found, _EXPECTED.get(case, " | ".join(ways)), values)


def beside_text(value: dict[str, Any], messages: str, ctx: Context) -> bool:
    """True for a text among conversations, and for a conversation behind a text, where the target trains from either."""
    if ctx.target.plain_by != "pair" or "prompt" in value or not {"image", "images"}.isdisjoint(ctx.split.columns):
        return False
    text = isinstance(value.get("text"), str)
    return text if value.get(messages) is None else not text and _text_first(messages, ctx)


def _text_first(messages: str, ctx: Context) -> bool:
    return "text" in ctx.split.opens and messages not in ctx.split.opens


def text_among(value: dict[str, Any], messages: str, ctx: Context) -> Iterator[Hit]:
    """What such a record comes to: the first one decides how all are read."""
    first = _text_first(messages, ctx)
    if first != isinstance(value.get("text"), str):
        yield Hit("", "text-first" if first else "text-among", sketch(value), " | ".join(_ways(ctx)[:1]), {})


def _ways(ctx: Context) -> list[str]:
    """What the target reads, as keys: conversations first."""
    reads = ctx.target.reads
    known = {dialect: reads[dialect] for dialect in ctx.target.detect.dialects if dialect in reads}
    ways = [f"{r.messages}: [{{{r.role}, {r.content}}}]" for dialect, r in known.items() if dialect != "alpaca"][:1]
    if "alpaca" in known:
        ways.append(f"{known['alpaca'].prompt}, {known['alpaca'].response}")
    return ways or [", ".join(ctx.target.tokenized.train)]
