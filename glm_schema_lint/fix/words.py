"""What ``glm-lint fix`` says: what was done, what was dropped, what could not be carried, what remains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..engine.run import Result
from ..finding import Group, Severity
from ..report import words as shared
from ..rules import by_name
from ..show import safe
from ..wording import Lang, Text
from .account import Account, Done
from .catalogue import REPAIRS, answer, dedicated, droppable, safety
from .plan import Plan

SHOWN: Final = 3
_PAD: Final = 9


def target_line(plan: Plan, lang: Lang) -> str:
    """Which trainer the repairs are for, and why."""
    names = plan.choice.names
    if len(names) == 1:
        why = plan.choice.reason.say(lang)
        return f"目标 {names[0]}（{why}）" if lang == "zh" else f"target {names[0]} ({why})"
    listed = ("、" if lang == "zh" else ", ").join(names)
    if plan.wish.to is not None:
        return Text(
            f"trainer of the input not known ({listed}): records are read by their keys; --target NAME says which",
            f"输入原属哪个训练程序未知（{listed}）：按记录的键读取；用 --target NAME 指定",
        ).say(lang)
    return (
        f"目标未知（{listed}）：只做各方都需要的同一种修复；用 --target NAME 指定"
        if lang == "zh"
        else f"target not known ({listed}): only what all of them need alike is repaired; --target NAME says which"
    )


def done(account: Account, lang: Lang, would: bool = False, to: str | None = None) -> Iterator[str]:
    """A block for each repair, and one for what was dropped; ``to`` is the trainer whose form records take, if any."""
    head = Text("would fix" if would else "fixed", "将修复" if would else "已修复").say(lang)
    for name, made in account.repairs:
        text = REPAIRS[name].text
        if name == "converted" and to is not None:
            text = Text(f"written in the form of {to}", f"已写成 {to} 的格式")
        yield f"{head:<{_PAD}} {name}  {_count(made, lang)}   {text.say(lang)}"
        yield from _some(made.examples, made.count, lang)
    by_rule: dict[tuple[str, str], list[str]] = {}
    for one in account.dropped:
        by_rule.setdefault((one.rule, one.code), []).append(one.shown)
    head = Text("would drop" if would else "dropped", "将去掉" if would else "已去掉").say(lang)
    for (rule, code), where in by_rule.items():
        yield f"{head:<{_PAD}} {rule} {code}  {_records(len(where), lang)}"
        yield from _some(where, len(where), lang)
    head = Text("not carried", "未能保留").say(lang)
    for lost in account.lost.values():
        yield f"{head:<{_PAD}} {lost.what.say(lang)}  {_records(lost.count, lang)}   {lost.first}"
    if not account.repairs and not account.dropped:
        yield Text("nothing to fix", "没有需要修复的内容").say(lang)
    if account.left_behind:
        shown = ", ".join(account.left_behind[:8]) + (" …" if len(account.left_behind) > 8 else "")
        yield Text(
            f"no part of the dataset, left where it is: {safe(shown)}", f"不属于数据集，留在原处：{safe(shown)}"
        ).say(lang)


def counts(account: Account, out: str | None, report: str | None, lang: Lang) -> str:
    """``read = written + dropped``, and where it went."""
    read, written, dropped = account.read, account.written, len(account.dropped)
    zh = lang == "zh"
    text = (
        f"读取 {read:,} 条 = 写出 {written:,} 条 + 去掉 {dropped:,} 条"
        if zh
        else f"{read:,} record{'s' * (read != 1)} read = {written:,} written + {dropped:,} dropped"
    )
    if account.made != written:
        text += f"（写出后共 {account.made:,} 条）" if zh else f" ({account.made:,} records in the output)"
    if out is not None:
        text += f"   {safe(out)}"
    if report is not None:
        text += f"；明细见 {safe(report)}" if zh else f"; details in {safe(report)}"
    return text


def remaining(result: Result, out: str, code: int, unsafe: bool, lang: Lang, command: str) -> Iterator[str]:
    """One line for each group that is left, with what would answer it, then the verdict and the ``command`` that says more."""
    zh = lang == "zh"
    yield from _left(Text("left", "剩余"), result.groups, unsafe, lang)
    errors, warnings = result.count(Severity.ERROR), result.count(Severity.WARNING)
    if not result.groups:
        yield f"{safe(out)} 没有问题。" if zh else f"no findings in {safe(out)}."
    elif zh:
        yield f"{safe(out)} 还剩 {errors:,} 个错误、{warnings:,} 个警告。退出码 {code}。   下一步：{safe(command)}"
    else:
        found = f"{errors:,} error{'s' * (errors != 1)}, {warnings:,} warning{'s' * (warnings != 1)}"
        yield f"{found} left in {safe(out)}. exit {code}.   next: {safe(command)}"


def unanswered(plan: Plan, account: Account, lang: Lang) -> Iterator[str]:
    """One line for each group of the input that none of the repairs of a preview answers.

    Whether it is there afterwards is for the output to say: another repair, or a dropped record, may take it along.
    """
    made = {name for name, _ in account.repairs}
    groups = [g for g in plan.before.groups if answer(g) not in made and not (plan.wish.unsafe and droppable(g))]
    yield from _left(Text("no repair", "无修复"), groups, plan.wish.unsafe, lang)


def _left(word: Text, groups: list[Group], unsafe: bool, lang: Lang) -> Iterator[str]:
    left: dict[tuple[str, str], list[int]] = {}
    kinds: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    for group in groups:
        key = (group.key.rule, group.severity.value)
        left.setdefault(key, []).append(group.findings)
        if key not in kinds:
            more = "" if unsafe else _unsafely(group, lang)
            rule = by_name()[group.key.rule]
            kinds[key] = (group.code, shared.effect(group.worst, lang), rule.title.say(lang), more)
    for (rule_name, severity), numbers in left.items():
        code_, effect, title, more = kinds[rule_name, severity]
        head = word.say(lang)
        yield f"{head:<{_PAD}} {severity}[{rule_name}] {code_}  {sum(numbers):,}   {title} ({effect}){more}"


def _unsafely(group: Group, lang: Lang) -> str:
    """What ``--unsafe-fixes`` would do about a group that is left. A safe repair would have been made, were there a way."""
    kind = safety(group)
    if kind == "none" or (kind == "safe" and not droppable(group)):
        return ""
    if kind == "unsafe" and dedicated(group):
        return "；--unsafe-fixes 可修复" if lang == "zh" else "; --unsafe-fixes repairs it"
    return "；--unsafe-fixes 会去掉这些记录" if lang == "zh" else "; --unsafe-fixes drops these records"


def _count(made: Done, lang: Lang) -> str:
    if made.unit == "files":
        return f"{made.count:,} 个文件" if lang == "zh" else f"{made.count:,} file" + "s" * (made.count != 1)
    return _records(made.count, lang)


def _records(number: int, lang: Lang) -> str:
    return f"{number:,} 条" if lang == "zh" else f"{number:,} record" + "s" * (number != 1)


def _some(where: list[str], count: int, lang: Lang) -> Iterator[str]:
    shown = ", ".join(safe(name) for name in where[:SHOWN])
    more = count - min(len(where), SHOWN)
    if more > 0:
        shown += f"，… 另有 {more:,} 处" if lang == "zh" else f", … {more:,} more"
    yield " " * (_PAD + 1) + shown
