"""The command line: errors become sentences, results become exit codes. One file per command, imported when used."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from ..version import __version__
from ..wording import Text

PAGE_WIDTH = 100
"""Prose is not set wider than this: longer lines tire."""
COMMANDS = {
    "check": "lint a dataset (the default: `glm-lint data/` is `glm-lint check data/`)",
    "rule": "what a rule checks, and why",
    "targets": "the trainers, and what each asks of the data",
    "schema": "JSON Schemas of every kind of record",
}


class SentenceError(click.ClickException):
    """What stops the run, said in one sentence on stderr; exit code 2."""

    exit_code = 2

    def __init__(self, text: Text | str, lang: str = "en") -> None:
        super().__init__(text if isinstance(text, str) else text.say("zh" if lang == "zh" else "en"))


class Commands(click.Group):
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
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """``glm-lint --target glm-4v data/`` means ``glm-lint check --target glm-4v data/``."""
        if not args or args[0] not in (*COMMANDS, "--help", "-h", "--version", "-V"):
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
    click.echo(sentence, err=True)
    sys.exit(code)


@click.group(
    cls=Commands, invoke_without_command=False, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, "-V", "--version", message="glm-lint %(version)s")
def main() -> None:
    r"""What will your trainer do with this dataset? Read every split before a GPU does.

    \b
    glm-lint data/                      find out which trainer, then lint all splits
    glm-lint data/ --target glm-4v      judge by finetune_vision.py of the GLM-4 repository
    glm-lint data/ --lang zh            用中文输出
    glm-lint rule image-missing         what a rule checks and what training does with the defect

    \b
    Exit codes: 0 no finding at or above --fail-on; 1 findings; 2 the run failed; 3 no record was read.
    `glm-lint check --help` lists all options.
    """
