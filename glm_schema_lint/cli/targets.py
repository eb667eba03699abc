"""``glm-lint targets``: the trainers, and what each asks of the data."""

from __future__ import annotations

from collections.abc import Iterator

import click

from .. import rules, targets
from ..report import words
from ..targets.versions import in_words
from ..wording import Lang, Text
from . import PAGE_WIDTH, SentenceError
from .bilingual import Command, option

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
TAKES = Text("What it takes", "它接受什么")
SETTINGS = Text("Versions and settings", "版本与设置")
TRAINS = Text("Records that train well, one on each line", "可以正常训练的记录（一行一条）")
NOTES = Text("True of every dataset, so never a finding", "对所有数据都成立，因此不作为问题报告")
TIP = Text(
    "glm-lint targets NAME prints what one asks of the data; --target NAME lints by it.",
    "glm-lint targets NAME 查看某个训练程序对数据的要求；检查时用 --target NAME 指定。",
)
APPLY = Text(
    "{used} of {total} rules apply: glm-lint rule --all lists them all.",
    "{total} 条规则中有 {used} 条适用：glm-lint rule --all 查看全部。",
)
COLUMN = 16


@click.command(
    "targets", cls=Command, zh="列出训练程序，或打印 NAME 对数据的要求，附一个能正常训练的例子。",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": PAGE_WIDTH},
)  # fmt: skip
@click.argument("name", required=False)
@option(
    "--lang",
    type=click.Choice(["en", "zh", "auto"]),
    default="auto",
    show_default=True,
    en="Language of what is printed.",
    zh="输出的语言。",
)
def command(name: str | None, lang: str) -> int:
    """List the trainers, or print the contract of the one called NAME with a valid example."""
    from ..report.text import console

    spoken = words.language(lang)
    if name is not None and name not in targets.NAMES:
        en = f"no target is called {name!r}; known: {', '.join(targets.NAMES)}"
        raise SentenceError(Text(en, f"没有叫 {name!r} 的训练程序；可用：{'、'.join(targets.NAMES)}"), spoken)
    screen = console("auto")
    width = min(screen.width, PAGE_WIDTH)
    for row in _list(spoken, width) if name is None else _contract(targets.load(name), spoken, width):
        screen.print(row, soft_wrap=True)
    return 0


def _list(lang: Lang, width: int) -> Iterator[object]:
    from rich.text import Text as Line

    from ..report.typeset import QUIET, beside, indented

    for target in targets.load_all():
        yield from beside(Line(target.name, style="bold cyan"), Line(target.summary.say(lang)), width, COLUMN)
    yield Line("")
    yield from indented(Line(TIP.say(lang), style=QUIET), width, 0)


def _contract(target: targets.Target, lang: Lang, width: int) -> Iterator[object]:
    from rich.text import Text as Line

    from ..report.typeset import HEADING, QUIET, beside, indented, inline

    zh = lang == "zh"
    yield from beside(Line(target.name, style="bold cyan"), Line(target.summary.say(lang)), width, COLUMN)
    for title, rows in (
        (TAKES, _takes(target, zh)),
        (SETTINGS, _settings(target, lang)),
    ):
        yield Line("")
        yield Line(title.say(lang), style=HEADING)
        column = max(COLUMN, 4 + max((Line(label).cell_len for label, _ in rows), default=0))
        for label, text in rows:
            yield from beside(Line("  " + label, style=QUIET), Line(text), width, column)
    if target.example:
        yield Line("")
        yield Line(TRAINS.say(lang), style=HEADING)
        for row in target.example.strip("\n").splitlines():
            yield Line("  " + row)  # not wrapped: it is there to be copied
    if target.notes:
        yield Line("")
        yield Line(NOTES.say(lang), style=HEADING)
    for note in target.notes:
        yield from indented(inline("· " + (note.zh if zh else note.en)), width, 2, 2)
        if note.source:
            yield from indented(Line(note.source, style=QUIET), width, 4, 2)
    total = rules.load()
    used = sum(target.applies(rule.name) for rule in total)
    yield Line("")
    yield Line(APPLY.say(lang, used=used, total=len(total)), style=QUIET)


def _takes(target: targets.Target, zh: bool) -> list[tuple[str, str]]:
    lang: Lang = "zh" if zh else "en"
    comma = "、" if zh else ", "
    records = [_records(name, target.reads[name]).say(lang) for name in DIALECTS if name in target.reads]
    rows = [
        ("文件" if zh else "files", " ".join(target.files.train_suffix or target.files.suffixes)),
        *(("" if number else "记录" if zh else "records", said) for number, said in enumerate(records)),
        ("角色" if zh else "roles", comma.join(_role(names, zh) for names in target.turns.roles.values())),
        ("参与训练" if zh else "trained on", comma.join(target.turns.learned) if target.turns.roles else ""),
        ("图片" if zh else "images", _image(target, zh) if target.reads else ""),
        ("占位符" if zh else "placeholder", target.image.placeholder or ""),
        ("已分词训练行" if zh else "tokenized train", " ".join(target.tokenized.train)),
        ("已分词评估行" if zh else "tokenized eval", " ".join(target.tokenized.eval)),
        ("也会读取" if zh else "also read", " ".join(target.tokenized.columns)),
    ]
    return [(label, text) for label, text in rows if text]


def _records(dialect: str, reads: targets.Reads) -> Text:
    """A dialect in words; one that borrows the keys of another says which they are."""
    if dialect == "sharegpt" and reads.role == "role":
        return Text(
            f"{reads.messages} of {reads.role} and {reads.content}",
            f"由 {reads.role}、{reads.content} 组成的 {reads.messages}",
        )
    return DIALECTS[dialect]


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
        where = setting.where.say(lang)
        rows.append((name, said.say(lang) + (f"（{where}）" if zh else f" ({where})")))
    return rows


def _code(code: dict[str, str], zh: bool) -> str:
    if "repo" in code:
        at = f"（提交 {code['commit']}）" if zh else f" at commit {code['commit']}"
        return code["repo"] + at + (("，" if zh else ", ") + code["file"] if "file" in code else "")
    return " ".join(code.values())
