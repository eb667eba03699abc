"""The report for a person: target and why, splits, groups worst first, what was not checked, the next command."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import IO, Any

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.console import Group as Rows
from rich.text import Text as Line

from .. import rules, targets
from ..engine.run import Result
from ..engine.summary import SplitSummary
from ..finding import Finding, Group, Severity
from ..fix.catalogue import dedicated, safety
from ..rules._show import safe
from ..wording import Lang
from . import accounts, counts, matrix, words
from .concise import summary
from .typeset import wrap

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold cyan"}
SETTINGS_INLINE = 2
"""More settings than these take a line of their own."""
MAX_WIDTH = 120
ADDRESS = 48
INDENT = 12
ADVICE = 3
"""At most so many different things to do about findings that say different things."""


def console(color: str, file: IO[str] | None = None) -> Console:
    """A console that obeys ``--color auto|always|never`` and NO_COLOR; outside a terminal lines are 120 wide."""
    force = {"always": True, "never": False}.get(color)
    made = Console(
        file=file or sys.stdout, force_terminal=force, no_color=True if color == "never" else None, highlight=False,
        markup=False, emoji=False, soft_wrap=False,
    )  # fmt: skip
    if not made.is_terminal:
        made.width = MAX_WIDTH
    return made


def render(
    result: Result,
    lang: Lang,
    *,
    exit_code: int,
    examples: int,
    hide: bool,
    quiet: bool = False,
    width: int = MAX_WIDTH,
    typed: words.Typed = words.NOTHING_TYPED,
) -> Iterable[RenderableType]:
    """The blocks of the report, top to bottom; ``typed`` are the words of the command."""
    if not quiet:
        yield _head(result, lang)
        if _many(result):
            yield _labelled("设置" if lang == "zh" else "settings", "; ".join(_set(result)), "dim", width)
        yield _splits(result, lang)
        yield from accounts.lines(result, lang, width)
        for note in result.notes:
            yield _labelled("注意" if lang == "zh" else "note", note.say(lang), "dim", width)
    if result.sheets:
        yield Line("")
        yield from matrix.render(result, lang, min(width, matrix.WIDTH))
    for block in [] if result.sheets else _blocks(result.groups):
        yield Line("")
        yield from _block(block, result, lang, examples, hide, width, typed)
    yield Line("")
    if result.not_checked and not quiet:
        yield _labelled(
            "没有检查" if lang == "zh" else "not checked",
            ("；" if lang == "zh" else "; ").join(t.say(lang) for t in result.not_checked),
            "dim",
            width,
        )
    yield matrix.foot(result, lang, exit_code) if result.sheets else _foot(result, lang, exit_code)


def _head(result: Result, lang: Lang) -> RenderableType:
    choice = result.choice
    line = Line("目标 " if lang == "zh" else "target ", style="dim")
    names = (" 或 " if lang == "zh" else " or ").join(choice.names)
    if result.sheets:
        names = f"{len(choice.names)} 个训练程序" if lang == "zh" else f"all {len(choice.names)} trainers"
    line.append(names, style="bold")
    line.append(f" ({safe(choice.reason.say(lang))})", style="dim")
    for name, version in sorted(result.versions.items()):
        line.append(f"; {name} {version.version} ({safe(version.source)})", style="dim")
    if not _many(result):
        line.append("".join(f"; {said}" for said in _set(result)), style="dim")
    if len(choice.names) == 1 and result.settings.get("template") == ("unknown", "default"):
        fitting = "glm4v" if result.pictured else "glm4"  # glm4 takes no image
        line.append(
            f"; template 未知（--set template={fitting}）"
            if lang == "zh"
            else f"; template unknown (--set template={fitting})",
            style="dim",
        )
    if len(choice.names) > 1 and not result.sheets:
        agree = accounts.alike(result) and all(set(g.key.targets) == set(choice.names) for g in result.groups)
        line.append(("：结论一致" if lang == "zh" else ": all agree") if agree else "", style="dim")
        line.append("；用 --target 指定训练程序" if lang == "zh" else "; name yours with --target", style="dim")
    return line


def _set(result: Result) -> list[str]:
    """Settings these trainers read and somebody made, by the place where they stand: each place is named once."""
    read = {name for target in result.choice.names for name in targets.load(target).settings}
    said: dict[str, list[str]] = {}
    for name, (value, source) in sorted(result.settings.items()):
        if source != "default" and name in read:
            shown = str(value).lower() if isinstance(value, bool) else safe(str(value))
            said.setdefault(source, []).append(f"{name}={shown}")
    return [f"{' '.join(pairs)} ({safe(source)})" for source, pairs in said.items()]


def _many(result: Result) -> bool:
    """True if the settings take a line of their own."""
    return sum(said.count("=") for said in _set(result)) > SETTINGS_INLINE


def _splits(result: Result, lang: Lang) -> RenderableType:
    """A line per split: name, records, dialect, then its columns if they are the point (tokenized), else its files."""
    names = max((cell_len(safe(s.name)) for s in result.splits), default=0)
    counts = [
        (f"{s.records:,} 条" if lang == "zh" else f"{s.records:,} record{'s' * (s.records != 1)}")
        + (words.UNREAD.say(lang, count=f"{s.unread:,}") if s.unread else "")
        for s in result.splits
    ]
    wide = max(map(cell_len, counts), default=0)
    kinds = max((len(s.dialect or "?") for s in result.splits), default=0)
    rows_: list[RenderableType] = []
    for split, count in zip(result.splits, counts, strict=True):
        line = Line.assemble(
            (safe(split.name) + " " * (names - cell_len(safe(split.name))), "bold"), "  ", " " * (wide - cell_len(count)) + count,
            "  ", ((split.dialect or "?").ljust(kinds), "cyan"), "  ",
        )  # fmt: skip
        columns = " ".join(split.columns[:12]) + (" …" if len(split.columns) > 12 else "")
        line.append(safe(columns) if split.dialect == "tokenized" else _files(split, result, lang), style="dim")
        if split.mapping is not None:
            line.append(f"  {split.mapping.say(lang)}", style="dim")
        rows_.append(line)
    return Rows(*rows_)


def _files(split: SplitSummary, result: Result, lang: Lang) -> str:
    names = [result.shown.get(name, name) for name in split.files]
    if not names:
        return "内存中" if lang == "zh" else "in memory"
    first = safe(names[0]) if len(names[0]) <= ADDRESS else "…" + safe(names[0][-ADDRESS + 1 :])
    more = len(names) - 1
    if not more:
        return first
    return f"{first} 等 {more + 1} 个文件" if lang == "zh" else f"{first} and {more} more"


def _blocks(groups: list[Group]) -> list[list[Group]]:
    """Groups that differ only in split, file or stage are one block."""
    blocks: dict[tuple[Any, ...], list[Group]] = {}
    for group in groups:
        key = (group.severity, group.key.rule, group.key.case, group.key.targets, group.key.only, group.worst.effect)
        blocks.setdefault(key, []).append(group)
    return list(blocks.values())


def _block(
    block: list[Group], result: Result, lang: Lang, examples: int, hide: bool, width: int, typed: words.Typed
) -> Iterable[RenderableType]:
    first = block[0]
    rule = rules.by_name()[first.key.rule]
    head = Line()
    head.append(f"{first.severity.value}[{rule.name}]", style=STYLES[first.severity])
    head.append(f" {rule.code}  ", style="dim")
    head.append(counts.concerned(block, result, lang))
    head.append("   " + words.effect(first.worst, lang), style=STYLES[first.severity])
    yield head
    shown = [finding for group in block for finding in group.examples][:examples]
    said: set[object] = set()
    todo: list[str] = []
    for finding in shown:
        text = words.message(rule, first.key.case, finding, lang, hide)
        if text not in said:
            said.add(text)
            todo.append(words.advice(first, finding.values, lang, hide))
            yield _labelled("", text, "bold", width, indent=2)
        at = (str(finding.location), finding.found)
        if at in said:
            continue
        said.add(at)
        yield _address(finding, result, lang, hide, width)
    more = sum(g.findings for g in block) - sum(finding.count for finding in shown)
    if more > 0 and (len(shown) == 1 or len({str(finding.location) for finding in shown}) > 1):
        yield Line(f"  … 还有 {more:,} 处" if lang == "zh" else f"  … {more:,} more", style="dim")
    who = words.under(first, result.choice.names, lang)
    if who:
        yield _labelled("训练程序" if lang == "zh" else "under", who, width=width)
    yield from _training(block, result, lang, width)
    advice = list(dict.fromkeys(filter(None, todo)))[:ADVICE]
    common = _common(block, lang)
    if common:
        advice = [("；" if lang == "zh" else "; ").join([common, *advice[:1]]), *advice[1:]]
    for index, part in enumerate("\n".join(advice).splitlines()):
        yield _labelled(("怎么办" if lang == "zh" else "do") if index == 0 else "", part, width=width)
    if dedicated(first) and first.key.file is not None and set(first.key.targets) == set(result.choice.names):
        command = words.fix_command(typed, result.choice.names, safety(first) == "unsafe")
        yield _labelled("修复" if lang == "zh" else "fix", command, width=width)


def _training(block: list[Group], result: Result, lang: Lang, width: int) -> Iterable[RenderableType]:
    """The trainer's own words for every different end the splits of a block come to, then what other versions do."""
    said: dict[str, list[str]] = {}
    for group in block:
        text = words.error_line(group.worst, lang)
        if words.effect(group.worst, lang) != words.effect(block[0].worst, lang):
            text = words.effect(group.worst, lang) + (f": {text}" if text not in said else "")
        said.setdefault(text, []).append(group.key.split or "")
    label = "训练时" if lang == "zh" else "training"
    for number, (text, splits) in enumerate(said.items()):
        who = f"{safe(', '.join(dict.fromkeys(splits)))}: " if number else ""
        for quoted in [text] if number else words.error_lines(block[0], lang):
            if quoted:
                yield _labelled(label, who + quoted, width=width)
                label = ""
    first = block[0]
    for line in (
        words.window(first.worst, result.versions, result.settings, lang),
        *words.others(first, result.settings, lang),
    ):
        if line:
            yield _labelled(label, line, "dim", width)
            label = ""


