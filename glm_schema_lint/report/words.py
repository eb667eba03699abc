"""The sentences every format shares: what training does, when, and what a finding says."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from ..finding import Effect, Finding, Group, Outcome, Stage
from ..rules import Rule, by_name
from ..rules._show import cut, safe
from ..targets import halves
from ..targets.versions import Version
from ..wording import Lang, Text

EFFECTS: Final[dict[Effect, Text]] = {
    Effect.CRASH: Text("crash", "崩溃"),
    Effect.DROP: Text("records dropped", "记录被丢弃"),
    Effect.CORRUPT: Text("trains on the wrong thing", "学到错误内容"),
    Effect.STARVE: Text("nothing is learned", "什么也学不到"),
    Effect.MISLEAD: Text("evaluation misleads", "评估结果失真"),
    Effect.SLOW: Text("runs slower", "运行变慢"),
    Effect.NONE: Text("training is not affected", "不影响训练"),
}
STAGES: Final[dict[Stage, Text]] = {
    Stage.CONFIG: Text("when the config is read", "读取配置时"),
    Stage.LOAD: Text("when the data is loaded", "加载数据时"),
    Stage.MAP: Text("while preprocessing (map)", "预处理（map）时"),
    Stage.COLLATE: Text("when a batch is built", "组装 batch 时"),
    Stage.STEP: Text("at a training step", "执行训练步时"),
    Stage.EVAL: Text("at the first evaluation, before the first checkpoint", "第一次评估时（尚未保存任何检查点）"),
    Stage.PREDICT: Text("at the final prediction, after training", "训练结束后的预测时"),
}
UNREAD: Final = Text(" + {count} unread", " + {count} 条未能读入")
TIMED: Final = frozenset((Effect.CRASH, Effect.DROP))
"""Effects of which it matters when they happen; the others say what has become of the whole training."""
HIDDEN: Final = Text("<hidden>", "<已隐藏>")
PUBLIC: Final = frozenset(
    (
        "rule",
        "field",
        "fields",
        "key",
        "keys",
        "column",
        "columns",
        "split",
        "splits",
        "other",
        "expected",
        "target",
        "dialect",
        "reads",
        "reason",
        "limit",
        "count",
        "total",
        "type",
        "types",
        "version",
        "versions",
        "first",
        "later",
        "setting",
        "suffix",
        "stanza",
        "tag",
        "option",
    )
)
"""Placeholders that hold names, never what a record says; ``--no-values`` leaves them."""


def language(option: str) -> Lang:
    """``auto`` follows LC_ALL, LC_MESSAGES and LANG."""
    if option in ("en", "zh"):
        return "zh" if option == "zh" else "en"
    spoken = next((v for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(name))), "")
    return "zh" if spoken.lower().startswith("zh") else "en"


def effect(outcome: Outcome, lang: Lang) -> str:
    """``crash while preprocessing (map)``; just the effect where no stage is known, or when it happens says nothing more."""
    what = EFFECTS[outcome.effect].say(lang)
    if outcome.stage is None or outcome.effect not in TIMED:
        return what
    stage = STAGES[outcome.stage].say(lang)
    return f"{stage}{what}" if lang == "zh" else f"{what} {stage}"


Settings = Mapping[str, tuple[Any, str]]


def _conditions(outcome: Outcome, settings: Settings, lang: Lang) -> list[str]:
    """What an outcome depends on; settings that stand at their default go without saying."""
    parts = []
    for name, wanted in outcome.when:
        if name in settings:
            if settings[name][1] != "default":
                parts.append(f"{name}={wanted}")
        else:
            parts.append(f"{name} {wanted.replace(' or ', ' 或 ') if lang == 'zh' else wanted}")
    return parts


def under(group: Group, candidates: Sequence[str], lang: Lang) -> str:
    """Who of several ``candidates`` is concerned, and where they end differently how each does; "" if all do alike."""
    ends: dict[str, list[str]] = {}
    for name, outcome in group.by_target.items():
        ends.setdefault(effect(outcome, lang), []).append(name)
    if len(ends) > 1 and by_name()[group.key.rule].family != "LINT":
        joined = {said: ("、" if lang == "zh" else ", ").join(names) for said, names in ends.items()}
        if lang == "zh":
            return "；".join(f"{names}：{said}" for said, names in joined.items())
        return "; ".join(f"{names}: {said}" for said, names in joined.items())
    return "" if set(group.key.targets) == set(candidates) else ", ".join(group.key.targets)


def window(outcome: Outcome, versions: Mapping[str, Version], settings: Settings, lang: Lang) -> str | None:
    """The conditions in force: ``transformers <4.47 (yours: 4.46.3)``; None if there are none."""
    parts = _conditions(outcome, settings, lang)
    if not parts:
        return None
    mine = [name for name, _ in outcome.when if name in versions]
    yours = [versions[name].version if len(mine) == 1 else f"{name} {versions[name].version}" for name in mine]
    known = (f"（你的：{'、'.join(yours)}）" if lang == "zh" else f" (yours: {', '.join(yours)})") if yours else ""
    if not outcome.known and not yours:
        known = (
            "（版本未知，按最坏情况）"
            if lang == "zh"
            else " (version not known: the worst case is assumed; --with names it)"
        )
    return ("适用于 " if lang == "zh" else "with ") + ", ".join(parts) + known


def trainer_says(error: str | None, lang: Lang) -> str:
    """The trainer's own words; where it says nothing, ours on what happens, in ``lang``."""
    return halves(error).say(lang) if error else ""


