"""A trainer's contract as a page: what it takes and does, each fact with its source, a valid example, what defects come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rich.text import Text as Line

from .. import rules, targets
from ..finding import Effect, Stage
from ..targets import facts
from ..targets.versions import in_words
from ..wording import Lang, Text
from .typeset import HEADING, QUIET, beside, indented, inline
from .words import EFFECTS

DIALECTS = {
    "glm": Text("messages of role and content", "由 role、content 组成的 messages"),
    "openai": Text(
        "messages whose content comes in parts, or with tool_calls",
        "content 分段的 messages，或带 tool_calls 的 messages",
    ),
    "swift": Text("messages with images beside them", "messages，旁边另有 images"),
    "sharegpt": Text("conversations of from and value", "由 from、value 组成的 conversations"),
    "alpaca": Text("instruction, input and output", "instruction、input、output"),
}
WHERE = {
    "first-message": Text("in the key image of the first message", "写在第一条消息的 image 键里"),
    "list": Text("in a list beside the messages", "写在 messages 旁边的列表里"),
    "list-or-parts": Text(
        "in a list beside the messages, or as parts of a content", "写在 messages 旁边的列表里，或作为 content 的分段"
    ),
    "none": Text("none are read", "不读取图片"),
}
PATHS = {
    "start-folder": Text("relative paths start at the folder training is started in", "相对路径从启动训练的目录算起"),
    "media-dir": Text(
        "relative paths start at media_dir, or else at the dataset folder",
        "相对路径从 media_dir 算起，不设则从数据集目录算起",
    ),
    "none": Text("", ""),
}
CUTS = {
    "none": Text("nothing is cut", "不截断"),
    "end": Text("a longer row is cut at its end", "超长的行从末尾截断"),
    "shared": Text("question and answer of a longer one are cut in proportion", "超长时按比例截断提问与回答"),
    "refused": Text("a longer record is not taken", "超长的记录不取用"),
}
TAKES = Text("What it does with data", "它如何处理数据")
DEFECTS = Text("What defects come to", "各种问题的后果")
SETTINGS = Text("Versions and settings", "版本与设置")
TRAINS = Text("Records that train well, one on each line", "可以正常训练的记录（一行一条）")
NOTES = Text("True of every dataset, so never a finding", "对所有数据都成立，因此不作为问题报告")
APPLY = Text(
    "{used} of {total} rules apply: glm-lint rule NAME says what each checks, and quotes the errors.",
    "{total} 条规则中有 {used} 条适用：glm-lint rule NAME 说明每条规则检查什么，并引用报错原文。",
)
EVIDENCE: Final = {"ran": Text("ran", "运行过"), "read": Text("read", "读过代码")}
SEEN = Text(
    "Sources are files of {code}; ran: that code was run, read: it was read.",
    "出处是{code}中的文件；“运行过”指执行过这段代码，“读过代码”指只读过。",
)
STAGES: Final[dict[Stage | None, Text]] = {
    Stage.CONFIG: Text("config", "读取配置"), Stage.LOAD: Text("load", "加载"), Stage.MAP: Text("map", "预处理"),
    Stage.COLLATE: Text("batch", "组批"), Stage.STEP: Text("step", "训练步"), Stage.EVAL: Text("evaluation", "评估"),
    Stage.PREDICT: Text("prediction", "预测"), None: Text("", ""),
}  # fmt: skip
COLUMN: Final = 16


def page(target: targets.Target, lang: Lang, width: int) -> Iterator[Line]:
    """The contract, row by row."""
    zh = lang == "zh"
    yield from beside(Line(target.name, style="bold cyan"), Line(target.summary.say(lang)), width, COLUMN)
    yield from _titled(SETTINGS, lang)
    rows = _settings(target, lang)
    column = max(COLUMN, 4 + max((Line(label).cell_len for label, _ in rows), default=0))
    for label, text in rows:
        yield from beside(Line("  " + label, style=QUIET), Line(text), width, column)
    if target.example:
        yield from _titled(TRAINS, lang)
        for row in target.example.strip("\n").splitlines():
            yield Line("  " + row)  # not wrapped: it is there to be copied
    yield from _titled(TAKES, lang)
    yield from indented(
        Line(SEEN.say(lang, code=_code({k: v for k, v in target.code.items() if k != "file"}, zh)), style=QUIET),
        width,
        2,
    )
    yield from _topics(target, lang, width)
    if target.notes:
        yield from _titled(NOTES, lang)
    for note in target.notes:
        yield from indented(inline("· " + (note.zh if zh else note.en)), width, 2, 2)
        yield from indented(Line(note.source, style=QUIET), width, 4, 2)
    yield from _titled(DEFECTS, lang)
    for effect, names in effects(target).items():
        what = Line("  " + EFFECTS[effect].say(lang), style=QUIET)
        for stage, listed in names.items():
            yield from beside(what, Line(_stage(stage, listed, zh)), width, 28)
            what = Line("")
    total = rules.load()
    used = sum(target.applies(rule.name) for rule in total)
    yield Line("")
    yield from indented(Line(APPLY.say(lang, used=used, total=len(total)), style=QUIET), width, 0)


def as_object(target: targets.Target) -> dict[str, Any]:
    """The contract as JSON: settings, facts with their sources, notes, example, outcomes of every rule, and why others do not apply."""
    said = target.model_dump(mode="json", exclude_defaults=True, by_alias=True, exclude={"example", "not_applicable"})
    stated = {
        topic: [
            {**fact.model_dump(mode="json", exclude={"say"}), "en": fact.text.en, "zh": fact.text.zh} for fact in known
        ]
        for topic, known in facts.facts(target).items()
    }
    excused = {name: dict(zip(("en", "zh"), targets.halves(why), strict=True))
               for why, names in target.not_applicable.items() for name in names}  # fmt: skip
    example = target.example.strip("\n").splitlines()
    return {"schema": "glm-lint/target/v1", **said, "facts": stated, "not_applicable": excused, "example": example}


def effects(target: targets.Target) -> dict[Effect, dict[Stage | None, list[str]]]:
    """Names of the rules by the effect and the stage of their outcomes, worst and earliest first."""
    found: dict[tuple[Effect, Stage | None], list[str]] = {}
    for key, lines in target.outcomes.items():
        for line in lines:
            names = found.setdefault((line.effect, line.stage), [])
            if line.effect is not Effect.NONE and key.partition(":")[0] not in names:
                names.append(key.partition(":")[0])
    order = sorted(found, key=lambda at: (at[0].rank, at[1].rank if at[1] else 0))
    made: dict[Effect, dict[Stage | None, list[str]]] = {}
    for effect, stage in order:
        if names := found[effect, stage]:
            made.setdefault(effect, {})[stage] = names
    return made


def topics(target: targets.Target, lang: Lang) -> Iterator[tuple[str, list[str], list[facts.Fact]]]:
    """Topic by topic: its key, what the contract itself holds on it, and the facts."""
    known, held = facts.facts(target), _held(target, lang == "zh")
    for topic in facts.TOPICS:
        if topic in known or held.get(topic):
            yield topic, held.get(topic, []), known.get(topic, [])


def _titled(title: Text, lang: Lang) -> Iterator[Line]:
    yield Line("")
    yield Line(title.say(lang), style=HEADING)


def _topics(target: targets.Target, lang: Lang, width: int) -> Iterator[Line]:
    zh = lang == "zh"
    for topic, held, known in topics(target, lang):
        label = Line("  " + facts.TOPICS[topic].say(lang), style="bold")
        if held:
            for number, text in enumerate(held):
                yield from beside(label if not number else Line(""), Line(text), width, COLUMN + 2)
        else:
            yield label
        for fact in known:
            when = fact.condition(target).say(lang)
            colon = "：" if zh else ": "
            yield from indented(inline("· " + (when + colon if when else "") + fact.text.say(lang)), width, 4, 2)
            seen = EVIDENCE[fact.evidence].say(lang)
            yield from indented(
                Line(f"{fact.source}（{seen}）" if zh else f"{fact.source} ({seen})", style=QUIET), width, 6, 2
            )


def _stage(stage: Stage | None, names: list[str], zh: bool) -> str:
    where = STAGES[stage].say("zh" if zh else "en")
    said = ("、" if zh else ", ").join(names)
    return f"{where}{'：' if zh else ': '}{said}" if where else said


def _held(target: targets.Target, zh: bool) -> dict[str, list[str]]:
    """What the contract itself holds, by topic."""
    lang: Lang = "zh" if zh else "en"
    comma = "、" if zh else ", "
    records = [_records(name, target.reads[name]).say(lang) for name in DIALECTS if name in target.reads]
    kinds = {"train": ("训练" if zh else "train"), "eval": ("评估" if zh else "evaluation")}
    tokenized = [(kinds["train"], target.tokenized.train), (kinds["eval"], target.tokenized.eval)]
    also = "也会读取" if zh else "also read"
    found = {
        "files": [" ".join(target.files.train_suffix or target.files.suffixes)],
        "records": records,
        "roles": [comma.join(_role(names, zh) for names in target.turns.roles.values())],
        "learned": [comma.join(target.turns.learned) if target.turns.roles else ""],
        "images": [_image(target, zh) if target.reads else ""],
        "placeholders": [target.image.placeholder or ""],
        "rows": [
            f"{kind}{'：' if zh else ': '}{' '.join(names)}"
            for kind, names in (*tokenized, (also, target.tokenized.columns))
            if names
        ],
    }
    found["length"] = [_length(target.length, zh)]
    return {topic: said for topic, listed in found.items() if (said := [text for text in listed if text])}


def _records(dialect: str, reads: targets.Reads) -> Text:
    """A dialect in words; one that borrows the keys of another says which they are."""
    if dialect == "sharegpt" and reads.role == "role":
        return Text(
            f"{reads.messages} of {reads.role} and {reads.content}",
            f"由 {reads.role}、{reads.content} 组成的 {reads.messages}",
        )
    return DIALECTS[dialect]


def _length(length: targets.Length, zh: bool) -> str:
    """The limit of a training row, and what becomes of a longer one."""
    if not length.limit:
        return ""
    most = " + ".join([*length.limit, *([str(length.extra)] if length.extra else [])])
    return most + ("；" if zh else "; ") + CUTS[length.cut].say("zh" if zh else "en")


def _role(names: list[str], zh: bool) -> str:
    if len(names) == 1:
        return names[0]
    return f"{names[0]}（或 {'、'.join(names[1:])}）" if zh else f"{names[0]} (or {', '.join(names[1:])})"


def _image(target: targets.Target, zh: bool) -> str:
    lang: Lang = "zh" if zh else "en"
    image = target.image
    where = WHERE[image.where].say(lang)
    if image.max:
        where += f"，最多 {image.max} 张" if zh else f", at most {image.max}"
    paths = PATHS[image.path_base].say(lang)
    return where + (("；" if zh else "; ") + paths if paths else "")


def _settings(target: targets.Target, lang: Lang) -> list[tuple[str, str]]:
    zh = lang == "zh"
    rows = [("代码" if zh else "code", _code(target.code, zh))]
    rows += [(package, in_words([wanted]).say(lang)) for package, wanted in target.requires.items()]
    for name, setting in target.settings.items():
        value = "true" if setting.default is True else "false" if setting.default is False else str(setting.default)
        said = Text(f"{value} unless set", f"默认 {value}")
        if value in ("", "unknown"):
            said = Text("not known unless set", "不设则按未知处理") if value else Text("none unless set", "默认不设")
        if setting.unset is not None:
            said = Text(
                f"{setting.unset} where a training config leaves it out, not known without one",
                f"训练配置里没写则为 {setting.unset}；没有训练配置则按未知处理",
            )
        where = setting.where.say(lang)
        rows.append((name, said.say(lang) + (f"（{where}）" if zh else f" ({where})")))
    return rows


def _code(code: dict[str, str], zh: bool) -> str:
    if "repo" in code:
        at = f"（提交 {code['commit']}）" if zh else f" at commit {code['commit']}"
        return code["repo"] + at + (("，" if zh else ", ") + code["file"] if "file" in code else "")
    return " ".join(code.values())
