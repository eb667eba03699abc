"""Bad input of every kind: what a kind writes into a folder, and which rule must name it there (none: it is fine)."""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import zstandard

CHINESE = "请问图像里有什么"


class Kind(NamedTuple):
    """``want`` holds the rules of which one at least must fire; none: nothing is wrong with it. ``but`` are targets that rightly say nothing."""

    name: str
    write: Callable[[Path], Any]
    want: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    records: int | None = None
    """Records to be read from the bad split, where that is worth saying."""


def row(number: int = 0, text: str = "hi", **more: Any) -> dict[str, Any]:
    """A record that trains well."""
    return {
        "messages": [
            {"role": "user", "content": f"{text} {number}"},
            {"role": "assistant", "content": f"hello {number}"},
        ],
        **more,
    }


def dump(value: Any) -> str:
    """JSON on one line, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False)


def lines(*parts: Any, end: str = "\n") -> bytes:
    """Lines of a file: strings and bytes as they are, anything else as JSON."""
    return b"".join(
        (part if isinstance(part, bytes) else (part if isinstance(part, str) else dump(part)).encode()) + end.encode()
        for part in parts
    )


def put(data: bytes, name: str = "train.jsonl") -> Callable[[Path], Any]:
    """Writes one file."""
    return lambda folder: (folder / name).write_bytes(data)


def among(*parts: Any) -> Callable[[Path], Any]:
    """Writes train.jsonl with ``parts`` between good records."""
    return put(lines(row(1), *parts, row(2)))


ASK, SAY = {"role": "user", "content": "hi 7"}, {"role": "assistant", "content": "hello 7"}


def text() -> Iterator[Kind]:
    """Encodings, layouts and broken JSON (peers.md 2.4)."""
    chinese = lines(*(row(n, CHINESE) for n in range(3))).decode()
    yield Kind("empty", put(b""), ("file-empty",))
    yield Kind("blank lines only", put(b"\n\n \t\n\r\n"), ("file-empty",))
    yield Kind("one space", put(b" "), ("file-empty",))
    yield Kind("an empty array", put(b"[]", "train.json"), ("file-empty",))
    yield Kind("only a byte order mark", put(b"\xef\xbb\xbf"), ("file-empty", "byte-order-mark"))
    yield Kind("GBK", put(chinese.encode("gbk")), ("not-utf8",), records=3)
    yield Kind(
        "GBK that is valid UTF-8",
        put(lines(row(0), row(1), dump(row(2, "XX")).encode().replace(b"XX", "图像图像 有".encode("gbk")))),
        ("not-utf8",),
        records=3,
    )
    yield Kind("GB18030", put(chinese.replace("有", "㐂𠀀").encode("gb18030")), ("not-utf8",), records=3)
    yield Kind(
        "GBK in an array",
        put(dump([row(n, CHINESE) for n in range(3)]).encode("gbk"), "train.json"),
        ("not-utf8",),
        records=3,
    )
    yield Kind(
        "Big5",
        put(
            chinese.replace("请", "請")
            .replace("图", "圖")
            .replace("里", "裡")
            .replace("么", "麼")
            .replace("问", "問")
            .encode("big5")
        ),
        ("not-utf8",),
    )
    yield Kind("Shift JIS", put(lines(row(0, "日本語のテキスト")).decode().encode("shift_jis")), ("not-utf8",))
    for encoding in ("utf-16", "utf-32"):
        yield Kind(f"{encoding} with a mark", put(chinese.encode(encoding)), ("byte-order-mark",), records=3)
        yield Kind(f"{encoding} without", put(chinese.encode(encoding + "-le")), ("not-utf8",), records=3)
        yield Kind(f"{encoding} big-endian without", put(chinese.encode(encoding + "-be")), ("not-utf8",), records=3)
    yield Kind("UTF-16 of odd length", put(chinese.encode("utf-16")[:-1]), ("byte-order-mark",))
    yield Kind(
        "latin-1", put(lines(row(0, "café")).decode().encode("latin-1") + lines(row(1))), ("not-utf8",), records=2
    )
    yield Kind(
        "a cut UTF-8 letter",
        put(lines(row(0), dump(row(1, "好")).encode().replace("好".encode(), "好".encode()[:2]))),
        ("not-utf8",),
    )
    yield Kind("UTF-8 mark", put(b"\xef\xbb\xbf" + chinese.encode()), records=3)
    yield Kind(
        "UTF-8 mark in an array",
        put(b"\xef\xbb\xbf" + dump([row(1), row(2)]).encode(), "train.json"),
        ("byte-order-mark",),
        records=2,
    )
    yield Kind(
        "UTF-8 mark in the middle", among(b"\xef\xbb\xbf" + dump(row(3)).encode()), ("byte-order-mark",), records=3
    )
    yield Kind("CRLF", put(chinese.replace("\n", "\r\n").encode()), records=3)
    yield Kind("CR only", put(chinese.replace("\n", "\r").encode()), records=3)
    yield Kind("blank lines between", put(chinese.replace("\n", "\n\n \n").encode()), records=3)
    yield Kind("no newline at the end", put(chinese.rstrip("\n").encode()), records=3)
    yield Kind("NEL and line separators inside", among(row(3, "a\u2028b\u0085c\x0bd")), records=3)
    for number in ("NaN", "Infinity", "-Infinity"):
        yield Kind(
            number, among(dump(row(3)).replace("}]}", '}], "score": %s}' % number)), ("nonstandard-json",), records=3
        )
    yield Kind(
        "NaN in an array",
        put(lines("[", dump(row(1, score="@")).replace('"@"', "NaN"), "]"), "train.json"),
        ("nonstandard-json",),
        records=1,
    )
    yield Kind("1e999", among(dump(row(3, score="@")).replace('"@"', "1e999")), ("nonstandard-json",), records=3)
    yield Kind("-1e999", among(dump(row(3, score="@")).replace('"@"', "-1e999")), ("nonstandard-json",), records=3)
    yield Kind("lone surrogate", among(dump(row(3)).replace("hi 3", "hi \\ud83d")), ("nonstandard-json",), records=3)
    yield Kind(
        "lone surrogate in a key",
        among(dump(row(3, a=1)).replace('"a"', '"\\ud83d"')),
        ("nonstandard-json",),
        records=3,
    )
    yield Kind("NUL bytes", among(dump(row(3)).encode().replace(b"hi", b"h\0i")), ("nonstandard-json",))
    yield Kind("NUL bytes at the end", put(lines(row(1)) + bytes(5000)), ("nonstandard-json",), records=1)
    yield Kind("all NUL", put(bytes(5000)), ("file-unreadable",))
    yield Kind("escaped NUL", among(dump(row(3)).replace("hi", "h\\u0000i")), records=3)
    yield Kind("duplicate key", among('{"messages": [], ' + dump(row(3))[1:]), ("nonstandard-json",), records=3)
    yield Kind(
        "duplicate key deep inside",
        among(dump(row(3, a=[{"b": {"c": 1}}])).replace('"c": 1', '"c": 1, "c": 2')),
        ("nonstandard-json",),
        records=3,
    )
    yield Kind(
        "duplicate role",
        among(dump(row(3)).replace('"role": "user"', '"role": "user", "role": "assistant"')),
        ("nonstandard-json",),
    )
    yield Kind(
        "5,000 lists deep", among(dump(row(3, a="@")).replace('"@"', "[" * 5000 + "]" * 5000)), ("record-too-deep",)
    )
    yield Kind(
        "5,000 objects deep",
        among(dump(row(3, a="@")).replace('"@"', '{"a":' * 5000 + "1" + "}" * 5000)),
        ("record-too-deep",),
    )
    yield Kind(
        "5,000 deep in an array",
        put(("[" + dump(row(3)) + "," + "[" * 5000 + "]" * 5000 + "]").encode(), "train.json"),
        ("record-too-deep",),
    )
    yield Kind("100,000 brackets never closed", among("[" * 100_000), ("line-not-json", "record-too-deep"))
    yield Kind("100,000 brackets as a file", put(b"[" * 100_000, "train.json"), ("line-not-json", "record-too-deep"))
    yield Kind("100 deep", among(dump(row(3, a="@")).replace('"@"', "[" * 100 + "]" * 100)), ("record-too-deep",))
    yield Kind("cut last line", put(lines(row(1), row(2)) + dump(row(3)).encode()[:40]), ("line-not-json",), records=2)
    yield Kind("cut array", put(dump([row(1), row(2)]).encode()[:-20], "train.json"), ("line-not-json",))
    yield Kind(
        "cut in a letter",
        put(lines(row(1)) + dump(row(2, "好")).encode()[:40] + b"\xe5\xa5"),
        ("line-not-json", "not-utf8"),
    )
    yield Kind("trailing comma inside", among(dump(row(3)).replace("}]}", "},]}")), ("line-not-json",), records=3)
    yield Kind(
        "commas between lines", put(lines(*(dump(row(n)) + "," for n in range(3)))), ("line-not-json",), records=3
    )
    yield Kind("// comment", among("// good records below"), ("line-not-json",))
    yield Kind("# comment", among("# good records below"), ("line-not-json",))
    yield Kind("/* comment */", among("/* good */ " + dump(row(3))), ("line-not-json",))
    yield Kind("comment in the first line", put(lines("// data", row(1))), ("line-not-json",))
    yield Kind("several objects on one line", put(lines(dump(row(1)) + dump(row(2)) + " " + dump(row(3)))), records=3)
    yield Kind(
        "pretty-printed",
        put(lines(*(json.dumps(row(n), indent=2) for n in range(3)))),
        ("json-layout-mismatch",),
        records=3,
    )
    yield Kind(
        "one pretty-printed object among lines",
        put(lines(row(1), json.dumps(row(2), indent=2), row(3))),
        ("json-layout-mismatch",),
        records=3,
    )
    yield Kind("JSON array in .jsonl", put(dump([row(1), row(2)]).encode()), records=2)
    yield Kind("pretty-printed array in .jsonl", put(json.dumps([row(1), row(2)], indent=2).encode()), records=2)
    yield Kind("lines in .json", put(lines(row(1), row(2)), "train.json"), records=2)
    yield Kind(
        "two arrays", put(lines([row(1)], [row(2)]), "train.json"), ("json-layout-mismatch", "record-not-object")
    )
    yield Kind(
        "a blank before the array",
        put(b"\n " + dump([row(1), row(2)]).encode(), "train.json"),
        ("json-layout-mismatch",),
        ("llama-factory",),
        records=2,
    )
    yield Kind(
        "a missing comma in an array",
        put(b"[" + lines(row(1), row(2)) + b"]", "train.json"),
        ("line-not-json",),
        records=2,
    )
    yield Kind("scalar lines", put(lines(1, "2", '"three"', None, True, 1.5)), ("record-not-object",))
    yield Kind("one scalar line", among("42"), ("record-not-object",))
    yield Kind("null line", among("null"), ("record-not-object",))
    yield Kind("list lines", put(lines([ASK, SAY], [ASK, SAY])), ("record-not-object", "json-layout-mismatch"))
    yield Kind("a list among objects", among([ASK, SAY]), ("record-not-object",))
    yield Kind("scalars in an array", put(b"[1, 2, null]", "train.json"), ("record-not-object",))
    yield Kind(
        "wrapper object",
        put(dump({"data": [row(1), row(2)]}).encode(), "train.json"),
        ("record-not-object", "required-key-missing"),
    )
    yield Kind(
        "wrapper with a version",
        put(json.dumps({"version": "1", "data": [row(1), row(2)]}, indent=1).encode(), "train.json"),
        ("record-not-object", "required-key-missing"),
    )
    yield Kind(
        "object of records",
        put(dump({"a": row(1), "b": row(2)}).encode(), "train.json"),
        ("record-not-object", "required-key-missing"),
    )
    yield Kind("empty objects", put(b"{}\n{}\n"), ("required-key-missing",))
    yield Kind("Python literals", among(str(row(3, ok=None))), ("line-not-json",), records=3)
    yield Kind("a bare tab in a string", among(dump(row(3)).replace("hi", "h\ti")), ("line-not-json",), records=3)
    yield Kind("a single backslash", among(dump(row(3)).replace("hi", "C:\\data\\hi")), ("invalid-escape",), records=3)
    yield Kind("no JSON at all", put(b"hello world\nthis is no data\n"), ("line-not-json",))
    yield Kind("csv under the name", put(b"prompt,answer\nhi,hello\n"), ("line-not-json",))
    yield Kind(
        "random bytes",
        put(bytes((n * 7919 + n * n // 3) % 251 + 3 for n in range(4000))),
        ("line-not-json", "not-utf8", "file-unreadable"),
    )
    yield Kind("form feed", among("\x0c" + dump(row(3))), ("line-not-json",))
    yield Kind(
        "record separators (RFC 7464)", put(b"".join(b"\x1e" + lines(row(n)) for n in range(3))), ("line-not-json",)
    )
    yield Kind("a huge integer", among(dump(row(3, n=10**30))), records=3)
    yield Kind(
        "an integer of 5,000 digits",
        among(dump(row(3, n="@")).replace('"@"', "9" * 5000)),
        ("nonstandard-json", "line-not-json"),
    )
    yield Kind("a number of many digits", among(dump(row(3, n="@")).replace('"@"', "0." + "3" * 5000)), records=3)
    yield Kind("a leading zero", among(dump(row(3, n="@")).replace('"@"', "007")), ("line-not-json",))
    yield Kind("single quotes", among("{'messages': []}"), ("line-not-json",))


def content() -> Iterator[Kind]:
    """Records that parse and are not what a trainer wants."""
    no_hf = ("hf-trainer",)

    def message(**more: Any) -> dict[str, Any]:
        return {"messages": [{**ASK, **more}, SAY]}

    def case(name: str, value: Any, *want: str, but: tuple[str, ...] = no_hf) -> Kind:
        return Kind(name, among(value), want, but)

    yield case("a very long key", row(3, **{"k" * 100_000: 1}))
    yield Kind(
        "300 different keys per record",
        put(lines(*(row(n, **{f"k{n}_{i}": i for i in range(300)}) for n in range(20)))),
    )
    yield Kind("ids as keys", put(lines(*(row(n, by={f"id{n}_{i}": {"v": i} for i in range(300)}) for n in range(20)))))
    yield Kind("100,000 messages", among({"messages": [ASK, SAY] * 50_000}), records=3)
    yield Kind(
        "100,000 broken messages",
        among({"messages": [{"role": 1, "content": None}] * 100_000}),
        ("field-type-wrong",),
        no_hf,
        records=3,
    )
    yield Kind("empty key", among({"": 1, **row(3)}), records=3)
    for name, value in {
        "a dict": {}, "a string": "hi", "a number": 3, "null": None, "true": True, "an empty list": [], "a nested list": [[ASK, SAY]],
        "a list of strings": ["hi", "hello"], "a list of nulls": [None, None], "a list of numbers": [1, 2],
    }.items():  # fmt: skip
        yield case(
            f"messages is {name}",
            {"messages": value},
            "field-type-wrong",
            "field-type-drifts",
            "assistant-missing",
            "required-key-missing",
        )
    yield case("a message is a string", {"messages": [ASK, "hello"]}, "field-type-wrong")
    yield case("a message is null", {"messages": [ASK, None, SAY]}, "field-type-wrong")
    yield case("a message is a list", {"messages": [ASK, [SAY]]}, "field-type-wrong")
    yield case("a message is empty", {"messages": [ASK, {}]}, "required-key-missing", "field-type-wrong")
    for name, value in {
        "a number": 3,
        "a float": 1.5,
        "true": True,
        "a dict": {"text": "hi"},
        "a list of lists": [[1]],
        "a list of null": [None],
    }.items():
        yield case(f"user content is {name}", message(content=value), "field-type-wrong", "content-type-mixed")
        yield case(
            f"answer is {name}",
            {"messages": [ASK, {**SAY, "content": value}]},
            "field-type-wrong",
            "answer-not-string",
            "content-type-mixed",
        )
    yield case("content is null", {"messages": [ASK, {**SAY, "content": None}]}, "content-null", but=("hf-trainer",))
    yield case("content is an empty list", message(content=[]), "field-type-wrong", "content-type-mixed", "text-blank")
    yield case(
        "content parts with wrong types",
        message(content=[{"type": 3, "text": None}, {"type": "text", "text": {"a": 1}}]),
        "field-type-wrong",
        "content-type-mixed",
    )
    yield case(
        "content parts of unknown type",
        message(content=[{"type": "hologram", "hologram": "x"}]),
        "field-type-wrong",
        "content-type-mixed",
    )
    for name, value in {"a list": ["user"], "a number": 1, "null": None, "a dict": {"user": 1}, "true": True}.items():
        yield case(f"role is {name}", message(role=value), "field-type-wrong", "role-unknown", "required-key-missing")
    yield case("an unknown role", message(role="usr"), "role-unknown", "required-key-missing")
    yield case("a role of 10,000 letters", message(role="r" * 10_000), "role-unknown")
    for name, value in {
        "a dict": {"path": 1},
        "a number": 3,
        "a string": "",
        "a nested list": [["a.png"]],
        "a list of null": [None],
        "true": True,
    }.items():
        yield Kind(
            f"images is {name}",
            among(row(3, images=value)),
            ("image-value-wrong", "images-not-list"),
            ("hf-trainer", "glm-4", "glm-4v"),
        )
    for name, value in {"a number": 3, "a list": ["a.png"], "a dict": {"a": 1}, "true": True, "an empty string": "", "a NUL path": "a\0b.png", "a long path": "a" * 5000,
                        "a long name deep in folders": "a/" * 3000 + "b.png", "a data URI that is none": "data:image/png;base64,@@@", "a control character": "a\nb\x1b[31m.png",
                        "a file URL": "file:///etc/passwd", "a device": "/dev/zero", "the folder itself": ".", "a Windows path": "C:\\data\\cat.png", "a UNC path": "\\\\srv\\x\\cat.png",
                        "a home path": "~/cat.png", "a lone surrogate": "\udc80.png", "rich markup": "[red]cat[/red].png", "percent signs": "%s%d%(a)s.png"}.items():  # fmt: skip
        wrong = (
            ()
            if value == ""
            else (
                "image-value-wrong",
                "image-missing",
                "image-url",
                "image-unreadable",
                "image-path-of-another-machine",
                "message-key-dropped",
            )
        )
        yield Kind(f"image is {name}", put(lines(row(1), json.dumps(message(image=value)), row(2))), wrong, no_hf)
    for name, value in {"strings": ["a", "b"], "nested": [[1, 2], [3]], "null": None, "floats": [1.5, 2.5], "a string": "1 2 3", "a dict": {"a": 1}, "empty": [], "holes": [1, None, 3],
                        "negative": [-1, -2], "huge": [10**18, 2**70], "booleans": [True, False]}.items():  # fmt: skip
        good = {"input_ids": [1, 2, 3], "attention_mask": [1, 1, 1], "labels": [1, 2, 3]}
        wrong = (
            "token-column-type-wrong",
            "row-empty",
            "token-lengths-differ",
            "token-id-out-of-range",
            "required-key-missing",
            "field-type-drifts",
        )
        yield Kind(
            f"input_ids: {name}", put(lines(good, {**good, "input_ids": value}, {**good, "labels": value})), wrong
        )
        everywhere = {
            "input_ids": value,
            "labels": value,
            "attention_mask": value,
            "position_ids": value,
            "images": value,
        }
        yield Kind(f"input_ids everywhere: {name}", put(lines(everywhere)), wrong, ("trl",) if value == [] else ())
    for name, value in {"a number": 3, "a string": "no JSON", "a list of numbers": [1, 2], "a dict": {"name": 3}, "wrong inside": [{"type": 3, "function": []}], "a JSON string": "[1, {}]",
                        "a bad schema": [{"type": "function", "function": {"name": "f", "parameters": {"type": 7, "properties": []}}}]}.items():  # fmt: skip
        yield Kind(
            f"tools is {name}",
            among(row(3, tools=value), message(tools=value)),
            ("field-type-wrong", "message-key-dropped"),
            ("trl", "hf-trainer", "glm-4", "glm-4v"),
        )
    wrong_calls = [{**SAY, "tool_calls": calls} for calls in (3, [{"function": "f"}], [None])]
    yield Kind(
        "tool calls of wrong types", among({"messages": [ASK, *wrong_calls]}), ("field-type-drifts", "field-type-wrong")
    )
    for name in ("conversations", "turns"):
        yield Kind(
            f"{name} of wrong types",
            put(
                lines(
                    *(
                        {name: value}
                        for value in (
                            3,
                            "x",
                            None,
                            {},
                            [],
                            [None],
                            [3],
                            ["x"],
                            [{"from": 3, "value": []}],
                            [{"from": "human"}],
                        )
                    )
                )
            ),
            ("field-type-drifts",),
        )
    yield Kind(
        "alpaca of wrong types",
        put(
            lines(
                *(
                    {"instruction": value, "input": value, "output": value, "history": value, "system": value}
                    for value in (3, None, [], {}, [["a"]], [[1, 2]], "x")
                )
            )
        ),
        ("field-type-drifts",),
    )
    yield Kind(
        "every dialect at once",
        put(
            lines(
                {**row(1), "conversations": [], "instruction": "a", "output": "b", "input_ids": [1]},
                {"input_ids": [1]},
                {"instruction": "a", "output": "b"},
            )
        ),
        ("eval-column-missing", "required-key-missing"),
    )
    hostile = "\x1b[31m[red]\u202e::error::%0A\r\n%s {0} \u2066\u200b\ufeff\U000e0041 [/] [link=x]"
    yield Kind(
        "control and bidi characters",
        among(row(3, hostile), message(role=hostile), {hostile: hostile, **row(4, **{hostile: 1})}),
        ("role-unknown",),
        no_hf,
    )
    yield Kind(
        "rich markup",
        among(
            message(role="[red]user[/red]"),
            message(role="[/]"),
            message(role="[bold"),
            {"messages": "[link=http://a]b"},
        ),
        ("role-unknown",),
        no_hf,
    )
    yield Kind(
        "format signs",
        among(message(role="{role} {0} {} %s"), message(role="{"), row(5, **{"{key}": 1})),
        ("role-unknown",),
        no_hf,
    )


def columnar() -> Iterator[Kind]:
    """Parquet, Arrow, packed files, and files under a wrong name."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist([row(n) for n in range(50)])
    sink = io.BytesIO()
    pq.write_table(table, sink)
    parquet = sink.getvalue()
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    arrow = sink.getvalue()
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    arrow_file = sink.getvalue()
    none = io.BytesIO()
    pq.write_table(table.slice(0, 0), none)
    jsonl = lines(*(row(n) for n in range(50)))
    lfs = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"
    html = b"<!DOCTYPE html>\n<html><head><title>404</title></head></html>\n"
    bad = ("file-unreadable",)
    yield Kind("broken parquet", put(parquet[:400] + b"\xff" * 200 + parquet[600:], "train.parquet"), bad)
    yield Kind("truncated parquet", put(parquet[:-50], "train.parquet"), bad)
    yield Kind("parquet of its magic only", put(b"PAR1PAR1", "train.parquet"), bad)
    yield Kind("empty parquet", put(b"", "train.parquet"), ("file-empty", "file-unreadable"))
    yield Kind("parquet without rows", put(none.getvalue(), "train.parquet"), ("file-empty",))
    yield Kind("parquet as .jsonl", put(parquet), bad)
    yield Kind("jsonl as .parquet", put(jsonl, "train.parquet"), bad)
    yield Kind("jsonl as .arrow", put(jsonl, "train.arrow"), bad)
    yield Kind("arrow cut in half", put(arrow[: len(arrow) // 2], "train.arrow"), bad)
    yield Kind("arrow file cut in half", put(arrow_file[: len(arrow_file) // 2], "train.arrow"), bad)
    yield Kind("good arrow", put(arrow, "train.arrow"), records=50)
    yield Kind("PNG as .jsonl", put(png()), bad)
    yield Kind("PNG as .parquet", put(png(), "train.parquet"), bad)
    yield Kind("LFS pointer as .jsonl", put(lfs), bad)
    yield Kind("LFS pointer as .json", put(lfs, "train.json"), bad)
    yield Kind("LFS pointer as .parquet", put(lfs, "train.parquet"), bad)
    yield Kind("LFS pointer as .gz", put(lfs, "train.jsonl.gz"), bad)
    yield Kind("web page as .jsonl", put(html), bad)
    yield Kind("web page as .json", put(b"\n\n  " + html, "train.json"), bad)
    yield Kind("XML as .jsonl", put(b'\xef\xbb\xbf<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'), bad)
    yield Kind("torn .gz", put(gzip.compress(jsonl)[:-30], "train.jsonl.gz"), bad)
    yield Kind("torn .gz head", put(gzip.compress(jsonl)[:8], "train.jsonl.gz"), bad)
    yield Kind(
        ".gz with flipped bytes",
        put(gzip.compress(jsonl)[:60] + bytes(40) + gzip.compress(jsonl)[100:], "train.jsonl.gz"),
        bad,
    )
    yield Kind(".gz that is no gzip", put(jsonl, "train.jsonl.gz"), (*bad, "file-extension-refused"))
    yield Kind("empty .gz", put(b"", "train.jsonl.gz"), ("file-empty", "file-unreadable"))
    yield Kind(".gz of nothing", put(gzip.compress(b""), "train.jsonl.gz"), ("file-empty",))
    yield Kind("gzip as .jsonl", put(gzip.compress(jsonl)))
    yield Kind(
        "gzip in gzip", put(gzip.compress(gzip.compress(jsonl)), "train.jsonl.gz"), (*bad, "not-utf8", "line-not-json")
    )
    yield Kind("good .gz", put(gzip.compress(jsonl), "train.jsonl.gz"), records=50)
    yield Kind("garbage behind .gz", put(gzip.compress(jsonl) + b"garbage", "train.jsonl.gz"), bad)
    yield Kind("torn .zst", put(zstandard.compress(jsonl)[:-30], "train.jsonl.zst"), bad)
    yield Kind("good .zst", put(zstandard.compress(jsonl), "train.jsonl.zst"), records=50)
    yield Kind(".zst that is no zstd", put(jsonl, "train.jsonl.zst"), (*bad, "file-extension-refused"))
    yield Kind("ZIP as .jsonl", put(b"PK\x03\x04" + bytes(200)), bad)
    yield Kind("PDF as .json", put(b"%PDF-1.7\n" + bytes(200), "train.json"), bad)


def special() -> Iterator[Kind]:
    """What is no regular file."""
    bad = ("file-unreadable",)

    def listen(folder: Path) -> None:
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket may not be long
        try:
            with socket.socket(socket.AF_UNIX) as made:
                made.bind("train.jsonl")
        finally:
            os.chdir(here)

    yield Kind("a directory named x.jsonl", lambda f: (f / "train.jsonl").mkdir(), bad)
    yield Kind("a directory named x.parquet", lambda f: (f / "train.parquet").mkdir(), bad)
    yield Kind("a fifo", lambda f: os.mkfifo(f / "train.jsonl"), bad)
    yield Kind("a fifo named x.parquet", lambda f: os.mkfifo(f / "train.parquet"), bad)
    yield Kind("a socket", listen, bad)
    yield Kind("/dev/zero", lambda f: (f / "train.jsonl").symlink_to("/dev/zero"), bad)
    yield Kind("a dangling link", lambda f: (f / "train.jsonl").symlink_to("nowhere"), bad)
    yield Kind("a link to itself", lambda f: (f / "train.jsonl").symlink_to("train.jsonl"), bad)
    yield Kind("a link to its own folder", lambda f: (f / "again").symlink_to("."))
    yield Kind(
        "a link out of the folder",
        lambda f: (f / "train.jsonl").symlink_to("/etc/hostname"),
        ("line-not-json", "file-empty", "file-unreadable"),
    )


def folders() -> Iterator[Kind]:
    """Folders of other tools, and broken configs."""

    def saved(state: Any, info: Any = "{}", data: bool = True) -> Callable[[Path], Any]:
        def write(folder: Path) -> None:
            from datasets import Dataset, disable_progress_bars

            disable_progress_bars()
            Dataset.from_list([row(n) for n in range(5)]).save_to_disk(folder / "train")
            (folder / "train" / "dataset_info.json").write_text(info)
            path = folder / "train" / "state.json"
            if state is None:
                path.unlink()
            else:
                path.write_text(state if isinstance(state, str) else json.dumps(state))
            if not data:
                for file in (folder / "train").glob("*.arrow"):
                    file.unlink()

        return write

    bad = ("file-unreadable",)
    yield Kind("save_to_disk without state.json", saved(None), bad)
    yield Kind("state.json broken", saved("{"), bad)
    yield Kind("state.json a list", saved([]), bad)
    yield Kind("state.json without names", saved({"_data_files": [{}]}), bad)
    yield Kind("state.json of wrong types", saved({"_data_files": {"filename": 3}}), bad)
    yield Kind("state.json names a number", saved({"_data_files": [{"filename": 3}]}), bad)
    yield Kind("state.json leads out", saved({"_data_files": [{"filename": "../../etc/passwd"}]}), bad)
    yield Kind("state.json is absolute", saved({"_data_files": [{"filename": "/etc/passwd"}]}), bad)
    yield Kind("state.json names a lost file", saved({"_data_files": [{"filename": "data-00007-of-00009.arrow"}]}), bad)
    yield Kind("state.json with a NUL", saved({"_data_files": [{"filename": "a\0b.arrow"}]}), bad)
    yield Kind("state.json with a long name", saved({"_data_files": [{"filename": "a" * 5000}]}), bad)
    yield Kind("state.json names a folder", saved({"_data_files": [{"filename": "."}]}), bad)
    yield Kind("state.json names nothing", saved({"_data_files": []}), ("file-empty", "file-unreadable"))
    yield Kind(
        "save_to_disk without data",
        saved({"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}, data=False),
        bad,
    )
    yield Kind("save_to_disk in 5,000 brackets", saved("[" * 5000), bad)


def png(width: int = 32, height: int = 32) -> bytes:
    """A small real image."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), (9, 99, 199)).save(out, "PNG")
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A PNG whose header promises ``width`` x ``height`` and whose body is one empty chunk."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def images() -> Iterator[Kind]:
    """Image files that are none, under a record that names one."""
    beside, inside = ("hf-trainer", "glm-4", "glm-4v"), ("hf-trainer", "glm-4", "llama-factory", "ms-swift", "trl")

    def kind(
        name: str, make: Callable[[Path], Any], want: tuple[str, ...], but: tuple[str, ...], record: dict[str, Any]
    ) -> Kind:
        def write(folder: Path) -> None:
            (folder / "train.jsonl").write_bytes(lines(record))
            make(folder / "cat.png")

        return Kind(f"image: {name}", write, want, but, records=1)

    for name, make, *want in (
        ("zero bytes", lambda p: p.write_bytes(b""), "image-empty"),
        ("html", lambda p: p.write_bytes(b"<!DOCTYPE html><html></html>"), "image-error-page"),
        (
            "LFS pointer",
            lambda p: p.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
            "image-lfs-pointer",
        ),
        ("cut", lambda p: p.write_bytes(png()[:40]), "image-truncated", "image-unreadable"),
        ("directory", lambda p: p.mkdir(), "image-unreadable"),
        ("fifo", os.mkfifo, "image-unreadable"),
        ("/dev/zero", lambda p: p.symlink_to("/dev/zero"), "image-unreadable"),
        ("a link to itself", lambda p: p.symlink_to(p.name), "image-missing"),
        ("bomb", lambda p: p.write_bytes(huge_png(20_000, 20_000)), "image-oversized", "image-unreadable"),
        (
            "huge dimensions",
            lambda p: p.write_bytes(huge_png(2**31 - 1, 2**31 - 1)),
            "image-oversized",
            "image-unreadable",
        ),
        (
            "no dimensions",
            lambda p: p.write_bytes(huge_png(0, 0)),
            "image-unreadable",
            "image-truncated",
            "image-too-small",
        ),
        ("text", lambda p: p.write_bytes(b"hello"), "image-unreadable"),
        ("missing", lambda p: None, "image-missing"),
        ("1x1", lambda p: p.write_bytes(png(1, 1))),
    ):
        first = {"messages": [{**ASK, "image": "cat.png"}, SAY]}
        yield kind(f"{name}, on a message", make, tuple(want), inside, first)
        listed = {"messages": [{**ASK, "content": "<image>hi"}, SAY], "images": ["cat.png"]}
        yield kind(f"{name}, beside", make, tuple(want), beside, listed)


def configs() -> Iterator[Kind]:
    """Broken configs beside good data. Where ``want`` holds ``exit 2``, one sentence on stderr is the answer."""

    def beside(name: str, data: str | bytes | Callable[[Path], Any]) -> Callable[[Path], Any]:
        def write(folder: Path) -> None:
            (folder / "train.jsonl").write_bytes(lines(row(1), row(2)))
            (folder / "zero.jsonl").symlink_to("/dev/zero")
            (folder / "loop.jsonl").symlink_to("loop.jsonl")
            os.mkfifo(folder / "pipe.jsonl")
            if callable(data):
                data(folder / name)
            else:
                (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)

        return write

    def info(name: str, data: Any, *want: str) -> Kind:
        text = data if isinstance(data, str | bytes) or callable(data) else json.dumps(data)
        return Kind(f"dataset_info.json: {name}", beside("dataset_info.json", text), want)

    def file(name: Any, **more: Any) -> dict[str, Any]:
        return {"a": {"file_name": name, **more}}

    unreadable, stanza, missing = "dataset-info-unreadable", "stanza-invalid", "split-file-missing"
    for name, text in {
        "broken": "{",
        "a list": "[]",
        "a list of objects": "[{}]",
        "empty": "",
        "null": "null",
        "deep": "[" * 5000,
        "UTF-8 mark": "\ufeff{}",
        "a huge number": '{"a": %s}' % ("9" * 6000),
    }.items():
        yield info(name, text, unreadable)
    yield info("GBK", '{"训练": {"file_name": "train.jsonl"}}'.encode("gbk"), unreadable)
    for name, path in {"leads out": "../../etc/passwd", "leads nowhere": "/no/such/file.json", "a NUL": "a\0b.jsonl", "too long": "a" * 5000 + ".jsonl", "/dev/zero": "zero.jsonl", "a fifo": "pipe.jsonl",
                       "a link to itself": "loop.jsonl", "a lone surrogate": "\ud800.jsonl", "hostile": "\x1b[31m\u202e.jsonl"}.items():  # fmt: skip
        yield info(f"file_name {name}", file(path), missing)
    yield info("stanzas of wrong types", {"a": 3, "b": None, "c": [], "d": "x", "e": {}}, stanza)
    yield info("file_name a number", file(3), stanza)
    yield info("formatting a list", file("train.jsonl", formatting=[1]), stanza)
    yield info("blocks of wrong types", file("train.jsonl", columns=[1], tags="x"), stanza)
    yield info(
        "columns and tags of wrong types",
        file(
            "train.jsonl",
            formatting="sharegpt",
            columns={"messages": ["x"]},
            tags={"role_tag": 3, "user_tag": {"a": 1}},
        ),
        stanza,
    )
    yield info("a split of wrong type", file("train.jsonl", split=[1], ranking="yes", num_samples="x"), stanza)
    yield info("a hostile stanza name", {"\x1b[31m\u202e\ud800": file("train.jsonl")["a"]}, "columns-mismatch")
    yield info("a fifo", os.mkfifo, "file-unreadable")
    yield info("a directory", lambda p: p.mkdir(), "file-unreadable")
    yield info("a link to itself", lambda p: p.symlink_to(p.name), "file-unreadable")

    def yaml(name: str, data: Any, *want: str) -> Kind:
        return Kind(f"finetune.yaml: {name}", beside("finetune.yaml", data), want)

    stop = "exit 2"
    aliases = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)
    )
    merges = "a: &a {x: 1}\n" + "".join(
        f"b{n}: &b{n} {{<<: [*{'b%d' % (n - 1) if n else 'a'}, *{'b%d' % (n - 1) if n else 'a'}]}}\n" for n in range(40)
    )
    good = "data_config: {train_file: train.jsonl}\n"
    yield yaml("tabs", "data_config:\n\ttrain_file: train.jsonl\n", stop)
    yield yaml("duplicate keys", "data_config:\n  train_file: train.jsonl\n  train_file: train.jsonl\n", stop)
    yield yaml(
        "a bomb of aliases",
        aliases
        + "data_config: {train_file: train.jsonl}\ntraining_args: {predict_with_generate: *j, eval_strategy: *k}\ncombine: *k\n",
    )
    yield yaml("a file name of aliases", aliases + "data_config:\n  train_file: *k\n", missing)
    yield yaml("a bomb of merge keys", merges + good, stop)
    yield yaml("a loop", "data_config: &a\n  train_file: *a\n", missing)
    yield yaml("a python object", 'data_config:\n  train_file: !!python/object/apply:os.system ["touch pwned"]\n', stop)
    yield yaml(
        "wrong types", "data_config: {train_file: 3, val_file: [a], test_file: {a: b}}\ntraining_args: [1]\n", missing
    )
    yield yaml(
        "arguments of wrong types",
        good + "training_args: {predict_with_generate: [x], eval_strategy: {a: 1}}\ncombine: [1]\n",
    )
    yield yaml("unhashable keys", "data_config: {? {a: b} : c, train_file: train.jsonl}\n", stop)
    yield yaml("two documents", good + "---\na: b\n", stop)
    yield yaml("NUL bytes", good.encode() + b"\0", stop)
    yield yaml("a huge number", good + "a: " + "9" * 6000 + "\n", stop)
    yield yaml("GBK", "data_config: {train_file: 训练.jsonl}\n".encode("gbk"), stop)
    for name, path in {"a NUL": "a\\0b.jsonl", "too long": "a" * 5000, "a bad glob": "**x/[a-.jsonl", "out of the folder": "../../../no/such", "/dev/zero": "zero.jsonl", "a fifo": "pipe.jsonl",
                       "a link to itself": "loop.jsonl", "hostile": "\\e[31m\\u202e.jsonl", "a lone surrogate": "\\ud800"}.items():  # fmt: skip
        yield yaml(f"file {name}", f'data_config: {{train_file: "{path}"}}\n', missing)
    yield yaml("a fifo", os.mkfifo)
    yield yaml("a directory", lambda p: p.mkdir())
    yield yaml("/dev/zero", lambda p: p.symlink_to("/dev/zero"))
    for name in ("requirements.txt", "uv.lock", "Pipfile.lock", "environment.yml"):
        yield Kind(f"{name}: junk", beside(name, bytes(range(256))))
        yield Kind(
            f"{name}: odd lines",
            beside(name, "transformers==\n-r requirements.txt\n-r zero.jsonl\n-r pipe.jsonl\n-c loop.jsonl\n@@@\n[[["),
        )
        yield Kind(f"{name}: a fifo", beside(name, os.mkfifo))
        yield Kind(f"{name}: /dev/zero", beside(name, lambda p: p.symlink_to("/dev/zero")))


def names() -> Iterator[str | bytes]:
    """File names that trip a careless reader."""
    yield from ("my data train.jsonl", "train\n::error::x.jsonl", "train:1,2.jsonl", "训练 train.jsonl", "-x train.jsonl", "--help train.jsonl", "[red]train[\\].jsonl",
                "%s%0A train.jsonl", "\x1b[31mtrain.jsonl", "\u202etrain.jsonl", "train'\"$(id).jsonl", "TRAIN.JSONL", "train" + "n" * 240 + ".jsonl"[:15], "#train?.jsonl")  # fmt: skip
    yield b"train\xff\xfe.jsonl"
