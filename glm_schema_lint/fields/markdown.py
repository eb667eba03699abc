"""The field map as a Markdown page: short enough to read, the same bytes for the same data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..models.fields import FieldEntry, FieldSplit, FieldsV1, FieldUse
from ..wording import Lang, Text
from .chart import type_words

MARK: Final = "<!-- glm-lint fields -->"
"""The first line of every page: a file that begins with it may be written over."""
TITLE = Text("Field map of `{name}`", "`{name}` 的字段表")
ABOUT = Text(
    "Written by `glm-lint fields`; do not edit. Run it again after the data change: the diff shows what moved.",
    "由 `glm-lint fields` 生成，请勿手改。数据变动后重新运行，diff 就是变化。",
)
CUT = Text(
    "**Not the whole**: only the first records, or not every path, were read.",
    "**不完整**：只读了开头的记录，或没有列出全部路径。",
)
SPLITS = Text("Splits", "划分")
DIFFER = Text("What differs between the splits", "划分之间的差别")
NONE = Text(
    "Nothing: every field stands in every split, with the same types.", "没有差别：每个划分都有同样的字段和类型。"
)
CHECK = Text("`glm-lint` says what each of these does in training.", "这些差别在训练时会怎样，`glm-lint` 会说明。")
FIELDS = Text("Fields", "字段")
EACH = Text("One by one", "逐个说明")
NOBODY = Text("no trainer reads it", "没有训练程序读取")
HEAD = (
    Text("split", "划分"), Text("kind", "用途"), Text("records", "记录数"), Text("dialect", "格式"), Text("files", "文件"),
)  # fmt: skip
PATH, TYPE, READ_BY = Text("field", "字段"), Text("type", "类型"), Text("read by", "读取者")
UNREAD = Text("{n:,} entries not readable", "{n:,} 条无法读取")
ALL, NO = Text("all", "全部"), "–"
NULLS = Text("{n:,} null", "{n:,} 个 null")
CHARACTERS, ITEMS = Text("characters", "字符"), Text("items", "个元素")
SPAN = Text("{low:,} to {high:,} {what}, mean {mean:,}", "{low:,} 到 {high:,} {what}，平均 {mean:,}")
ONE_ITEM, ONE_CHARACTER = Text("1 item each", "均为 1 个元素"), Text("1 character each", "均为 1 字符")
EXACTLY = Text("{low:,} {what} each", "均为 {low:,} {what}")
VALUE = Text("always {low}", "均为 {low}")
VALUES = Text("values {low} to {high}", "取值 {low} 到 {high}")
READ = Text("read by {names}", "读取者：{names}")
ALSO = Text("other names: {names}", "其他名字：{names}")
PART = Text("Part of `{name}`.", "`{name}` 的一部分。")
COLUMN = Text("`{name}` of dataset_info.json.", "dataset_info.json 的 `{name}`。")
MISSING = Text("missing", "没有")
KINDS = {"train": Text("train", "训练"), "eval": Text("eval", "评估"), "test": Text("test", "测试")}


def markdown(found: FieldsV1, lang: Lang = "en") -> str:
    """The page."""
    return "\n".join(_lines(found, lang)) + "\n"


def _lines(found: FieldsV1, lang: Lang) -> Iterator[str]:
    yield MARK
    yield f"# {TITLE.say(lang, name=found.name)}"
    yield ""
    yield ABOUT.say(lang)
    if not found.complete:
        yield ""
        yield CUT.say(lang)
    yield ""
    yield f"## {SPLITS.say(lang)}"
    yield ""
    yield from _table([text.say(lang) for text in HEAD], [_split(split, lang) for split in found.splits])
    if found.differences is not None:
        yield ""
        yield f"## {DIFFER.say(lang)}"
        yield ""
        for one in found.differences:
            yield f"- {code(one.path)}{'：' if lang == 'zh' else ': '}{one.message}"
        if found.differences:
            yield ""
        yield (CHECK if found.differences else NONE).say(lang)
    yield ""
    yield f"## {FIELDS.say(lang)}"
    yield ""
    names = [split.name for split in found.splits]
    head = [PATH.say(lang), TYPE.say(lang), *map(cell, names), READ_BY.say(lang)]
    yield from _table(head, [_row(entry, names, lang) for entry in found.fields])
    yield ""
    yield f"## {EACH.say(lang)}"
    for entry in found.fields:
        yield ""
        yield from _section(entry, names, lang)


def _split(split: FieldSplit, lang: Lang) -> list[str]:
    files = split.files
    shown = tabled(files[0]) if files else NO
    if len(files) > 1:
        shown += f" … {tabled(files[-1])} ({len(files):,})" if len(files) > 2 else f" {tabled(files[1])}"
    records = f"{split.records:,}"
    if split.unread:
        records += f" ({UNREAD.say(lang, n=split.unread)})"
    return [cell(split.name), KINDS[split.kind].say(lang), records, split.dialect or NO, shown]


def _row(entry: FieldEntry, names: list[str], lang: Lang) -> list[str]:
    kinds = list(dict.fromkeys(type_words(use.types, use.item_types) for use in entry.splits.values()))
    readers = ", ".join(entry.read_by) or NO
    uses = [entry.splits.get(name) for name in names]
    return [
        tabled(entry.path),
        cell(" / ".join(kinds)),
        *(_presence(use, lang) if use else NO for use in uses),
        readers,
    ]


def _presence(use: FieldUse, lang: Lang) -> str:
    nulls = use.types.get("null", 0)
    said = ALL.say(lang) if use.present == use.of else f"{use.present:,} / {use.of:,}"
    return f"{said} ({NULLS.say(lang, n=nulls)})" if nulls else said


def _section(entry: FieldEntry, names: list[str], lang: Lang) -> Iterator[str]:
    yield f"### {code(entry.path)}"
    yield ""
    about = [entry.meaning] if entry.meaning else []
    if entry.part_of:
        about.append(PART.say(lang, name=entry.part_of))
    if entry.column:
        about.append(COLUMN.say(lang, name=entry.column))
    facts = ", ".join(code(fact) for fact in (entry.dtype, entry.shape) if fact)
    if facts or entry.unit:
        about.append(facts + (f" ({entry.unit})" if entry.unit else "") + ("。" if lang == "zh" else "."))
    if about:
        yield ("" if lang == "zh" else " ").join(about)
        yield ""
    for name in names:
        use = entry.splits.get(name)
        if use is not None:
            yield f"- {cell(name)}: {_use(use, lang)}" if lang != "zh" else f"- {cell(name)}：{_use(use, lang)}"
    example = next((use.example for use in entry.splits.values() if use.example), None)
    if example is not None:
        yield f"- {code(example.location)}: {code(example.value)}"
    readers = READ.say(lang, names=("、" if lang == "zh" else ", ").join(entry.read_by))
    yield f"- {readers if entry.read_by else NOBODY.say(lang)}"
    if entry.also:
        said = [name if name.startswith("`") else code(name) for name in entry.also]
        yield f"- {ALSO.say(lang, names=('、' if lang == 'zh' else ', ').join(said))}"


def _use(use: FieldUse, lang: Lang) -> str:
    said = [type_words(use.types, use.item_types), _presence(use, lang)]
    if use.length is not None:
        what = (ITEMS if "array" in use.types else CHARACTERS).say(lang)
        if use.length.max == use.length.min == 1:
            said.append((ONE_ITEM if "array" in use.types else ONE_CHARACTER).say(lang))
        elif use.length.min == use.length.max:
            said.append(EXACTLY.say(lang, low=use.length.min, what=what))
        else:
            said.append(SPAN.say(lang, low=use.length.min, high=use.length.max, what=what, mean=use.length.mean))
    if use.range is not None:
        one = use.range.min == use.range.max
        said.append((VALUE if one else VALUES).say(lang, low=_number(use.range.min), high=_number(use.range.max)))
    if use.values:
        said.append(" ".join(f"{code(word)} {count:,}" for word, count in use.values.items()))
    return ("；" if lang == "zh" else "; ").join(said)


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.6g}"


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    """A table whose columns line up in the source as well, but for one very long cell."""
    from rich.cells import cell_len

    widths = [min(64, max(cell_len(row[n]) for row in [head, *rows])) for n in range(len(head))]

    def line(row: list[str]) -> str:
        padded = [text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)]
        return "| " + " | ".join(padded) + " |"

    yield line(head)
    yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    for row in rows:
        yield line(row)


def cell(text: str) -> str:
    """Plain text in a table or a list: nothing in it is taken for markup."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#~" else c for c in text)


def code(text: str) -> str:
    """A code span, whatever backticks and bars the text holds."""
    runs = [len(run) for run in "".join(c if c == "`" else " " for c in text).split()]
    fence = "`" * (1 if 1 not in runs else max(runs) + 1)
    gap = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return fence + gap + text + gap + fence


def tabled(text: str) -> str:
    """A code span in a table, where a bar ends the cell even inside of code."""
    return code(text).replace("|", "\\|")
