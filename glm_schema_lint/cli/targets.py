"""``glm-lint targets``: the trainers, and what each asks of the data."""

from __future__ import annotations

from typing import Any

import click

from .. import rules, targets
from ..report import words
from ..wording import Lang, Text
from . import SentenceError


@click.command("targets", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.argument("name", required=False)
@click.option("--lang", type=click.Choice(["en", "zh", "auto"]), default="auto", show_default=True)
def command(name: str | None, lang: str) -> int:
    """List the trainers, or print the contract of the one called NAME with a valid example."""
    from rich.table import Table
    from rich.text import Text as Line

    from ..report.text import console

    spoken = words.language(lang)
    screen = console("auto")
    if name is None:
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for target in targets.load_all():
            table.add_row(Line(target.name, style="bold cyan"), Line(target.summary.say(spoken)))
        screen.print(table)
        tip = "glm-lint targets NAME 查看某个训练程序的约定" if spoken == "zh" else "glm-lint targets NAME prints what one of them asks of the data"
        screen.print(Line(tip, style="dim"))
        return 0
    if name not in targets.NAMES:
        known = ", ".join(targets.NAMES)
        raise SentenceError(Text(f"no target is called {name!r}; known: {known}", f"没有叫 {name!r} 的训练程序；可用：{known}"), spoken)
    target = targets.load(name)
    screen.print(Line(target.name, style="bold cyan").append("  " + target.summary.say(spoken), style="default"))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for label, text in _contract(target, spoken):
        table.add_row(label, Line(text))
    screen.print(table)
    for note in target.notes:
        screen.print(Line("· " + (note.zh if spoken == "zh" else note.en)).append(f" ({note.source})" if note.source else "", style="dim"))
    if target.example:
        screen.print(Line("一个可以直接训练的例子" if spoken == "zh" else "a record that trains well", style="bold"))
        screen.print(Line(target.example.strip("\n")))
    return 0


def _contract(target: targets.Target, lang: Lang) -> list[tuple[str, str]]:
    zh = lang == "zh"
    rows: list[tuple[str, Any]] = [
        ("代码" if zh else "code", " ".join(target.code.values())),
        ("要求" if zh else "requires", ", ".join(f"{k}{v}" for k, v in target.requires.items())),
        ("设置" if zh else "settings", ", ".join(f"{k}={str(s.default).lower()} ({s.read_from})" for k, s in target.settings.items())),
        ("文件后缀" if zh else "suffixes", " ".join(target.files.train_suffix or target.files.suffixes)),
        ("读取的格式" if zh else "reads", " ".join(target.reads)),
        ("角色" if zh else "roles", "; ".join(f"{kind}: {' '.join(names)}" for kind, names in target.turns.roles.items())),
        ("参与学习" if zh else "learned", " ".join(target.turns.learned) if target.turns.roles else ""),
        ("图片" if zh else "images", _image(target, zh)),
        ("占位符" if zh else "placeholder", target.image.placeholder or ""),
        ("train 列" if zh else "train columns", " ".join(target.tokenized.train)),
        ("eval 列" if zh else "eval columns", " ".join(target.tokenized.eval)),
        ("规则" if zh else "rules", f"{sum(target.applies(rule.name) for rule in rules.load())}"),
    ]
    return [(label, text) for label, text in rows if text]


def _image(target: targets.Target, zh: bool) -> str:
    image = target.image
    if image.where == "none":
        return "不读取图片" if zh else "none are read"
    where = {
        "first-message": Text("only in messages[0].image", "只在 messages[0].image"),
        "list": Text("in a list beside the messages", "在 messages 旁边的列表里"),
        "list-or-parts": Text("in a list beside the messages, or as content parts", "在 messages 旁边的列表里，或写成 content 分段"),
    }[image.where].say("zh" if zh else "en")
    base = {
        "start-folder": Text("relative paths start at the folder training is started in", "相对路径从启动训练的目录算起"),
        "media-dir": Text("relative paths start at media_dir (default: the dataset folder)", "相对路径从 media_dir（默认是数据集目录）算起"),
        "none": Text("", ""),
    }[image.path_base].say("zh" if zh else "en")
    limit = (f"，最多 {image.max} 张" if zh else f", at most {image.max}") if image.max else ""
    return where + limit + (("；" if zh else "; ") + base if base else "")
