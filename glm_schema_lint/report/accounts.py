"""What becomes of the records, as objects for the JSON report and as the lines under the splits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rich.cells import cell_len
from rich.text import Text as Line

from .. import rules, targets
from ..engine.account import Account
from ..engine.run import Result
from ..fates import Fate, Mark, fate, rule, stage
from ..finding import Stage
from ..show import safe
from ..wording import Lang, Text
from . import words
from .typeset import wrap

NAMES: Final = {Fate.IDLE: "idle", Fate.ALTERED: "altered", Fate.DROPPED: "dropped", Fate.CRASH: "crash"}


def to_dict(by_target: Mapping[str, Account]) -> dict[str, Any]:
    """Accounts by target as JSON-ready objects (models/report.py: Account)."""
    return {name: _one(account) for name, account in by_target.items()}


def _one(account: Account) -> dict[str, Any]:
    worse = account.worse()
    return {
        "records": account.records,
        "kept": account.kept,
        **{name: account.count(one) for one, name in NAMES.items()},
        "rows": account.rows,
        "stops": {"stage": _stage(account.stop), "rule": _rule(account.stop).name} if account.stop else None,
        "inferred": {name: worse[one] for one, name in NAMES.items()},
        "by_rule": [
            *(_cause(mark, number, False) for mark, number in sorted(account.marks.items(), reverse=True) if mark),
            *(_cause(mark, number, True) for mark, number in sorted(account.inferred.items(), reverse=True)),
        ],
        "exact": account.exact,
    }


def _cause(mark: Mark, records: int, inferred: bool) -> dict[str, Any]:
    one = _rule(mark)
    return {
        "rule": one.name, "code": one.code, "outcome": NAMES[fate(mark)], "stage": _stage(mark), "inferred": inferred,
        "records": records,
    }  # fmt: skip


def _stage(mark: Mark) -> str | None:
    met = stage(mark)
    return met.value if met is not None else None


def _rule(mark: Mark) -> rules.Rule:
    return rules.load()[rule(mark)]


WORDS: Final = (
    (Fate.KEPT, Text("kept", "保留"), "green"),
    (Fate.ALTERED, Text("altered", "改动"), "yellow"),
    (Fate.DROPPED, Text("dropped", "丢弃"), "red"),
    (Fate.CRASH, Text("crash", "崩溃"), "bold red"),
)
IDLE: Final = Text("({count} teaching nothing)", "（其中 {count} 条学不到东西）")
STOP: Final = Text("the first crash stops the run {when}", "{when}崩溃，运行随即中断")
MODEL: Final = Text(", model already loaded", "，此时模型已经加载")
LOST: Final = Text("the run stops {when} whatever the records are", "无论记录如何，{when}运行都会中断")
EMPTIED: Final = Text("no record is left", "一条记录也没有留下")
DROPPED: Final = Text("training goes on without what is dropped", "丢弃的记录不参与训练，训练照常进行")
ROWS: Final = Text(
    "{records} records become {rows} rows, one per answer", "{records} 条记录变成 {rows} 行，每个回答一行"
)
GUESS: Final = Text("inferred, not run: {what}", "仅为推断，未实际运行：{what}")
MAY: Final = {
    Fate.IDLE: Text("{count} may teach nothing", "{count} 条可能学不到东西"),
    Fate.ALTERED: Text("{count} may be altered", "{count} 条可能被改动"),
    Fate.DROPPED: Text("{count} may be dropped", "{count} 条可能被丢弃"),
    Fate.CRASH: Text("{count} may crash", "{count} 条可能崩溃"),
}
LATE: Final = (Stage.EVAL, Stage.PREDICT)
"""Stages that come after training has begun."""
SEVERAL: Final = 8
"""Splits up to this number have a line each; of more, those alone of which not all records are kept."""


def lines(result: Result, lang: Lang, width: int) -> Iterator[Line]:
    """What is kept, altered, dropped and crashes: a line, or one for each split where they fare differently.

    Nothing while several trainers remain possible and do not agree.
    """
    names = [name for name in result.choice.names if name in result.accounts]
    if not names or not all(map(_agree, (result.accounts, *(split.accounts for split in result.splits)))):
        return
    total = result.accounts[names[0]]
    shown = [(split.name, split.accounts[names[0]]) for split in result.splits if names[0] in split.accounts]
    plain = all(one.whole and one.rows is None and not one.inferred and len(one.marks) < 2 for _, one in shown)
    if len(shown) == 1 or plain or not total.records:
        shown = [("", total)]
    elif len(shown) > SEVERAL:
        shown = [("", total), *[(name, one) for name, one in shown if not one.whole][:SEVERAL]]
    column = max(cell_len(safe(name)) for name, _ in shown)
    cells = [[f"{one.kept if of is Fate.KEPT else one.count(of):,}" for _, one in shown] for of, _, _ in WORDS]
    for number, (name, one) in enumerate(shown):
        line = Line()
        if column:
            line.append(safe(name) + " " * (column - cell_len(safe(name)) + 2), style="bold")
        for place, (of, word, style) in enumerate(WORDS):
            count = cells[place][number]
            line.append(" · " if place else "", style="dim")
            empty = count == "0" and of is not Fate.KEPT
            line.append(f"{word.say(lang)} {count.rjust(max(map(len, cells[place])))}", style="dim" if empty else style)
            if of is Fate.KEPT and (idle := one.count(Fate.IDLE)):
                line.append((" " if lang == "en" else "") + IDLE.say(lang, count=f"{idle:,}"), style="yellow")
        yield from _beside(line, _notes(one, name, total, names, lang), column, width, lang)
    if total.stop > max(one.stop for _, one in shown):  # of the run, and of no split
        yield Line("  " + LOST.say(lang, when=_when(total.stop, lang)) + _model(total.stop, names, lang), style="dim")


def alike(result: Result) -> bool:
    """True if as many records are kept, altered, dropped and crash under every trainer that remains possible."""
    every = [result.accounts.get(name) for name in result.choice.names]
    counted = [one and tuple(one.count(of) for of in Fate) for one in every]
    return all(one == counted[0] for one in counted)


def _agree(by_target: Mapping[str, Account]) -> bool:
    """True if every target makes the same of the records."""
    several = [_one(one) for one in by_target.values()]
    return all(one == several[0] for one in several)


def _notes(one: Account, name: str, total: Account, names: list[str], lang: Lang) -> Iterator[str]:
    """What stands beside the counts."""
    if one.stop:
        sentence = STOP if one.count(Fate.CRASH) else LOST
        yield sentence.say(lang, when=_when(one.stop, lang)) + _model(one.stop, names, lang)
    elif one.count(Fate.DROPPED) and not one.survivors:
        yield EMPTIED.say(lang)
    elif one.count(Fate.DROPPED) and (not total.stop or stage(total.stop) in LATE):
        yield DROPPED.say(lang)
    if one.rows is not None and one.rows != one.survivors and (name or one is total):
        yield ROWS.say(lang, records=f"{one.survivors:,}", rows=f"{one.rows:,}")
    worse = one.worse()
    if worse:
        what = ("，" if lang == "zh" else ", ").join(
            MAY[of].say(lang, count=f"{worse[of]:,}") for of in sorted(worse, reverse=True)
        )
        yield GUESS.say(lang, what=what)


def _when(mark: Mark, lang: Lang) -> str:
    met = stage(mark)
    return words.STAGES[met].say(lang) if met is not None else ""


def _model(mark: Mark, names: list[str], lang: Lang) -> str:
    early = stage(mark) in (Stage.LOAD, Stage.MAP)
    return MODEL.say(lang) if early and all(targets.load(name).model_first for name in names) else ""


def _beside(line: Line, notes: Iterator[str], column: int, width: int, lang: Lang) -> Iterator[Line]:
    """The counts with what is to say of them behind, or below where the line is too narrow for it."""
    said = list(notes)
    short = ("；" if lang == "zh" else "; ").join(said)
    if said and line.cell_len + 3 + cell_len(short) <= width:
        yield Line.assemble(line, "   ", (short, "dim"))
        return
    yield line
    indent = column + 2 if column else 2
    for note in said:
        for row in wrap(Line(note, style="dim"), max(30, width - indent)):
            yield Line.assemble(" " * indent, row)
