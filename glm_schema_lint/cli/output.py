"""Where a report goes: the screen, stdout or a file, whole or line by line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from ..record import Dataset
from ..saving import saving
from ..wording import Lang, Text
from . import SentenceError


def write(report: Any, format_: str, lang: Lang, code: int, options: dict[str, Any], to_file: bool) -> str:
    """Print the report in its format, or give back the text that belongs into a file."""
    hide = options["no_values"]
    if format_ == "json":
        from ..report import json as json_report

        text = json_report.dump(report.to_dict(lang, hide_values=hide))
    elif format_ in ("concise", "github"):
        from ..report import concise, github

        module = concise if format_ == "concise" else github
        text = "\n".join(module.lines(report.result, lang, hide)) + "\n"
        if options["quiet"] and not report.result.groups:
            text = ""
    else:
        return _full(report, lang, code, options, to_file)
    if not to_file:
        click.echo(text, nl=False)
    return text


def _full(report: Any, lang: Lang, code: int, options: dict[str, Any], to_file: bool) -> str:
    if options["quiet"] and not report.result.groups:
        return ""
    import io

    from ..report import text as full
    from ..report.words import Typed
    from .options import typed

    buffer = io.StringIO() if to_file else None
    screen = full.console("never" if to_file else options["color"], buffer)
    blocks = full.render(
        report.result, lang, exit_code=code, examples=options["examples"], hide=options["no_values"], quiet=options["quiet"],
        width=min(screen.width, full.MAX_WIDTH), typed=Typed(options.get("paths", ()), typed(options)),
    )  # fmt: skip
    screen.print(full.rows(blocks), soft_wrap=True)
    return buffer.getvalue() if buffer else ""


def refuse_input(path: Path, datasets: Sequence[Dataset], lang: Lang) -> None:
    """Raise a sentence if ``path`` is one of the files that are read."""
    read = {
        os.path.realpath(file.path)
        for dataset in datasets
        for split in dataset.splits
        for file in split.files
        if file.path is not None
    }
    if os.path.realpath(path) in read:
        raise SentenceError(
            Text(f"--output {path} is a file of the dataset", f"--output {path} 是数据集里的文件"), lang
        )


@contextmanager
def saved(path: Path, lang: Lang) -> Iterator[IO[str]]:
    """A file beside ``path`` that takes its name in the end: a kill leaves the old file or the new one."""
    try:
        with saving(path) as out:
            yield out
    except OSError as error:
        raise _unwritable(path, error, lang) from None


def _unwritable(path: Path, error: OSError, lang: Lang) -> SentenceError:
    return SentenceError(
        Text(f"{path} cannot be written: {error.strerror}", f"{path} 无法写入：{error.strerror}"), lang
    )


@contextmanager
def lines_to(output: str | None, lang: Lang) -> Iterator[Callable[[str], None]]:
    """What takes one line after the other: stdout, or a file that appears when all are written."""
    if output is None:
        yield lambda line: print(line, file=sys.stdout)
        sys.stdout.flush()
        return
    with saved(Path(output), lang) as file:
        yield lambda line: print(line, file=file)


@contextmanager
def progress_bar(size: int) -> Iterator[Callable[[int, int], None] | None]:
    """A bar with rate and time left on stderr, only on a terminal and only for more than a blink of work."""
    if not sys.stderr.isatty() or size < 20_000_000:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    bar = Progress(
        TextColumn("{task.fields[records]:,} records"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("", total=size, records=0)
        read = 0

        def advance(records: int, size: int) -> None:
            nonlocal read
            read += records
            bar.update(task, advance=size, records=read)

        yield advance
