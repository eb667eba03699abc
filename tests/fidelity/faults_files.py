"""Faults of bytes, lines and columns: what a loader meets before it sees a record."""

from __future__ import annotations

import json
from typing import Any

from .mutate import DIALECTS, Work, fault

SOME = ("glm", "openai", "tokenized")  # bytes are bytes: a few dialects are enough
MIB = 1024 * 1024


def _join(lines: list[bytes], end: bytes = b"\n") -> bytes:
    return b"".join(line + end for line in lines)


def _line(work: Work, change: Any) -> None:
    lines = work.lines()
    lines[work.index] = change(lines[work.index])
    work.raw = _join(lines)


def _first_key(work: Work) -> str:
    return next(iter(work.records[0]))


@fault(*SOME, whole=True)
def mark_of_utf8(w: Work) -> None:
    w.raw = b"\xef\xbb\xbf" + w.data


@fault(*SOME, whole=True)
def mark_of_utf16(w: Work) -> None:
    w.raw = w.data.decode().encode("utf-16")


@fault(*SOME, whole=True)
def utf16_without_mark(w: Work) -> None:
    w.raw = w.data.decode().encode("utf-16-le")


@fault("glm", "openai", whole=True)
def gbk(w: Work) -> None:
    w.raw = w.data.decode().encode("gbk")


@fault("glm", "openai")
def latin1_byte(w: Work) -> str:
    _line(w, lambda line: line.replace(b"harbour", b"caf\xe9 au lait", 1))
    return "/messages/1/content"


