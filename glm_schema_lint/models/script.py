"""What ``glm-lint script`` says of a training script as JSON, version 1. Keys are added, never changed."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from .base import Model, described, key

Kind = Literal["train", "eval", "test"]


class Tool(Model):
    """What wrote this."""

    model_config = ConfigDict(json_schema_extra=described("生成它的工具。"))

    name: str = key("Always glm-lint.", "固定为 glm-lint。")
    version: str = key("Its version.", "版本。")


class Known(Model):
    """A version that training will use."""

    model_config = ConfigDict(json_schema_extra=described("训练时的软件版本。"))

    version: str = key("The version, or a range.", "版本或范围。")
    source: str = key("Where it is known from.", "从哪里得知。")


class Use(Model):
    """One access to a field of the batch."""

    model_config = ConfigDict(json_schema_extra=described("对 batch 中一个字段的一次访问。"))

    field: str = key("The field.", "字段。")
    how: Literal["read", "delete", "pop", "ask", "set"] = key(
        "`pop` takes it out, `ask` looks whether it is there, `set` writes it.",
        "`pop` 为取出，`ask` 为先看有没有，`set` 为写入。",
    )
    line: int = key("Line of the script, from 1.", "脚本行号，从 1 开始。")
    guarded: bool = key("True if it has a default or a test before it.", "有默认值或事先判断时为 true。")
    sure: bool = key("False if it happens on some paths only.", "只在部分路径上发生时为 false。")


class Preprocessing(Model):
    """A function that makes rows."""

    model_config = ConfigDict(json_schema_extra=described("生成行的函数。"))

    split: Kind | None = key("The split it is for; null for all.", "用于哪个划分；null 表示全部。")
    name: str = key("Its name.", "函数名。")
    line: int = key("Line of the script, from 1.", "脚本行号，从 1 开始。")
    fields: list[str] = key("Fields of the rows it gives back.", "返回的行的字段。")
    complete: bool = key("False if the source does not tell all of them.", "源码看不出全部字段时为 false。")
    reads: list[str] = key("Fields of the records it reads.", "读取的记录字段。")


class Collator(Model):
    """A collator that the script defines."""

    model_config = ConfigDict(json_schema_extra=described("脚本定义的 collator。"))

    name: str = key("Its name.", "名称。")
    line: int = key("Line of the script, from 1.", "脚本行号，从 1 开始。")
    uses: list[Use] = key("What it does with the fields.", "对各字段的访问。")


class Step(Model):
    """A step that the script defines: prediction_step, compute_loss, training_step."""

    model_config = ConfigDict(
        json_schema_extra=described("脚本定义的步骤：prediction_step、compute_loss、training_step。")
    )

    owner: str = key("The class.", "所属的类。")
    name: str = key("The method.", "方法。")
    line: int = key("Line of the script, from 1.", "脚本行号，从 1 开始。")
    safe: bool = key("True if SafePredictionMixin stands before it.", "前面有 SafePredictionMixin 时为 true。")
    uses: list[Use] = key("What it does with the fields.", "对各字段的访问。")


class End(Model):
    """What training comes to under some releases."""

    model_config = ConfigDict(json_schema_extra=described("在某些版本下训练的结果。"))

    error: str | None = key(
        "The trainer's own words; null if training is not affected.", "训练程序的报错；不影响训练时为 null。"
    )
    transformers: str | None = key("The releases for which it holds; null for all.", "适用的版本；null 表示全部。")
    holds: bool = key("False for releases other than yours.", "适用于你以外的版本时为 false。")
    known: bool = key(
        "False if the version is not known, so that the worst is assumed.", "版本未知、按最坏情况处理时为 false。"
    )


class Change(Model):
    """Lines taken out, and lines in their place."""

    model_config = ConfigDict(json_schema_extra=described("删去的行与替换的行。"))

    removed: list[str] = key("As they stand in the script.", "脚本原有的行。")
    added: list[str] = key("The guarded form.", "加上保护后的写法。")


class ScriptFinding(Model):
    """A place where the script and its rows disagree."""

    model_config = ConfigDict(json_schema_extra=described("脚本与其数据行不一致之处。"))

    kind: str = key("What kind of disagreement.", "不一致的类别。")
    severity: Literal["error", "warning", "info"] = key("How bad it is.", "严重程度。")
    line: int = key("Line of the script, from 1.", "脚本行号，从 1 开始。")
    field: str = key("The field it is about.", "涉及的字段。")
    split: Kind = key("The split that suffers.", "受影响的划分。")
    source: str = key("The line as it stands.", "该行原文。")
    message: str = key("The disagreement in a sentence.", "用一句话说明。")
    stage: str = key("When it happens.", "何时发生。")
    help: str = key("What to do.", "怎么办。")
    needs_predict_with_generate: bool = key("True if it depends on that setting.", "取决于该设置时为 true。")
    cases: list[End] = key("What training comes to, yours first.", "训练的结果，先列你的版本。")
    fix: Change | None = key("The guarded form; null if there is none.", "加上保护后的写法；没有时为 null。")


class Totals(Model):
    """Findings by severity."""

    model_config = ConfigDict(json_schema_extra=described("各级别的数量。"))

    errors: int = key("Errors.", "错误。")
    warnings: int = key("Warnings.", "警告。")
    infos: int = key("Infos.", "提示。")


class ScriptV1(Model):
    """The parts of a training script that touch fields of a batch, and where they disagree."""

    model_config = ConfigDict(json_schema_extra=described("训练脚本中接触 batch 字段的部分，以及其中的不一致。"))

    schema_: Literal["glm-lint/script/v1"] = Field(alias="schema", description="Version of this format.")
    tool: Tool = key("What wrote this.", "生成它的工具。")
    file: str = key("The script, as it was named.", "脚本，按输入的写法。")
    versions: dict[str, Known] = key("Versions in force, by package.", "各软件包的版本。")
    predict_with_generate: bool | None = key("The setting; null if it is not known.", "该设置；未知时为 null。")
    preprocessing: list[Preprocessing] = key("Functions that make rows.", "生成行的函数。")
    collators: list[Collator] = key("Collators of the script.", "脚本里的 collator。")
    steps: list[Step] = key("Steps of the script.", "脚本里的步骤。")
    findings: list[ScriptFinding] = key("Disagreements, the worst first.", "不一致之处，严重的在前。")
    totals: Totals = key("How many there are.", "数量。")
