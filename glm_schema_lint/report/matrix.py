"""``--target all``: what becomes of the records under every trainer, as a table, as JSON and as a line for each record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from rich.cells import cell_len
from rich.text import Text as Line

from .. import rules
from ..engine.matrix import Row, cells
from ..engine.run import Result
from ..fates import NO_MARKS, Fate, Mark, Pair, fate, rule, stage
from ..rules._show import safe
from ..wording import Lang, Text
from . import words
from .escape import safe_json
from .typeset import wrap

FATES: Final = {
    Fate.KEPT: (Text("kept", "保留"), "green"),
    Fate.IDLE: (Text("idle", "无效"), "yellow"),
    Fate.ALTERED: (Text("altered", "改动"), "yellow"),
    Fate.DROPPED: (Text("dropped", "丢弃"), "red"),
    Fate.CRASH: (Text("crash", "崩溃"), "bold red"),
}
MEANING: Final = {
    Fate.KEPT: Text("kept: trains as it is", "保留：原样参与训练"),
    Fate.IDLE: Text("idle: kept, and teaches nothing", "无效：保留，但学不到东西"),
    Fate.ALTERED: Text("altered: changed, or teaches the wrong thing", "改动：内容被改动，或学到错误内容"),
    Fate.DROPPED: Text("dropped: lost, training goes on", "丢弃：记录被丢掉，训练照常进行"),
    Fate.CRASH: Text("crash: stops the run", "崩溃：运行中断"),
}
INFERRED: Final = Text("?: inferred, neither run nor read in the code", "?：仅为推断，未运行也未读到代码")
BECAUSE: Final = Text("below each row, the rules its first record breaks", "每行下方是该行第一条记录违反的规则")
MORE: Final = Text("… {count} more rows: --format json has all", "… 还有 {count} 行：--format json 列出全部")
ALONE: Final = Text(
    "{target}: the run stops {when}, whatever the records are ({rule})",
    "{target}：无论记录如何，{when}运行都会中断（{rule}）",
)
WIDTH: Final = 100
LIMIT: Final = 30
"""Rows shown."""
ADDRESS: Final = 16
"""The least room for an address beside the rows; it stands below where there is less."""


def _word(cell: tuple[Fate, Fate], lang: Lang) -> tuple[str, str]:
    sure, guess = cell
    text, style = FATES[guess]
    return text.say(lang) + ("?" if guess > sure else ""), style if guess is sure else "yellow"


def render(result: Result, lang: Lang, width: int) -> Iterator[Line]:
    """A line for each different row, what each trainer keeps of all, and what the words mean.

    Where the width does not hold a column for every trainer, the trainers of a row stand below its count.
    """
    if not result.matrix:
        return
    names, shown = result.choice.names, result.matrix[:LIMIT]
    table = _Table(result, lang)
    if table.used > width:
        for row in shown:
            yield from _stacked(row, result, lang, width)
    else:
        yield from table.lines(shown, width)
    if len(result.matrix) > LIMIT:
        yield Line(MORE.say(lang, count=len(result.matrix) - LIMIT), style="dim")
    if table.used <= width:
        yield from table.total(width)
    yield Line("")
    for name in names:
        account = result.accounts[name]
        if account.stop and not account.count(Fate.CRASH):
            met_at = stage(account.stop)
            when = words.STAGES[met_at].say(lang) if met_at is not None else ""
            said = ALONE.say(lang, target=name, when=when, rule=_rule(account.stop))
            yield from wrap(Line(said, style="bold red"), width)
    met = {part for row in result.matrix for cell in row.cells for part in cell}
    legend = [MEANING[one].say(lang) for one in Fate if one in met]
    if any(guess > sure for row in result.matrix for sure, guess in row.cells):
        legend.append(INFERRED.say(lang))
    if any(row.marks != (NO_MARKS,) * len(names) for row in result.matrix):
        legend.append(BECAUSE.say(lang))
    yield from wrap(Line(("；" if lang == "zh" else "; ").join(legend), style="dim"), width)


class _Table:
    """The rows beside a column for every trainer."""

    def __init__(self, result: Result, lang: Lang) -> None:
        self.result, self.lang = result, lang
        self.names = result.choice.names
        self.heads = [_halves(name) for name in self.names]
        self.totals = [f"{result.accounts[name].count(Fate.KEPT):,}" for name in self.names]
        self.whole = f"{sum(row.records for row in result.matrix):,}"
        said = {cell: _word(cell, lang)[0] for row in result.matrix[:LIMIT] for cell in row.cells}
        self.wide = [
            max(
                *map(cell_len, self.heads[n]),
                *(cell_len(said[row.cells[n]]) for row in result.matrix[:LIMIT]),
                len(self.totals[n]),
            )
            for n in range(len(self.names))
        ]
        self.title = "记录数" if lang == "zh" else "records"
        self.column = max(cell_len(self.title), len(self.whole))
        self.used = self.column + sum(self.wide) + 2 * len(self.wide)

    def lines(self, rows: list[Row], width: int) -> Iterator[Line]:
        """The head and the rows; addresses stand behind them, or below where there is no room."""
        room = width - self.used - 2
        for level in (0, 1):
            line = Line(_right(self.title if level else "", self.column), style="dim")
            for head, size in zip(self.heads, self.wide, strict=True):
                line.append("  " + head[level] + " " * (size - len(head[level])), style="bold")
            if level and room >= ADDRESS:
                line.append("  " + ("第一条" if self.lang == "zh" else "first"), style="dim")
            line.rstrip()
            yield line
        for row in rows:
            line = Line(_right(f"{row.records:,}", self.column), style="bold")
            for cell, size in zip(row.cells, self.wide, strict=True):
                word, style = _word(cell, self.lang)
                line.append("  ").append(word + " " * (size - cell_len(word)), style=style)
            at = _address(row, self.result)
            if room >= ADDRESS:
                line.append("  " + _tail(at, room), style="magenta")
            line.rstrip()
            yield line
            if room < ADDRESS:
                yield from _under(Line(_tail(at, width - self.column - 2), style="magenta"), self.column, width)
            yield from _under(Line(_reasons(row, self.names, self.lang), style="dim"), self.column, width)

    def total(self, width: int) -> Iterator[Line]:
        """What each trainer keeps of all records."""
        yield Line("─" * self.used, style="dim")
        line = Line(_right(self.whole, self.column), style="bold")
        for total, size in zip(self.totals, self.wide, strict=True):
            line.append("  " + total + " " * (size - len(total)), style="bold green" if total != "0" else "bold")
        said = "原样保留" if self.lang == "zh" else "kept as they are"
        if self.used + 2 + cell_len(said) <= width:
            line.append("  " + said, style="dim")
        line.rstrip()
        yield line


def _stacked(row: Row, result: Result, lang: Lang, width: int) -> Iterator[Line]:
    """A row for narrow screens: its count and first address, then the trainers by what they do."""
    count = f"{row.records:,} 条" if lang == "zh" else f"{row.records:,} record{'s' * (row.records != 1)}"
    line = Line(count, style="bold")
    line.append("  " + _tail(_address(row, result), max(ADDRESS, width - cell_len(count) - 2)), style="magenta")
    yield line
    alike: dict[tuple[str, str], list[str]] = {}
    for name, cell in zip(result.choice.names, row.cells, strict=True):
        alike.setdefault(_word(cell, lang), []).append(name)
    for (word, style), some in alike.items():
        rows = wrap(Line(("、" if lang == "zh" else ", ").join(some)), max(20, width - 12))
        for number, one in enumerate(rows):
            said = Line("" if number else word, style=style)
            yield Line.assemble("  ", said, " " * (10 - said.cell_len), one)
    yield from _under(Line(_reasons(row, result.choice.names, lang), style="dim"), 10, width)


def foot(result: Result, lang: Lang, exit_code: int) -> Line:
    """The last line: how many records no trainer keeps, and how to see why."""
    lost = sum(row.records for row in result.matrix if row.lost)
    rows, records = len(result.matrix), sum(row.records for row in result.matrix)
    if lang == "zh":
        text = f"{records:,} 条记录有 {rows:,} 种结果；"
        text += f"{lost:,} 条在哪个训练程序下都不能原样保留。" if lost else "每条至少有一个训练程序能原样保留。"
        after, word = f" 退出码 {exit_code}。", "下一步: 用 --target 指定一个训练程序查看原因"
    else:
        text = f"{records:,} record{'s' * (records != 1)}, {rows:,} outcome{'s' * (rows != 1)}; "
        text += f"{lost:,} kept by no trainer." if lost else "each is kept by some trainer."
        after, word = f" exit {exit_code}.", "next: --target with one name says why"
    line = Line(text, style="bold red" if lost else "bold green")
    line.append(after, style="dim")
    line.append("   " + word, style="dim")
    return line


def _halves(name: str) -> tuple[str, str]:
    """A long name over two lines, so that seven of them fit beside each other."""
    before, dash, after = name.rpartition("-")
    return (before + dash, after) if len(name) > 9 and dash else ("", name)


def _right(text: str, size: int) -> str:
    return " " * (size - cell_len(text)) + text


def _under(line: Line, column: int, width: int) -> Iterator[Line]:
    for row in wrap(line, max(30, width - column - 2)) if line.plain else ():
        yield Line.assemble(" " * (column + 2), row)


def _address(row: Row, result: Result) -> str:
    at = str(row.first)
    if row.first.file in result.shown:
        at = result.shown[row.first.file] + at.removeprefix(row.first.file)
    return safe(at)


def _tail(text: str, size: int) -> str:
    return text if cell_len(text) <= size else "…" + text[len(text) - size + 1 :]


def _reasons(row: Row, names: tuple[str, ...], lang: Lang) -> str:
    """``required-key-missing (glm-4, trl), image-missing (glm-4v)``: why the first record of a row fares so."""
    causes: dict[str, list[str]] = {}
    for name, marks in zip(names, row.marks, strict=True):
        if mark := _shown(marks):
            causes.setdefault(_rule(mark), []).append(name)
    if lang == "zh":
        return "，".join(f"{cause}（{'、'.join(some)}）" for cause, some in causes.items())
    return ", ".join(f"{cause} ({', '.join(some)})" for cause, some in causes.items())


def _shown(marks: Pair) -> Mark:
    """The mark that a cell shows: the inferred one where it is worse."""
    sure, maybe = marks
    return maybe if fate(maybe) > fate(sure) else sure


def _rule(mark: Mark) -> str:
    return rules.load()[rule(mark)].name


def to_list(result: Result) -> list[dict[str, Any]]:
    """The different rows as JSON-ready objects (models/report.py: MatrixRow)."""
    names = result.choice.names
    return [
        {**_outcomes(names, row.marks), "records": row.records, "first": safe(str(row.first))} for row in result.matrix
    ]


def records(result: Result) -> Iterator[str]:
    """The full matrix: a JSON object for every record, in order of reading."""
    names = result.choice.names
    told: dict[tuple[Pair, ...], str] = {}
    for sheet in result.sheets:
        told.clear()
        head = json.dumps(sheet.stats.split.name, ensure_ascii=False)
        for at, marks in sheet.records():
            if (tail := told.get(marks)) is None:
                tail = told[marks] = json.dumps(_outcomes(names, marks), ensure_ascii=False)[1:]
            where = json.dumps({"location": safe(str(at)), "record": at.record, "line": at.line}, ensure_ascii=False)
            yield safe_json(f'{{"split": {head}, {where[1:-1]}, {tail}')


def _outcomes(names: tuple[str, ...], marks: tuple[Pair, ...]) -> dict[str, Any]:
    pairs = list(zip(names, cells(marks), marks, strict=True))
    return {
        "outcomes": {name: sure.name.lower() for name, (sure, _), _ in pairs},
        "inferred": {name: guess.name.lower() for name, (sure, guess), _ in pairs if guess > sure},
        "rules": {name: _rule(mark) for name, _, both in pairs if (mark := _shown(both))},
    }
