"""``glm-lint script``: what a training script asks of its batches, read from its source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ..finding import Severity
from ..wording import Text
from . import SentenceError
from .bilingual import Command, option
from .options import with_option

CHINESE = """读训练脚本的源码（只解析，不运行）：collator 和 prediction_step 会读、删、取哪些字段，预处理给出哪些字段，二者在哪里不一致。

有不一致时给出文件、行号和改写后的代码。
"""


@click.command(
    "script", cls=Command, zh=CHINESE,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)  # fmt: skip
@click.argument("file", metavar="FILE")
@option(
    "--data", multiple=True, metavar="PATH",
    en="A dataset, or a finetune yaml, whose fields are held against the script.", zh="数据集或微调 yaml，用来核对字段。",
)  # fmt: skip
@with_option
@option(
    "--set", "set_", multiple=True, metavar="KEY=VALUE",
    en="predict_with_generate=true or false, where no yaml says it.", zh="没有 yaml 时，用 predict_with_generate=true/false 指定。",
)  # fmt: skip
@option(
    "--fail-on", type=click.Choice(["error", "warning", "info"]), default="error", show_default=True,
    en="Least severity that exits 1.", zh="达到哪个级别就以 1 退出。",
)  # fmt: skip
@option(
    "--format", "format_", type=click.Choice(["full", "json", "github"]), default="full", show_default=True,
    en="How the report is written.", zh="报告的格式。",
)  # fmt: skip
@option(
    "--lang", type=click.Choice(["en", "zh", "auto"]), default="auto", show_default=True,
    en="Language of the report; machine formats are English unless named.", zh="报告语言（机器格式默认英文）。",
)  # fmt: skip
def command(
    file: str, data: tuple[str, ...], with_: tuple[str, ...], set_: tuple[str, ...], fail_on: str, format_: str, lang: str
) -> int:  # fmt: skip
    """Read the source of a training script; nothing of it is run.

    Say which fields of a batch its collator and its steps read, delete or take out, which fields its preprocessing gives
    to each split, and where the two disagree: with file, line and the guarded form.
    """
    from .. import config
    from ..report import script as report
    from ..report.words import language
    from ..script.judge import Facts, judge
    from ..script.parts import parts
    from ..script.source import ScriptError, read
    from ..sources.layout import LayoutError

    spoken = language(lang)
    written = spoken if lang != "auto" or format_ == "full" else "en"
    path = Path(file)
    try:
        source = read(path, file)
        found = parts(source)
        named = dict(config.parse_with(word) for word in with_)
        settings = dict(config.parse_set(word, {"predict_with_generate"}) for word in set_)
        facts = Facts(config.resolve(named, [path.parent]))
        if data:
            _add(facts, data)
        if isinstance(settings.get("predict_with_generate"), bool):
            facts.generates = settings["predict_with_generate"]
        findings = judge(source, found, facts)
    except (ScriptError, config.UsageError, LayoutError) as error:
        raise SentenceError(error.text, spoken) from None
    except RecursionError:
        raise SentenceError(Text(f"{file} is nested too deeply", f"{file} 嵌套过深"), spoken) from None
    if format_ == "json":
        click.echo(json.dumps(report.to_dict(file, found, facts, findings, written), ensure_ascii=False, indent=2))
    elif format_ == "github":
        click.echo("\n".join(report.github(file, facts, findings, written)))
    else:
        from ..report.text import MAX_WIDTH, console

        screen = console("auto")
        for row in report.full(file, found, facts, findings, spoken, min(screen.width, MAX_WIDTH)):
            screen.print(row, soft_wrap=True)
    return int(any(finding.severity.rank <= Severity(fail_on).rank for finding in findings))


def _add(facts: Any, paths: tuple[str, ...]) -> None:
    """What datasets and finetune yamls say: columns of their splits by kind, and whether evaluation generates."""
    from .. import models, sources
    from ..sources.discover import discover

    for path in paths:
        datasets, _ = discover([path])
        for dataset in datasets:
            tuned = dataset.configs.get("finetune")
            if tuned is not None and "predict_with_generate" in tuned.settings:
                facts.generates = bool(tuned.settings["predict_with_generate"])
            for split in dataset.splits:
                values = [
                    r.value for one in split.files for r in sources.sample(one, SAMPLE) if isinstance(r.value, dict)
                ]
                if not values:
                    continue
                tokenized = any(models.detect(value) == "tokenized" for value in values)
                into = facts.columns if tokenized else facts.raw
                keys = frozenset(key for value in values for key, item in value.items() if item is not None)
                into[split.kind] = into.get(split.kind, frozenset()) | keys


SAMPLE = 100
"""Records looked at of each file."""
