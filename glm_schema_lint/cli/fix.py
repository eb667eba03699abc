"""``glm-lint fix``: a repaired copy of a dataset, or a look at what would change."""

from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path
from typing import Any

import click

from .. import targets
from ..finding import Severity
from ..wording import Lang, Text
from . import SentenceError
from .bilingual import Command, option
from .check import SETTINGS
from .options import image_root_option, images_option, set_option, splits_option, typed, with_option

CHINESE = "把 PATH 处的数据集修复后写入新目录（-o DIR），或先看会改什么（--diff）。从不在原处修改。"


@click.command("fix", cls=Command, zh=CHINESE, context_settings=SETTINGS)
@click.argument("paths", nargs=-1, metavar="PATH...")
@option(
    "-o",
    "out",
    type=click.Path(),
    metavar="DIR",
    en="Write the repaired dataset into this new folder.",
    zh="把修复后的数据集写入这个新目录。",
)
@option(
    "--diff",
    is_flag=True,
    en="Show what would change, record by record; write nothing. Exit 1 if anything would change or errors are left.",
    zh="逐条显示会改什么，不写任何文件；有改动或仍有错误时以 1 退出。",
)
@option(
    "--unsafe-fixes",
    is_flag=True,
    en="Also repairs that change what is learned: drop lost records, guess encodings, move, split, convert images.",
    zh="也做会改变学习内容的修复：去掉训练会丢失的记录，猜测编码，移动、拆分、转换图片。",
)
@option(
    "--target",
    type=click.Choice(targets.NAMES),
    en="The trainer to repair for; found from the data if left out.",
    zh="为哪个训练程序修复；不写则从数据推断。",
)
@option(
    "--to",
    type=click.Choice(["glm-4v", "llama-factory", "ms-swift", "trl"]),
    en="Write the records in the form of this trainer; what cannot be carried is listed.",
    zh="把记录写成这个训练程序的格式；无法保留的内容会列出。",
)
@splits_option
@with_option
@set_option
@images_option
@image_root_option
@option(
    "--lang",
    type=click.Choice(["en", "zh", "auto"]),
    default="auto",
    show_default=True,
    en="Language of what is printed.",
    zh="输出语言。",
)
@option("-q", "--quiet", is_flag=True, en="Only the counts and what is left.", zh="只输出计数和剩余的问题。")
def command(paths: tuple[str, ...], out: str | None, diff: bool, lang: str, quiet: bool, **options: Any) -> int:
    """Repair the dataset at PATH into a new folder (-o DIR), or show what would change (--diff). Never in place."""
    from ..fix.errors import FixError
    from ..report.words import language

    spoken: Lang = language(lang)
    if not paths:
        raise SentenceError(Text("name a folder or files to fix", "请给出要修复的目录或文件"), spoken)
    if (out is None) == (not diff):
        raise SentenceError(
            Text(
                "fix writes a new dataset: name its folder with -o DIR, or look first with --diff (one of the two)",
                "fix 会写出新的数据集：请用 -o DIR 指定目录，或先用 --diff 查看（二选一）",
            ),
            spoken,
        )
    try:
        with _stoppable():
            return _preview(paths, options, spoken) if out is None else _write(paths, out, options, spoken, quiet)
    except FixError as error:
        raise SentenceError(error.text, spoken) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if isinstance(error.filename, str) and error.filename in paths else ""
        why = error.strerror or str(error)
        raise SentenceError(
            Text(f"{where}{why}; nothing was written", f"{where}{why}；没有写出任何文件"), spoken
        ) from None


def _wish(options: dict[str, Any], lang: Lang) -> Any:
    from .. import config
    from ..fix.plan import Wish
    from ..targets.versions import Version

    try:
        named = dict(config.parse_with(word) for word in options["with_"])
        known = {name for target in targets.load_all() for name in target.settings} if options["set_"] else ()
        settings = dict(config.parse_set(word, known) for word in options["set_"])
    except config.UsageError as error:
        raise SentenceError(error.text, lang) from None
    pairs: list[tuple[str, str]] = []
    for word in options["splits"]:
        name, sign, glob = word.partition("=")
        if not (sign and name and glob):
            raise click.UsageError(f"--split takes NAME=GLOB, not {word!r}")
        pairs.append((name, glob))
    versions: dict[str, Version] = named
    return Wish(
        options["target"], options["to"], options["unsafe_fixes"], tuple(pairs), versions, settings, options["images"],
        options["image_root"],
    )  # fmt: skip


