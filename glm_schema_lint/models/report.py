"""The JSON report, version 1: a contract with other tools. Fields are added, never changed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from .base import Model, described, key

VERSION = "glm-lint/report/v1"
Severity = Literal["error", "warning", "info"]


class Tool(Model):
    """The program that wrote the report."""

    name: Literal["glm-lint"] = key("Always `glm-lint`.", "固定为 `glm-lint`。")
    version: str = key("Its version.", "版本号。")


class TargetChoice(Model):
    """The trainer the data were judged for."""

    name: str | None = key("Its name; null while several remain possible.", "训练程序名；仍有多个可能时为 null。")
    source: str = key("Why this one: `option`, or what gave it away.", "选择的依据：`option`，或判断所依据的线索。")
    candidates: list[str] = key("All that remain possible.", "仍然可能的训练程序。")


class Version(Model):
    """A package version a verdict may depend on."""

    version: str = key("The version, or a range.", "版本或版本范围。")
    source: str = key("Where it was learned.", "来源。")


class Setting(Model):
    """A setting of the trainer a verdict may depend on."""

    value: Any = key("Its value.", "取值。")
    source: str = key("Where it was learned.", "来源。")


Effect = Literal["crash", "drop", "corrupt", "starve", "mislead", "slow", "none"]
Stage = Literal["config", "load", "map", "collate", "step", "eval", "predict"]


class Cause(Model):
    """Records that fare alike because of one rule."""

    rule: str = key("Name of the rule.", "规则名。")
    code: str = key("Its code.", "规则编号。")
    outcome: Literal["idle", "altered", "dropped", "crash"] = key(
        "What becomes of the records; `idle` ones are kept and teach nothing.",
        "这些记录的结果；`idle` 表示保留但学不到东西。",
    )
    stage: Stage | None = key("When.", "发生的阶段。")
    inferred: bool = key(
        "True if it was inferred, neither seen in a run nor read in the code: not in the counts.",
        "为 true 表示只是推断，既未运行确认也未读到代码，不计入上面的数目。",
    )
    records: int = key("Records that count here and nowhere else.", "只计在此处的记录数。")


class Inferred(Model):
    """Records that fare worse than counted if what is only inferred is true."""

    idle: int = key("Would teach nothing.", "可能学不到东西。")
    altered: int = key("May be altered.", "可能被改动。")
    dropped: int = key("May be dropped.", "可能被丢弃。")
    crash: int = key("May crash training.", "可能使训练崩溃。")


class Stop(Model):
    """Where the run stops first."""

    stage: Stage | None = key("When.", "发生的阶段。")
    rule: str = key("Name of the rule.", "规则名。")


class Account(Model):
    """What becomes of records under one target: `records` = `kept` + `altered` + `dropped` + `crash`.

    That is `records` + `unread` of the split, or of the totals: what gives no record is counted here too.

    Each counts once, by the worst that was seen or read in the trainer's code; unknown versions count as the worst case.
    """

    records: int = key("Records that came in, lines that give none included.", "读入的记录数，包括无法得到记录的行。")
    kept: int = key("Reach training as they are.", "原样进入训练。")
    idle: int = key("Of those kept: teach nothing.", "保留的记录中学不到东西的。")
    altered: int = key("Are changed, or teach the wrong thing.", "被改动，或学到错误内容。")
    dropped: int = key("Are lost; training goes on.", "被丢弃，训练继续。")
    crash: int = key("Each stops the run.", "每一条都会使训练崩溃。")
    rows: int | None = key(
        "Rows that the records neither dropped nor crashing become, where the trainer makes several of one; else null.",
        "训练程序会把一条记录拆成多行时，未被丢弃也不崩溃的记录得到的行数；否则为 null。",
    )
    stops: Stop | None = key(
        "The first crash, which ends the run: what is counted behind it would follow once it is mended. Null if none.",
        "最先发生的崩溃，训练到此为止；其后的数目是修好之后的情况。没有则为 null。",
    )
    inferred: Inferred
    by_rule: list[Cause] = key("The records that are not simply kept, by rule.", "除直接保留的以外，按规则统计。")
    exact: bool = key(
        "False if a finding counts records of a split without saying which.",
        "为 false 表示有问题只给出数目，未指明是哪些记录。",
    )


class SplitSummary(Model):
    """A split that was read."""

    name: str = key("Name of the split.", "划分名。")
    kind: Literal["train", "eval", "test"] = key("What it is used for.", "用途。")
    dialect: str | None = key("Shape of most of its records; null if none is known.", "多数记录的格式；未知时为 null。")
    files: list[str] = key("Its files, relative to the dataset folder.", "所含文件，相对数据集目录。")
    records: int = key("Records read.", "读取的记录数。")
    unread: int | None = key(
        "Lines or rows that give no record: the accounting counts them too, as what the trainer makes of them.",
        "无法得到记录的行数；`accounting` 按训练程序对它们的处理结果一并计入。",
        None,
    )
    columns: list[str] | None = key("Top-level keys, in the order first seen.", "顶层键，按首次出现的顺序。", None)
    accounting: dict[str, Account] | None = key(
        "What becomes of its records, by target.", "各训练程序对其中记录的处理结果。", None
    )


class Related(Model):
    """A second place an example speaks of."""

    location: str = key("Its address.", "地址。")
    message: str = key("What is there.", "那里有什么。")


class Example(Model):
    """One finding of a group."""

    location: str = key(
        "Address: `file:line#/pointer`, `file@row#/pointer` or `split@row#/pointer`.",
        "地址：`文件:行#/指针`、`文件@行号#/指针` 或 `split@行号#/指针`。",
    )
    record: int | None = key("Number of the record within its file, from 0.", "文件内的记录序号，从 0 开始。")
    line: int | None = key("Line, from 1; null in containers.", "行号，从 1 开始；容器文件为 null。")
    pointer: str = key("JSON Pointer (RFC 6901) inside the record.", "记录内的 JSON Pointer（RFC 6901）。")
    message: str = key("What is wrong.", "问题描述。")
    found: str | None = key("What was found, at most 80 characters.", "实际内容，最多 80 个字符。")
    expected: str | None = key("What was expected.", "期望内容。")
    related: list[Related] = key("Other places this one speaks of.", "相关位置。")


class Group(Model):
    """Findings with one cause in one file, counted together."""

    rule: str = key("Name of the rule.", "规则名。")
    code: str = key("Its code.", "规则编号。")
    case: str | None = key("Which of the rule's cases; null if it has but one.", "规则的情形；只有一种时为 null。")
    severity: Severity = key("How bad it is.", "严重程度。")
    split: str | None = key(
        "The split that suffers; null for the whole dataset.", "受影响的 split；整个数据集时为 null。"
    )
    file: str | None = key("The file; null for the whole dataset.", "所在文件；整个数据集时为 null。")
    targets: list[str] = key("Trainers that fail here.", "在此出问题的训练程序。")
    effects: dict[str, Effect] = key("What it comes to under each of them.", "在其中每个训练程序下的后果。", {})
    findings: int = key("Findings, counted in full.", "问题总数。")
    records: int = key("Records with at least one.", "涉及的记录数。")
    effect: Effect = key("What training does.", "训练的后果。")
    stage: Stage | None = key("When.", "发生的阶段。")
    error: str | None = key("The trainer's own error text.", "训练程序自己的报错。")
    when: str | None = key("Versions and settings under which it is so.", "成立的版本和设置条件。")
    source: str | None = key("Where the trainer's code says so.", "训练程序代码中的出处。", None)
    evidence: str | None = key("`ran`, `read` or `inferred`.", "依据：`ran`、`read` 或 `inferred`。", None)
    training: str = key("What training does, in one sentence.", "训练的后果（一句话）。")
    help: str = key("What to do, in one sentence.", "处理办法（一句话）。")
    fix: Literal["none", "safe", "unsafe"] = key("Whether `glm-lint fix` repairs it.", "`glm-lint fix` 能否修复。")
    examples: list[Example] = key("The first findings.", "前几个问题。")


class MatrixRow(Model):
    """Records that fare alike under every target."""

    outcomes: dict[str, Literal["kept", "idle", "altered", "dropped", "crash"]] = key(
        "What becomes of them, by target.", "各训练程序的处理结果。"
    )
    inferred: dict[str, Literal["idle", "altered", "dropped", "crash"]] = key(
        "Worse outcomes that are only inferred, by target.", "各训练程序仅凭推断得出的更坏结果。"
    )
    rules: dict[str, str] = key(
        "The rule behind it, by target; of the first record.", "各训练程序对应的规则（以第一条记录为准）。"
    )
    records: int = key("How many.", "记录数。")
    first: str = key("Address of the first.", "第一条的地址。")


class Totals(Model):
    """Counts over the whole run."""

    records: int = key("Records read.", "读取的记录数。")
    unread: int | None = key("Lines or rows that give no record.", "无法得到记录的行数。", None)
    findings: int = key("Findings.", "问题数。")
    errors: int = key("Findings that are errors.", "错误数。")
    warnings: int = key("Findings that are warnings.", "警告数。")
    infos: int = key("Findings that are notes.", "提示数。")
    accounting: dict[str, Account] | None = key(
        "What becomes of all records, by target; `stops` also names a stop that concerns no record.",
        "各训练程序对全部记录的处理结果；`stops` 也包括与具体记录无关的中止。",
        None,
    )


class ReportV1(Model):
    """What `glm-lint --format json` prints."""

    model_config = ConfigDict(json_schema_extra=described("`glm-lint --format json` 输出的报告。"))

    schema_: Literal["glm-lint/report/v1"] = Field(alias="schema", description="Version of this format.")
    tool: Tool
    target: TargetChoice
    versions: dict[str, Version] = key("Package versions in use.", "所用的软件包版本。")
    settings: dict[str, Setting] = key("Trainer settings in use.", "所用的训练设置。")
    complete: bool = key("False if not every record was read.", "为 false 表示没有读完全部记录。")
    not_checked: list[str] = key("What was not checked, and why.", "未检查的内容及原因。")
    notes: list[str] | None = key(
        "What holds for every dataset under this target.", "对该训练程序的任何数据都成立的说明。", None
    )
    splits: list[SplitSummary] = key("What was read.", "读取的 split。")
    groups: list[Group] = key("Findings, worst first.", "问题，最严重的在前。")
    matrix: list[MatrixRow] | None = key(
        "With `--target all`: the different combinations of outcomes; else null.",
        "使用 `--target all` 时，各种不同的结果组合；否则为 null。",
        None,
    )
    suppressed: int = key("Findings left out by an ignore or a baseline.", "因忽略规则或基线而略去的问题数。")
    totals: Totals
