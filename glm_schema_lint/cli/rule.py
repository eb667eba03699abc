"""``glm-lint rule``: what a rule checks, and what every trainer does with the defect."""

from __future__ import annotations

import json as stdlib_json
from typing import Any

import click

from .. import rules, targets
from ..report import words
from ..wording import Lang, Text
from . import PAGE_WIDTH, SentenceError
from .bilingual import Command, option

TIP = Text(
    "{total} rules. glm-lint rule NAME explains one; --select and --ignore take names, codes and families (IMG).",
    "共 {total} 条规则。glm-lint rule 名称 查看一条；--select、--ignore 按名称、编号或类别（如 IMG）选择。",
)
CODE = 10
"""Width of the column of codes."""
FAMILY_TITLES = {
    "FILE": Text("files: bytes to records", "文件：从字节到记录"),
    "SPLIT": Text("splits: which files, and do they agree", "划分：有哪些文件，彼此是否一致"),
    "FIELD": Text("fields: keys, types, nulls", "字段：键、类型、空值"),
    "CONV": Text("conversations: roles and their order", "对话：角色与顺序"),
    "IMG": Text("images", "图片"),
    "PH": Text("image placeholders", "图片占位符"),
    "TOOL": Text("tools and function calls", "工具与函数调用"),
    "THINK": Text("thoughts: tags and fields", "思考：标签与字段"),
    "TOK": Text("tokenized rows", "已分词的行"),
    "LEN": Text("lengths: what a row has room for", "长度：一行放得下多少"),
    "DUP": Text("duplicates and leakage", "重复与泄漏"),
    "SEC": Text(
        "secrets and personal data (off; --extend-select SEC)", "密钥与个人信息（默认关闭；--extend-select SEC 开启）"
    ),
    "CACHE": Text("what is read in place of the data", "代替数据被读取的内容"),
    "CFG": Text("configs: dataset_info.json and yaml", "配置：dataset_info.json 与 yaml"),
    "LINT": Text("glm-lint itself", "glm-lint 自身"),
}


@click.command(
    "rule", cls=Command, zh="解释名为 NAME（也可以写编号）的规则，或用 --all 列出全部规则。",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": PAGE_WIDTH},
)  # fmt: skip
@click.argument("name", required=False)
@option("--all", "everything", is_flag=True, en="List all rules, a line each.", zh="列出全部规则，每条一行。")
@option(
    "--cases",
    is_flag=True,
    en="Show every tested case of the rule, not only the example.",
    zh="显示规则的每个测试例子，而不只是示例。",
)
@option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    en="For people, or for programs.",
    zh="给人看，还是给程序读。",
)
@option(
    "--lang",
    type=click.Choice(["en", "zh", "auto"]),
    default="auto",
    show_default=True,
    en="Language of the page.",
    zh="页面语言。",
)
def command(name: str | None, everything: bool, cases: bool, format_: str, lang: str) -> int:
    """Explain the rule called NAME (or its code), or list --all."""
    spoken = words.language(lang)
    if name is None and not everything:
        raise SentenceError(Text("name a rule, or use --all to list them", "请给出规则名，或用 --all 列出全部"), spoken)
    if name is None:
        listed = rules.load()
        if format_ == "json":
            click.echo(stdlib_json.dumps([_facts(rule, spoken) for rule in listed], ensure_ascii=False, indent=2))
        else:
            _list(listed, spoken)
        return 0
    try:
        rule = rules.find(name)
    except rules.UnknownRuleError:
        near = _near(name)
        en = f"no rule is called {name!r}" + (f"; did you mean {near}?" if near else "; glm-lint rule --all lists them")
        zh = f"没有叫 {name!r} 的规则" + (f"；是不是 {near}？" if near else "；用 glm-lint rule --all 查看")
        raise SentenceError(Text(en, zh), spoken) from None
    if format_ == "json":
        click.echo(stdlib_json.dumps(_facts(rule, spoken), ensure_ascii=False, indent=2))
    else:
        _explain(rule, spoken, cases)
    return 0


def _near(name: str) -> str | None:
    import difflib

    close = difflib.get_close_matches(name.lower(), [rule.name for rule in rules.load()], 1, 0.5)
    return close[0] if close else None


def _facts(rule: rules.Rule, lang: Lang) -> dict[str, Any]:
    return {
        "name": rule.name,
        "code": rule.code,
        "family": rule.family,
        "title": rule.title.say(lang),
        "targets": [target.name for target in targets.load_all() if target.applies(rule.name)],
    }


def _list(listed: tuple[rules.Rule, ...], lang: Lang) -> None:
    from rich.text import Text as Line

    from ..report.text import console
    from ..report.typeset import HEADING, QUIET, wrap

    screen = console("auto")
    width = min(screen.width, PAGE_WIDTH)
    family = ""
    column = 0
    for rule in listed:
        if rule.family != family:
            if family:
                screen.print()
            family = rule.family
            column = 4 + max(len(other.name) for other in listed if other.family == family)
            screen.print(Line.assemble((FAMILY_TITLES[family].say(lang), HEADING), (f"  {family}", QUIET)))
        name = Line.assemble("  ", (rule.name, "cyan"), " " * (column - 2 - len(rule.name)))
        rows = wrap(Line(rule.title.say(lang)), width - column - CODE)
        for number, row in enumerate(rows):
            before = Line.assemble(name, (rule.code.ljust(CODE), QUIET)) if number == 0 else Line(" " * (column + CODE))
            screen.print(Line.assemble(before, row), soft_wrap=True)
    total = len(listed)
    screen.print()
    for row in wrap(Line(TIP.say(lang, total=total), style=QUIET), width):
        screen.print(row, soft_wrap=True)


def _explain(rule: rules.Rule, lang: Lang, cases: bool) -> None:
    from ..report.explain import page
    from ..report.text import console

    screen = console("auto")
    for line in page(rule, lang, min(screen.width, PAGE_WIDTH), cases):
        screen.print(line, soft_wrap=True)
