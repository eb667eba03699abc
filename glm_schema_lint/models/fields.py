"""The field map as JSON, version 1. Keys are added, never changed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from .base import Model, described, key

VERSION = "glm-lint/fields/v1"


class FieldSplit(Model):
    """A split of the map."""

    model_config = ConfigDict(json_schema_extra=described("一个划分。"))

    name: str = key("Name of the split.", "划分名。")
    kind: Literal["train", "eval", "test"] = key("What it is used for.", "用途。")
    dialect: str | None = key(
        "Shape of most of its records; null if none is known.", "多数记录的格式；未知时为 null。", None
    )
    files: list[str] = key("Its files, relative to the dataset folder.", "所含文件，相对数据集目录。")
    records: int = key("Records read.", "读取的记录数。")
    unread: int = key("Entries that gave no record: broken lines.", "读不出记录的条目数（损坏的行）。")


class Span(Model):
    """Least, greatest and mean of a length; the mean is rounded to one digit."""

    model_config = ConfigDict(json_schema_extra=described("长度的最小、最大和平均值（平均值保留一位小数）。"))

    min: int
    max: int
    mean: float


class Range(Model):
    """Least and greatest number."""

    model_config = ConfigDict(json_schema_extra=described("数值的最小值与最大值。"))

    min: int | float
    max: int | float


class Example(Model):
    """A value of the field, as text."""

    model_config = ConfigDict(json_schema_extra=described("该字段的一个值（文本形式）。"))

    location: str = key("Its address.", "地址。")
    value: str = key("The value, at most 80 characters or so.", "值，约 80 个字符以内。")


class FieldUse(Model):
    """What a field holds in one split."""

    model_config = ConfigDict(json_schema_extra=described("一个字段在一个划分里的情况。"))

    present: int = key("Objects that hold the key; null counts.", "含有这个键的对象数（值为 null 也算）。")
    of: int = key(
        "Objects that could: records, or messages, calls and so on.", "可以含有它的对象数：记录、消息、调用等。"
    )
    types: dict[str, int] = key(
        "JSON types of its values, or Arrow types, with counts.", "值的 JSON 类型（或 Arrow 类型）及次数。"
    )
    item_types: dict[str, int] | None = key("Types of the items, for arrays.", "数组元素的类型及次数。", None)
    length: Span | None = key("Characters of strings, items of arrays.", "字符串的字符数，或数组的元素数。", None)
    range: Range | None = key("Of numbers, or of the numbers of an array.", "数值（或数组中数值）的范围。", None)
    values: dict[str, int] | None = key(
        "All different values, where they are few short strings.", "全部取值（仅当是少数几个短字符串时）。", None
    )
    example: Example | None = key("The first value that is not empty.", "第一个非空的值。", None)


class FieldEntry(Model):
    """One field."""

    model_config = ConfigDict(json_schema_extra=described("一个字段。"))

    path: str = key("Keys from the record down; items of arrays are `[]`.", "从记录往下的各级键；数组元素写作 `[]`。")
    meaning: str | None = key(
        "What it means; null if it means nothing to any trainer.", "含义；对任何训练程序都没有意义时为 null。", None
    )
    part_of: str | None = key(
        "The field it is a part of, where only that has a meaning.", "所属的字段（只有后者有含义时）。", None
    )
    dtype: str | None = key("Type of the tensor it becomes.", "变成张量后的类型。", None)
    shape: str | None = key("Shape of that tensor.", "该张量的形状。", None)
    unit: str | None = key("Unit of its numbers.", "数值的单位。", None)
    column: str | None = key(
        "The column or tag of dataset_info.json that names it.", "dataset_info.json 中指向它的 column 或 tag。", None
    )
    read_by: list[str] = key("Trainers that read it.", "读取它的训练程序。")
    also: list[str] = key("Other names for it.", "它的其他名字。")
    splits: dict[str, FieldUse] = key("What it holds, per split that has it.", "各划分（有此字段的）中的情况。")


class Difference(Model):
    """What two splits of a dataset do not share."""

    model_config = ConfigDict(json_schema_extra=described("同一数据集的划分之间的差别。"))

    path: str = key("The field.", "字段。")
    kind: Literal["missing", "partial", "types"] = key(
        "`missing`: not in every split; `partial`: not in every object of some; `types`: of other JSON types.",
        "`missing`：并非每个划分都有；`partial`：某个划分里不是每个对象都有；`types`：JSON 类型不同。",
    )
    message: str = key("The difference in a sentence.", "用一句话说明。")


class FieldsV1(Model):
    """The field map of one or several datasets."""

    model_config = ConfigDict(json_schema_extra=described("一个或多个数据集的字段表。"))

    schema_: Literal["glm-lint/fields/v1"] = Field(alias="schema", description="Version of this format.")
    name: str = key("Name of the folder or file.", "目录或文件名。")
    complete: bool = key(
        "False if not every record was read, or not every path is listed.",
        "为 false 表示没有读完全部记录，或没有列出全部路径。",
    )
    splits: list[FieldSplit] = key("What was read.", "读取的划分。")
    differences: list[Difference] | None = key(
        "What differs between the splits; null where no two of them belong together.",
        "划分之间的差别；没有可比较的划分时为 null。",
        None,
    )
    fields: list[FieldEntry] = key("All fields, in the order first met.", "全部字段，按首次出现的顺序。")

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, without what is not known."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