@fault(*SOME)
def line_cut(w: Work) -> None:
    _line(w, lambda line: line[: len(line) // 2])


@fault(*SOME)
def last_line_cut(w: Work) -> None:
    w.index = len(w.records) - 1
    lines = w.lines()
    w.raw = _join(lines[:-1]) + lines[-1][: len(lines[-1]) // 2]


@fault(*SOME)
def trailing_comma(w: Work) -> None:
    _line(w, lambda line: line + b",")


@fault(*SOME)
def comma_inside(w: Work) -> None:
    _line(w, lambda line: line[:-1] + b",}")


@fault(*SOME)
def comment_line(w: Work) -> None:
    _line(w, lambda line: b"// the next one is odd\n" + line)


@fault(*SOME)
def single_quotes(w: Work) -> None:
    w.raw = _join([*w.lines()[: w.index], repr(w.record).encode(), *w.lines()[w.index + 1 :]])


@fault(*SOME)
def two_records_on_a_line(w: Work) -> None:
    lines = w.lines()
    w.raw = _join([*lines[: w.index], lines[w.index] + lines[w.index + 1], *lines[w.index + 2 :]])


@fault(*SOME)
def line_of_text(w: Work) -> None:
    _line(w, lambda line: b"hello")


@fault(*SOME)
def line_null(w: Work) -> None:
    _line(w, lambda line: b"null")


@fault(*SOME)
def line_number(w: Work) -> None:
    _line(w, lambda line: b"3")


@fault(*SOME)
def line_list(w: Work) -> None:
    _line(w, lambda line: b"[" + line + b"]")


@fault(*SOME)
def line_empty_object(w: Work) -> None:
    w.records[w.index] = {}


@fault(*SOME, whole=True)
def blank_line(w: Work) -> None:
    lines = w.lines()
    w.raw = _join([*lines[:3], b"", *lines[3:]])


@fault(*SOME, whole=True)
def carriage_returns(w: Work) -> None:
    w.raw = _join(w.lines(), b"\r\n")


@fault(*SOME, whole=True)
def no_end_of_line(w: Work) -> None:
    w.raw = w.data.rstrip(b"\n")


@fault(*SOME, whole=True)
def array(w: Work) -> None:
    w.raw = json.dumps(w.records, ensure_ascii=False).encode()


@fault(*SOME, whole=True)
def array_pretty(w: Work) -> None:
    w.raw = json.dumps(w.records, ensure_ascii=False, indent=2).encode()


@fault(*SOME, whole=True)
def objects_pretty(w: Work) -> None:
    w.raw = b"\n".join(json.dumps(record, ensure_ascii=False, indent=2).encode() for record in w.records)


@fault(*SOME, whole=True)
def array_unclosed(w: Work) -> None:
    w.raw = json.dumps(w.records, ensure_ascii=False).encode()[:-1]


@fault(*SOME, whole=True)
def wrapped(w: Work) -> None:
    w.raw = json.dumps({"data": w.records}, ensure_ascii=False).encode()


@fault(*SOME, whole=True)
def file_of_no_bytes(w: Work) -> None:
    w.raw = b""


@fault(*SOME, whole=True)
def file_of_spaces(w: Work) -> None:
    w.raw = b"\n\n"


@fault(*SOME, whole=True)
def file_empty_array(w: Work) -> None:
    w.raw = b"[]"


@fault(*SOME)
def key_twice(w: Work) -> str:
    key = _first_key(w)
    _line(w, lambda line: line[:-1] + b', "' + key.encode() + b'": ' + json.dumps(w.record[key]).encode() + b"}")
    return f"/{key}"


@fault("glm", "openai")
def escape_invalid(w: Work) -> str:
    _line(w, lambda line: line.replace(b"harbour", rb"\harbour", 1))
    return "/messages/1/content"


@fault("glm", "openai")
def escape_of_latex(w: Work) -> str:
    _line(w, lambda line: line.replace(b"the old harbour", rb"\frac{1}{2}", 1))
    return "/messages/1/content"


@fault("glm", "openai")
def tab_raw(w: Work) -> str:
    _line(w, lambda line: line.replace(b"the old", b"the\told", 1))
    return "/messages/1/content"


@fault("glm", "openai")
def not_a_number(w: Work) -> str:
    w.elsewhere["score"] = 0.5
    for record in w.records:
        record["score"] = 0.5
    _line(w, lambda line: line.replace(b'"score": 0.5', b'"score": NaN'))
    return "/score"


@fault("glm", "openai")
def number_huge(w: Work) -> str:
    w.elsewhere["score"] = 0.5
    for record in w.records:
        record["score"] = 0.5
    _line(w, lambda line: line.replace(b'"score": 0.5', b'"score": 1e999'))
    return "/score"


def _column(work: Work, values: list[Any]) -> str:
    for record, value in zip(work.records, values, strict=True):
        record["extra"] = value
    work.elsewhere["extra"] = values[0]
    return "/extra"


@fault(*DIALECTS)
def column_number_then_text(w: Work) -> str:
    return _column(w, [i if i != w.index else "x1" for i in range(len(w.records))])


@fault(*DIALECTS)
def column_text_then_list(w: Work) -> str:
    return _column(w, [f"t{i}" if i != w.index else ["x"] for i in range(len(w.records))])


@fault(*DIALECTS)
def column_object_then_text(w: Work) -> str:
    return _column(w, [{"a": i} if i != w.index else "x" for i in range(len(w.records))])


@fault(*DIALECTS)
def column_whole_then_fraction(w: Work) -> str:
    return _column(w, [i if i != w.index else 1.5 for i in range(len(w.records))])


@fault(*DIALECTS)
def column_boolean_then_number(w: Work) -> str:
    return _column(w, [True if i != w.index else 3 for i in range(len(w.records))])


@fault(*DIALECTS, whole=True)
def column_of_dates(w: Work) -> str:
    return _column(w, [f"2024-01-{i + 1:02}" for i in range(len(w.records))])


@fault(*DIALECTS, whole=True)
def column_null(w: Work) -> str:
    return _column(w, [None] * len(w.records))


@fault(*DIALECTS, whole=True)
def column_null_then_text(w: Work) -> str:
    return _column(w, [None if i < w.index else "x" for i in range(len(w.records))])


@fault(*DIALECTS, whole=True)
def column_more(w: Work) -> str:
    pointer = _column(w, [f"t{i}" for i in range(len(w.records))])
    w.elsewhere.clear()
    return pointer


@fault(*DIALECTS, whole=True)
def column_object_more(w: Work) -> str:
    return _column(w, [{"a": i} if i < w.index else {"a": i, "b": "x"} for i in range(len(w.records))])


def _late(work: Work) -> dict[str, Any]:
    """Put more than one reading block of 10 MiB before the record; the record."""
    fill = work.records[0]
    block = "x" * MIB
    long = [json.loads(json.dumps(fill)) for _ in range(11)]
    for record in long:
        (record["messages"][1] if "messages" in record else record)["content" if "messages" in record else "text"] = (
            block
        )
    if "messages" not in fill:
        for record in work.records:
            record["text"] = "short"
    work.records[:0] = long
    work.index += 11
    return work.record


@fault("glm", "openai", heavy=True)
def late_message_key(w: Work) -> str:
    _late(w)["messages"][0]["image"] = "images/0.png"
    return "/messages/0/image"


@fault("glm", "openai", heavy=True)
def late_column(w: Work) -> str:
    _late(w)["source"] = "web"
    return "/source"


@fault("glm", "openai", heavy=True)
def late_content_list(w: Work) -> str:
    _late(w)["messages"][0]["content"] = [{"type": "text", "text": "What?"}]
    return "/messages/0/content"


@fault("glm", "openai", heavy=True)
def late_content_number(w: Work) -> str:
    _late(w)["messages"][0]["content"] = 7
    return "/messages/0/content"


@fault("glm", "openai", heavy=True)
def late_content_null(w: Work) -> str:
    _late(w)["messages"][0]["content"] = None
    return "/messages/0/content"


@fault("glm", "openai", heavy=True)
def late_line_cut(w: Work) -> None:
    _late(w)
    _line(w, lambda line: line[: len(line) // 2])
