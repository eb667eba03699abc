"""``glm-lint fields``: the field map of a dataset."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..wording import Lang, Text
from . import SentenceError
from .bilingual import Command, option
from .options import splits_option

CHINESE = """打印数据集的字段表：每个字段的数量、类型、长度、含义和读取者。

放进版本库并在 CI 里重新生成，数据的变动就会以 diff 的形式出现。
"""
NOTHING = Text("no records under {paths}", "{paths} 下没有记录")


@click.command(
    "fields",
    cls=Command,
    zh=CHINESE,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@option(
    "-o", "--output", type=click.Path(dir_okay=True), metavar="FILE",
    en="Write to FILE (.json: as JSON). A file that is no field map is never written over.",
    zh="写入 FILE；只会覆盖旧的字段表。",
)  # fmt: skip
@option(
    "--format", "format_", type=click.Choice(["markdown", "json"]), default=None,
    en="Markdown unless FILE ends in .json.", zh="默认 Markdown；FILE 以 .json 结尾时为 JSON。",
)  # fmt: skip
@splits_option
@option(
    "--max-records", type=click.IntRange(1),
    en="Read only the first N records of each split.", zh="每个划分只读前 N 条记录。",
)  # fmt: skip
@option("--no-values", is_flag=True, en="Leave out what is quoted from the data.", zh="不引用数据内容。")
@option(
    "--lang", type=click.Choice(["en", "zh", "auto"]), default="auto", show_default=True,
    en="Language of the page; files are English unless named.", zh="语言（写入文件时默认英文）。",
)  # fmt: skip
def command(
    paths: tuple[str, ...], output: str | None, format_: str | None, splits: tuple[str, ...], max_records: int | None,
    no_values: bool, lang: str,
) -> int:  # fmt: skip
    """Print the field map of the dataset at PATH: of each field its presence per split, types, lengths, meaning, readers.

    Keep it under version control and make it anew in CI: the diff shows how the data changed.
    """
    from ..fields import chart, markdown
    from ..fields.place import PlaceError, refuse
    from ..report.words import language
    from ..saving import saving
    from ..sources.discover import discover
    from ..sources.layout import LayoutError
    from .check import pair, size_of
    from .output import progress_bar

    spoken = language(lang)
    written: Lang = spoken if lang != "auto" or (output is None and format_ != "json") else "en"
    try:
        datasets, _ = discover(paths, [pair(word, "--split", "NAME=GLOB") for word in splits])
        if output is not None:
            refuse(Path(output), datasets)
    except (LayoutError, PlaceError) as error:
        raise SentenceError(error.text, spoken) from None
    name = ", ".join(Path(path).resolve().name or path for path in paths)
    with progress_bar(size_of(datasets)) as progress:
        found = chart(datasets, name, written, max_records=max_records, hide_values=no_values, progress=progress)
    if not any(split.records for split in found.splits):
        click.echo(f"glm-lint: {NOTHING.say(spoken, paths=', '.join(paths))}", err=True)
        return 3
    as_json = format_ == "json" or (format_ is None and output is not None and output.lower().endswith(".json"))
    text = json.dumps(found.to_dict(), ensure_ascii=False, indent=2) + "\n" if as_json else markdown(found, written)
    if output is None:
        click.echo(text, nl=False)
        return 0
    try:
        with saving(output) as file:
            file.write(text)
    except OSError as error:
        said = Text(f"{output} cannot be written: {error.strerror}", f"{output} 无法写入：{error.strerror}")
        raise SentenceError(said, spoken) from None
    return 0