def _preview(paths: tuple[str, ...], options: dict[str, Any], lang: Lang) -> int:
    from ..fix import words
    from ..fix.diff import SHOWN, Differ
    from ..fix.plan import plan
    from ..fix.write import preview

    made = plan(list(paths), _wish(options, lang))
    _some_records(made.before.records, made, lang)
    to = made.wish.to
    differ = Differ(click.echo, lang, None if to is None else SHOWN)
    account = preview(made, differ)
    differ.end()
    click.echo(words.target_line(made, lang))
    for line in words.done(account, lang, True, to):
        click.echo(line)
    if account.repairs or account.dropped:
        for line in words.unanswered(made, account, lang) if to is None else ():
            click.echo(line)
        click.echo(Text("nothing was written; -o DIR writes.", "没有写出任何文件；-o DIR 才会写出。").say(lang))
        return 1
    code = 1 if made.before.count(Severity.ERROR) else 0
    for line in words.remaining(
        made.before, shlex.join(paths), code, made.wish.unsafe, lang, _again(paths, made, options)
    ):
        click.echo(line)
    return code


def _some_records(records: int, made: Any, lang: Lang) -> None:
    if not records and not any(group.findings for group in made.before.groups):
        raise SentenceError(Text("no records were found; nothing was written", "没有找到记录；没有写出任何文件"), lang)


def _write(paths: tuple[str, ...], out: str, options: dict[str, Any], lang: Lang, quiet: bool) -> int:
    from ..api import Report
    from ..fix import words
    from ..fix.account import dump, ours
    from ..fix.errors import FixError
    from ..fix.place import Place, refuse
    from ..fix.plan import plan
    from ..fix.write import judged, left_behind, write
    from ..report import json as json_report

    out = out.rstrip("/") or out
    refuse(out, paths)
    beside = f"{os.path.realpath(out)}.report.json"
    shown = f"{out}.report.json"
    if os.path.lexists(beside) and not _replaceable(beside, ours):
        raise FixError(
            f"{shown} is there already and is no report of glm-lint fix: move it, or name another folder",
            f"{shown} 已存在且不是 glm-lint fix 的报告：请移走它，或换一个目录",
        )  # fmt: skip
    made = plan(list(paths), _wish(options, lang))
    _some_records(made.before.records, made, lang)
    with Place(out) as place:
        account = write(made, place)
        account.left_behind = list(left_behind(made, place))
        target = made.choice.names[0] if len(made.choice.names) == 1 else None
        result = judged(made, place)
        report = Report(result)
        code = 1 if report.exit_code == 1 else 0
        details = account.to_dict(out, json_report.to_dict(result), target, made.wish.to)
        place.commit(beside, dump(details))
    if not quiet:
        click.echo(words.target_line(made, lang))
        for line in words.done(account, lang, to=made.wish.to):
            click.echo(line)
    click.echo(words.counts(account, f"{out}/", shown, lang))
    root = options["image_root"]
    if root is not None and made.datasets[0].root is not None:
        inner = os.path.relpath(os.path.realpath(root), os.path.realpath(made.datasets[0].root))
        options = {
            **options,
            "image_root": root if inner.startswith("..") else os.path.normpath(os.path.join(out, inner)),
        }
    for line in words.remaining(result, f"{out}/", code, made.wish.unsafe, lang, _again((f"{out}/",), made, options)):
        click.echo(line)
    return code


def _again(paths: tuple[str, ...], made: Any, options: dict[str, Any]) -> str:
    """The command that lints ``paths`` as ``fix`` judged them."""
    target = made.wish.to or made.wish.target or (made.choice.names[0] if len(made.choice.names) == 1 else None)
    return shlex.join(["glm-lint", *paths, *(["--target", target] if target else []), *typed(options)])


def _replaceable(path: str, ours: Any) -> bool:
    if Path(path).is_symlink() or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return bool(ours(file.read()))


class _stoppable:  # noqa: N801  used like a function
    """A request to end (SIGTERM) unwinds like Ctrl-C, so that what was begun is removed."""

    def __enter__(self) -> None:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        try:
            self._old: Any = signal.signal(signal.SIGTERM, stop)
        except ValueError:  # not the main thread
            self._old = None

    def __exit__(self, *_: object) -> None:
        if self._old is not None:
            signal.signal(signal.SIGTERM, self._old)
