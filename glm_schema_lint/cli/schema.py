"""``glm-lint schema``: JSON Schemas of every kind of record."""

from __future__ import annotations

from pathlib import Path

import click

from . import SentenceError
from .bilingual import Command, option


@click.command(
    "schema", cls=Command, zh="列出 JSON Schema，打印名为 NAME 的一个，或把全部写入目录。",
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
@click.argument("name", required=False)
@option(
    "--write",
    type=click.Path(file_okay=False),
    metavar="DIR",
    en="Write all schemas into DIR.",
    zh="把全部 schema 写入 DIR。",
)
def command(name: str | None, write: str | None) -> int:
    """List the JSON Schemas, print the one called NAME, or write all of them into a folder."""
    from ..export import schemas

    texts = schemas()
    if write is not None:
        folder = Path(write)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for file, text in texts.items():
                (folder / file).write_text(text, "utf-8")
        except OSError as error:
            raise SentenceError(f"{write} cannot be written: {error.strerror}") from None
        click.echo(f"{len(texts)} schemas written to {write}")
        return 0
    if name is None:
        for file in texts:
            click.echo(file.removesuffix(".schema.json"))
        return 0
    file = f"{name.removesuffix('.schema.json')}.schema.json"
    if file not in texts:
        known = ", ".join(f.removesuffix(".schema.json") for f in texts)
        raise SentenceError(f"no schema is called {name!r}; known: {known}")
    click.echo(texts[file], nl=False)
    return 0
