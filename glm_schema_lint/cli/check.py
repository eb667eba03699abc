"""``glm-lint check``: the main job."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import targets
from ..record import Dataset
from ..wording import Lang, Text
from . import SentenceError
from .bilingual import Command, option
from .options import image_root_option, images_option, set_option, splits_option, with_option
from .output import lines_to, progress_bar, refuse_input, saved, write

if TYPE_CHECKING:
    from ..engine.run import Options, Progress, Result

FORMATS = ("full", "concise", "json", "jsonl", "github")


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
SEVERITIES = click.Choice(["error", "warning", "info"])
CHINESE = "检查 PATH 处的数据集：目录、文件、dataset_info.json 或微调用的 yaml。"


@click.command("check", cls=Command, zh=CHINESE, context_settings=SETTINGS)
@click.argument("paths", nargs=-1, metavar="PATH...")
@option(
    "--target",
    type=click.Choice((*targets.NAMES, "all")),
    en="The trainer to judge by; found from the data if left out. all compares them: exit 1 if a record is kept by none.",
    zh="按哪个训练程序判断；不写则推断；all 全部对比。",
)
@splits_option
@with_option
@set_option
@option(
    "--select",
    multiple=True,
    metavar="RULES",
    en="Only these rules: names, codes or families, by comma.",
    zh="只用这些规则：名称、编号或类别，以逗号分隔。",
)
@option("--ignore", multiple=True, metavar="RULES", en="Leave these rules out.", zh="不用这些规则。")
@option(
    "--extend-select",
    multiple=True,
    metavar="RULES",
    en="Add these rules to the selected ones.",
    zh="在所选规则之外再加这些。",
)
@option(
    "--fail-on",
    type=SEVERITIES,
    default="error",
    show_default=True,
    en="Least severity that exits 1.",
    zh="达到哪个级别就以 1 退出。",
)
@option(
    "--examples",
    type=click.IntRange(0, 100_000),
    default=5,
    show_default=True,
    en="Findings shown of each group; all are counted.",
    zh="每组最多显示几处。",
)
@option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="full",
    show_default=True,
    en="How the report is written. jsonl: one finding per line, all of them; with --target all one record per line.",
    zh="格式；jsonl 每行一个问题。",
)
@option(
    "--output",
    type=click.Path(dir_okay=False),
    en="Write the report to this file instead of stdout.",
    zh="报告写入文件，不写到标准输出。",
)
@images_option
@image_root_option
@option(
    "--max-length",
    type=click.IntRange(1),
    metavar="N",
    en="The most tokens of a row, whatever cutoff_len or max_length a config names.",
    zh="每行最多的 token 数，优先于配置。",
)
@option(
    "--tokenizer",
    type=click.Path(exists=True),
    metavar="PATH",
    en="Folder with the model's tokenizer.json or tokenizer.model, to count tokens with.",
    zh="模型的分词器所在目录，用来计算 token 数。",
)
@option(
    "--max-records",
    type=click.IntRange(1),
    en="Read only the first N records of each split.",
    zh="每个划分只读前 N 条记录。",
)
@option(
    "--jobs",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    en="Worker processes; 0 is one per core.",
    zh="进程数；0 表示每核一个。",
)
@option("--no-values", is_flag=True, en="Hide what findings quote from the data.", zh="隐藏问题中引用的数据内容。")
@option(
    "--lang",
    type=click.Choice(["en", "zh", "auto"]),
    default="auto",
    show_default=True,
    en="Language of the report; machine formats are English unless named.",
    zh="报告语言（机器格式默认英文）。",
)
@option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    en="NO_COLOR is honoured.",
    zh="是否着色；遵守 NO_COLOR。",
)
@option("--exit-zero", is_flag=True, en="Exit 0 where findings would exit 1.", zh="有问题时也以 0 退出，而不是 1。")
@option(
    "-q",
    "--quiet",
    is_flag=True,
    en="Only findings and the last line; nothing at all where there are none.",
    zh="只输出问题和最后一行；没有问题就什么也不输出。",
)
@option("-v", "--verbose", is_flag=True, en="Time and rate on stderr.", zh="在标准错误上输出用时和速度。")
def command(paths: tuple[str, ...], format_: str, lang: str, output: str | None, **options: Any) -> int:
    """Lint the datasets at PATH: folders, files, save_to_disk folders, a dataset_info.json or a finetune yaml."""
    from ..report.words import language

    spoken: Lang = language(lang) if lang != "auto" or format_ in ("full", "concise") else "en"
    if not paths:
        raise SentenceError(
            Text(
                "name a folder or files to lint; glm-lint --help says more",
                "请给出要检查的目录或文件；glm-lint --help 有说明",
            ),
            spoken,
        )
    started = time.monotonic()
    report, seen = _lint(paths, spoken, format_, output, options)
    code: int = report.exit_code
    if code == 3 and not report.result.groups:
        click.echo(f"glm-lint: {_nothing(paths, seen).say(spoken)}", err=True)
        if format_ != "json":
            return code
    if format_ != "jsonl":
        text = write(report, format_, spoken, code, {**options, "paths": paths}, to_file=output is not None)
        if output is not None:
            with saved(Path(output), spoken) as file:
                file.write(text)
    if options["verbose"]:
        seconds = time.monotonic() - started
        click.echo(
            f"{report.result.records:,} records in {seconds:.1f} s ({report.result.records / max(seconds, 1e-9):,.0f}/s)",
            err=True,
        )
    return code


def _lint(
    paths: tuple[str, ...], lang: Lang, format_: str, output: str | None, options: dict[str, Any]
) -> tuple[Any, Any]:
    """The report, and what was seen under the paths. Lines of JSON are written as findings are met."""
    from .. import config
    from ..api import Report
    from ..engine.run import Options, check
    from ..rules import UnknownRuleError
    from ..sources.discover import discover, roots
    from ..sources.layout import LayoutError
    from ..sources.tokenizer import TokenizerError

    try:
        globs = [pair(word, "--split", "NAME=GLOB") for word in options["splits"]]
        named = dict(config.parse_with(word) for word in options["with_"])
        known = {name for target in targets.load_all() for name in target.settings} if options["set_"] else ()
        settings = dict(config.parse_set(word, known) for word in options["set_"])
        datasets, seen = discover(paths, globs)
        versions = config.resolve(named, roots(datasets))
    except (LayoutError, config.UsageError) as error:
        raise SentenceError(error.text, lang) from None
    wanted = Options(
        options["target"], _words(options["select"]), _words(options["ignore"]), _words(options["extend_select"]), versions, settings,
        options["examples"], options["images"], options["image_root"], options["max_records"], options["jobs"] or os.cpu_count() or 1,
        options["max_length"], options["tokenizer"],
    )  # fmt: skip
    try:
        if output is not None:
            refuse_input(Path(output), datasets, lang)
        with progress_bar(size_of(datasets)) as progress:
            if format_ == "jsonl":
                result = _stream(datasets, wanted, output, lang, options["no_values"], progress)
            else:
                result = check(datasets, wanted, versions, progress)
    except UnknownRuleError as error:
        word = str(error)
        raise SentenceError(
            Text(
                f"no rule, code or family is called {word!r}; glm-lint rule --all lists them",
                f"没有叫 {word!r} 的规则、编号或类别；用 glm-lint rule --all 查看",
            ),
            lang,
        ) from None
    except (config.UsageError, TokenizerError) as error:
        raise SentenceError(error.text, lang) from None
    return Report(result, options["fail_on"], exit_zero=options["exit_zero"]), seen


def _stream(
    datasets: list[Dataset], wanted: Options, output: str | None, lang: Lang, hide: bool, progress: Progress | None
) -> Result:
    """Check, and write a line for every finding; or, where all targets are compared, one for every record."""
    from ..engine.choose import EVERY
    from ..engine.run import check
    from ..report import json as json_report
    from ..report import matrix

    with lines_to(output, lang) as take:
        if wanted.target != EVERY:
            wanted.emit = lambda group, finding: take(json_report.line(group, finding, lang, hide))
        result = check(datasets, wanted, wanted.versions, progress)
        for line in matrix.records(result) if wanted.target == EVERY else ():
            take(line)
    return result


def size_of(datasets: list[Dataset]) -> int:
    """Bytes of all files that will be read."""
    files = [file for dataset in datasets for split in dataset.splits for file in split.files]
    return sum(file.path.stat().st_size for file in files if file.path is not None and file.problem is None)


def pair(word: str, option: str, form: str) -> tuple[str, str]:
    """``NAME=GLOB`` as two words."""
    name, sign, value = word.partition("=")
    if not sign or not name or not value:
        raise click.UsageError(f"{option} takes {form}, not {word!r}")
    return name, value


def _words(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.strip() for part in given for word in part.split(",") if word.strip())


def _nothing(paths: tuple[str, ...], seen: Any) -> Text:
    """Exit 3: what was looked for, and what was found instead."""
    shown = ", ".join(paths[:3])
    counts = sorted(seen.suffixes.items(), key=lambda item: (-item[1], item[0]))[:5]
    found = ", ".join(f"{n:,} {suffix}" for suffix, n in counts)
    looked = ".jsonl .json (.gz .zst) .parquet .arrow, dataset_info.json, save_to_disk"
    en = f"no records under {shown}. Looked for {looked}" + (f"; found {found}" if found else "") + "."
    zh = f"{shown} 下没有记录。查找过 {looked}" + (f"；找到的是 {found}" if found else "") + "。"
    if any(name.endswith(".csv") for name in seen.refused):
        en += " csv is not read: save it as .jsonl."
        zh += " 不读取 csv：请另存为 .jsonl。"
    return Text(en, zh)
