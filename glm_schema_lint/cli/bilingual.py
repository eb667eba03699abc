"""Help in the reader's language: the one that ``--lang`` names among the arguments, else that of the locale."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from ..wording import Lang, Text

KEY = "glm_schema_lint.lang"
USAGE = Text("Usage: ", "用法：")
OPTIONS = Text("Options", "选项")
ANY_OPTION = Text("[OPTIONS]", "[选项]")
HELP = Text("Show this message and exit.", "显示本说明后退出。")
DEFAULT = Text("[default: ", "[默认：")


def note(ctx: click.Context, args: Sequence[str]) -> None:
    """Keep the language that the arguments name, for the help of this command and of those below it."""
    for word, value in zip(args, [*args[1:], ""], strict=False):
        named = value if word == "--lang" else word.removeprefix("--lang=")
        if word.startswith("--lang") and named in ("en", "zh"):
            ctx.meta[KEY] = named


def spoken(ctx: click.Context) -> Lang:
    """The language to help in."""
    from ..report.words import language

    return language(ctx.meta.get(KEY, "auto"))


class Option(click.Option):
    """An option whose help is a Text."""

    def __init__(self, param_decls: Sequence[str], help: Text, **more: Any) -> None:
        self.text = help
        super().__init__(param_decls, help=help.en, **more)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Name and help, in the reader's language."""
        lang = spoken(ctx)
        self.help = self.text.say(lang)
        record = super().get_help_record(ctx)
        return record and (record[0], record[1].replace(DEFAULT.en, DEFAULT.say(lang)))


def option(*names: str, en: str, zh: str, **more: Any) -> Callable[[Any], Any]:
    """``click.option`` with its help in both languages."""
    return click.option(*names, cls=Option, help=Text(en, zh), **more)


class Command(click.Command):
    """A command whose docstring is its English help, and ``zh`` the Chinese one."""

    def __init__(self, *args: Any, zh: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.text = Text(self.help or "", zh or self.help or "")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, after a look at the language."""
        note(ctx, args)
        return super().parse_args(ctx, args)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option that prints the help."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = HELP.say(spoken(ctx))
        return found

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What may stand behind the command."""
        pieces = super().collect_usage_pieces(ctx)
        return [ANY_OPTION.say(spoken(ctx)) if piece == ANY_OPTION.en else piece for piece in pieces]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), USAGE.say(spoken(ctx)))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does."""
        self.help = self.text.say(spoken(ctx))
        super().format_help_text(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of options."""
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        with section(formatter, OPTIONS, spoken(ctx)):
            formatter.write_dl([record for one in options if (record := one.get_help_record(ctx))])


@contextmanager
def section(formatter: click.HelpFormatter, title: Text, lang: Lang) -> Iterator[None]:
    """A headed list; in Chinese the colon is a Chinese one."""
    formatter.write_paragraph()
    formatter.write(title.say(lang) + ("：\n" if lang == "zh" else ":\n"))
    with formatter.indentation():
        yield
