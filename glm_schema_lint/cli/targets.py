"""``glm-lint targets``: the trainers, and what each asks of the data."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from .. import targets
from ..report import words
from ..wording import Lang, Text
from . import PAGE_WIDTH, SentenceError
from .bilingual import Command, option

TIP = Text(
    "glm-lint targets NAME prints what one asks of the data; --target NAME lints by it.",
    "glm-lint targets NAME 查看某个训练程序对数据的要求；检查时用 --target NAME 指定。",
)


@click.command(
    "targets", cls=Command, zh="列出训练程序，或打印 NAME 对数据的要求，附一个能正常训练的例子。",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": PAGE_WIDTH},
)  # fmt: skip
@click.argument("name", required=False)
@option(
    "--format",
    "format_",
    type=click.Choice(["full", "json"]),
    default="full",
    show_default=True,
    en="A page, or JSON with every fact and outcome.",
    zh="供阅读的页面，或含全部事实与结果的 JSON。",
)
@option(
    "--lang",
    type=click.Choice(["en", "zh", "auto"]),
    default="auto",
    show_default=True,
    en="Language of what is printed.",
    zh="输出的语言。",
)
def command(name: str | None, format_: str, lang: str) -> int:
    """List the trainers, or print the contract of the one called NAME with a valid example."""
    from ..report import contract
    from ..report.text import console

    spoken = words.language(lang)
    if name is not None and name not in targets.NAMES:
        en = f"no target is called {name!r}; known: {', '.join(targets.NAMES)}"
        raise SentenceError(Text(en, f"没有叫 {name!r} 的训练程序；可用：{'、'.join(targets.NAMES)}"), spoken)
    if format_ == "json":
        known = targets.NAMES if name is None else (name,)
        made = [contract.as_object(targets.load(one)) for one in known]
        click.echo(json.dumps(made if name is None else made[0], ensure_ascii=False, indent=2))
        return 0
    screen = console("auto")
    width = min(screen.width, PAGE_WIDTH)
    for row in _list(spoken, width) if name is None else contract.page(targets.load(name), spoken, width):
        screen.print(row, soft_wrap=True)
    return 0


def _list(lang: Lang, width: int) -> Iterator[object]:
    from rich.text import Text as Line

    from ..report.contract import COLUMN
    from ..report.typeset import QUIET, beside, indented

    for target in targets.load_all():
        yield from beside(Line(target.name, style="bold cyan"), Line(target.summary.say(lang)), width, COLUMN)
    yield Line("")
    yield from indented(Line(TIP.say(lang), style=QUIET), width, 0)
