"""The command line: errors become sentences, results become exit codes. One file per command, imported when used."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from ..show import safe
from ..version import __version__
from ..wording import Text
from .bilingual import Command, Option, note, section, spoken

PAGE_WIDTH = 100
"""Prose is not set wider than this: longer lines tire."""
COMMANDS = {
    "check": Text(
        "lint a dataset (the default: `glm-lint data/` is `glm-lint check data/`)",
        "检查数据集（默认命令：`glm-lint data/` 即 `glm-lint check data/`）",
    ),
    "fix": Text("repair a dataset into a new folder", "把数据集修复到新目录"),
    "rule": Text("what a rule checks, and why", "一条规则检查什么，为什么"),
    "targets": Text("the trainers, and what each asks of the data", "训练程序，以及各自对数据的要求"),
    "fields": Text("the field map of a dataset, as Markdown or JSON", "数据集的字段表（Markdown 或 JSON）"),
    "script": Text("what a training script asks of its batches", "训练脚本对 batch 有什么要求"),
    "schema": Text("JSON Schemas of every kind of record", "各种记录的 JSON Schema"),
}
LISTED = Text("Commands", "命令")
NAME = re.compile(r"[a-z][a-z-]*")
"""What a command is called; a path of such a name may be there as well."""
NO_COMMAND = Text(
    "{name} does not exist, and no command is called so; the commands: {known}",
    "{name} 不存在，也不是命令；可用的命令：{known}",
)
VERSION = Text("Show the version and exit.", "显示版本后退出。")
ENGLISH = """What will your trainer do with this dataset? Read every split before a GPU does.

\b
glm-lint data/                      find out the trainer, then lint all splits
glm-lint data/ --target glm-4v      judge by finetune_vision.py
glm-lint data/ --target all         compare what every trainer makes of it
glm-lint data/ --lang zh            用中文输出
glm-lint rule image-missing         what a rule checks, and what training does
glm-lint targets glm-4v             what a trainer asks of the data
glm-lint fields data/              what each field holds, and who reads it

\b
Exit codes: 0  no finding at or above --fail-on
            1  findings; with --target all, a record that no trainer keeps
            2  the run failed
            3  no record was read

`glm-lint check --help` lists all options.
"""
CHINESE = """训练程序会怎样处理这份数据？在占用 GPU 之前，先把每个划分读一遍。

\b
glm-lint data/                      判断是哪个训练程序，再检查全部划分
glm-lint data/ --target glm-4v      按 finetune_vision.py 判断
glm-lint data/ --target all         对比各训练程序会怎样处理
glm-lint data/ --lang en            report in English
glm-lint rule image-missing         一条规则检查什么，训练时会怎样
glm-lint targets glm-4v             一个训练程序对数据有什么要求
glm-lint fields data/              每个字段在各划分里是什么样，谁会读取

\b
退出码：0  没有达到 --fail-on 级别的问题
        1  有问题；--target all 时，指有记录在哪个训练程序下都不能保留
        2  运行失败
        3  没有读到记录

`glm-lint check --help` 列出全部选项。
"""


class SentenceError(click.ClickException):
    """What stops the run, said in one sentence on stderr; exit code 2."""

    exit_code = 2

    def __init__(self, text: Text | str, lang: str = "en") -> None:
        super().__init__(text if isinstance(text, str) else text.say("zh" if lang == "zh" else "en"))


class Commands(Command, click.Group):
    """Loads commands when they are used, and takes ``check`` for granted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, the main one first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command's module is imported here."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f".{cmd_name}", __name__).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        lang = spoken(ctx)
        with section(formatter, LISTED, lang):
            formatter.write_dl([(name, text.say(lang)) for name, text in COMMANDS.items()])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The few options of its own, then the commands."""
        Command.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """``glm-lint --target glm-4v data/`` means ``glm-lint check --target glm-4v data/``."""
        note(ctx, args)
        if args[:1] in (["--help"], ["-h"]):
            args = args[:1]
        if not args or args[0] not in (*COMMANDS, "--help", "-h", "--version", "-V"):
            if args and NAME.fullmatch(args[0]) and not os.path.lexists(args[0]):
                raise SentenceError(NO_COMMAND.say(spoken(ctx), name=args[0], known=", ".join(COMMANDS)))
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run; whatever goes wrong is one sentence on stderr and exit code 2, never a traceback."""
        extra["standalone_mode"] = False
        try:
            code = super().main(args, prog_name or "glm-lint", **extra)
        except click.ClickException as error:
            _stop(f"glm-lint: {error.format_message()}", 2)
        except (click.Abort, KeyboardInterrupt):
            _stop("glm-lint: interrupted", 130)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except Exception as error:
            if os.environ.get("GLM_LINT_TRACEBACK"):
                raise
            _stop(
                f"glm-lint: internal error, please report it: {type(error).__name__}: {error} "
                "(GLM_LINT_TRACEBACK=1 shows where)", 2,
            )  # fmt: skip
        sys.exit(code if isinstance(code, int) else 0)


def _stop(sentence: str, code: int) -> NoReturn:
    click.echo(safe(sentence), err=True)
    sys.exit(code)


@click.group(
    cls=Commands, help=ENGLISH, zh=CHINESE, invoke_without_command=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)  # fmt: skip
@click.version_option(__version__, "-V", "--version", message="glm-lint %(version)s", cls=Option, help=VERSION)
def main() -> None:
    """Start a command; what is printed for --help is ENGLISH or CHINESE."""