def error_line(worst: Outcome, lang: Lang) -> str:
    """The trainer's own error text and where it stands in its code."""
    said = trainer_says(worst.error, lang)
    if worst.source:
        said += f"  ({worst.source})" if said else worst.source
    if worst.evidence == "inferred":
        said += "（推断，未实际运行）" if lang == "zh" else " (inferred, not run)"
    return said


def error_lines(group: Group, lang: Lang) -> list[str]:
    """The same for every trainer that is concerned; whose it is stands before it where they say different things."""
    said: dict[str, list[str]] = {}
    worded = {name: trainer_says(outcome.error, lang) for name, outcome in group.by_target.items()}
    if len({*worded.values()}) < 2:
        return [error_line(group.worst, lang)]
    for name, outcome in group.by_target.items():
        if outcome.effect is not Effect.NONE:
            said.setdefault(error_line(outcome, lang), []).append(name)
    comma, colon = ("、", "：") if lang == "zh" else (", ", ": ")
    return [f"{comma.join(names)}{colon}{text}" for text, names in said.items() if text]


def training(group: Group, versions: Mapping[str, Version], settings: Settings, lang: Lang) -> str:
    """One sentence on what training does, with the trainer's own error text and where it stands in its code."""
    sentence = effect(group.worst, lang)
    said = error_line(group.worst, lang)
    if said:
        sentence += ("：" if lang == "zh" else ": ") + said.replace("  (", " (")
    when = window(group.worst, versions, settings, lang)
    return sentence + (f"; {when}" if when and lang == "en" else f"；{when}" if when else "")


def others(group: Group, settings: Settings, lang: Lang) -> list[str]:
    """Outcomes of other versions or settings, one line each."""
    lines = []
    seen = {(group.worst.effect, group.worst.stage, group.worst.error)}
    for outcome in group.outcomes[1:]:
        mark = (outcome.effect, outcome.stage, outcome.error)
        parts = _conditions(outcome, settings, lang)
        if mark in seen or not parts:
            continue
        seen.add(mark)
        what = trainer_says(outcome.error, lang) or EFFECTS[outcome.effect].say(lang)
        lines.append(f"{', '.join(parts)}: {what}")
    return lines


def values(finding_values: Mapping[str, Any], hide: bool, lang: Lang) -> dict[str, Any]:
    """Placeholders made safe to print; with ``hide`` those that quote the user's data are masked."""
    shown: dict[str, Any] = {}
    for key, value in finding_values.items():
        if isinstance(value, Text):
            shown[key] = value.say(lang)
        elif not isinstance(value, str):
            shown[key] = value
        else:
            shown[key] = HIDDEN.say(lang) if hide and key not in PUBLIC else safe(cut(value, 160))
    return shown


def message(rule: Rule, case: str, finding: Finding, lang: Lang, hide: bool = False) -> str:
    """What one finding says."""
    return rule.message(case).fill(lang, values(finding.values, hide, lang))


def help_of(group: Group, lang: Lang, hide: bool = False) -> str:
    """What to do about a group, in the words of its first finding."""
    return advice(group, group.examples[0].values if group.examples else {}, lang, hide)


def advice(group: Group, said: Mapping[str, Any], lang: Lang, hide: bool = False) -> str:
    """What to do about a finding of a group that fills its sentences with ``said``."""
    return by_name()[group.key.rule].help(group.key.case).fill(lang, values(said, hide, lang))


class Typed(NamedTuple):
    """What the user typed: paths, and the options that ``check`` and ``fix`` both take."""

    paths: Sequence[str] = ()
    options: Sequence[str] = ()


NOTHING_TYPED: Final = Typed()


def fix_command(typed: Typed, names: Sequence[str], unsafe: bool) -> str:
    """The command that repairs what was linted, for a shell: ``PATH`` where nobody typed one.

    ``names`` are the trainers of the run: a single one is named, so that ``fix`` repairs for the same.
    """
    words = ["glm-lint", "fix", *(map(shlex.quote, typed.paths) if typed.paths else ["PATH"])]
    words += ["--target", names[0]] if len(names) == 1 else []
    words += map(shlex.quote, typed.options)
    return " ".join([*words, "-o", "DIR", *(["--unsafe-fixes"] if unsafe else [])])