def _address(finding: Finding, result: Result, lang: Lang, hide: bool, width: int) -> RenderableType:
    """Where it is, what was found and expected there; a second place beside it, or below where the line is full."""
    at = str(finding.location)
    if finding.location.file in result.shown:
        at = result.shown[finding.location.file] + at.removeprefix(finding.location.file)
    line = Line("  " + safe(at), style="magenta")
    if finding.found is not None:
        line.append("   " + (words.HIDDEN.say(lang) if hide else finding.found), style="default")
    if finding.expected is not None:
        line.append(("   应为 " if lang == "zh" else "   expected ") + finding.expected, style="dim")
    rows_ = [line]
    for related in finding.related:
        where = str(related.location)
        if related.location.file in result.shown:
            where = result.shown[related.location.file] + where.removeprefix(related.location.file)
        beside = Line.assemble((safe(where), "blue"), (" " + related.message.say(lang), "dim"))
        full = rows_[-1].cell_len + 3 + beside.cell_len > width
        if full:
            rows_.append(Line("      "))
        rows_[-1].append("" if full else "   ").append_text(beside)
    return Rows(*rows_)


def _common(block: list[Group], lang: Lang) -> str:
    folders = {group.common for group in block}
    count = sum(group.findings for group in block)
    if count < 3 or len(folders) != 1:
        return ""
    folder = folders.pop()
    if not folder:
        return ""
    gone = all(group.common_gone for group in block)
    if lang == "zh":
        return f"这 {count:,} 个都在 {safe(folder)}/ 下" + ("，而这个目录不存在" if gone else "")
    return f"all {count:,} lie under {safe(folder)}/" + (", which does not exist" if gone else "")


def _labelled(label: str, text: str, style: str = "", width: int = MAX_WIDTH, indent: int = INDENT) -> RenderableType:
    """``  label    text``, the text wrapped beside the label; Chinese takes two cells a character."""
    head = f"  {label}"
    indent = max(indent, cell_len(head) + bool(label))
    wrapped = wrap(Line(safe(text), style=style), max(30, width - indent))
    rows_: list[RenderableType] = []
    for number, row in enumerate(wrapped):
        before = head + " " * (indent - cell_len(head)) if number == 0 else " " * indent
        rows_.append(Line.assemble((before, "dim"), row))
    return Rows(*rows_)


def _foot(result: Result, lang: Lang, exit_code: int) -> RenderableType:
    line = Line(summary(result, lang), style="bold green" if not result.groups else "bold")
    if result.groups:
        line.append(f" 退出码 {exit_code}。" if lang == "zh" else f" exit {exit_code}.", style="dim")
        word = "下一步" if lang == "zh" else "next"
        line.append(f"   {word}: glm-lint rule {result.groups[0].key.rule}", style="dim")
    return line


def rows(blocks: Iterable[RenderableType]) -> Rows:
    """The blocks as one renderable."""
    return Rows(*blocks)
