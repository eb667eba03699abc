"""CFG002: dataset_info.json is no JSON object."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class DatasetInfoUnreadable(SourceRule):
    """Owned by config/stanzas.py, which reads the file as the trainer does."""

    name = "dataset-info-unreadable"
    code = "CFG002"
    title = Text("dataset_info.json that cannot be read", "无法读取的 dataset_info.json")
    messages: ClassVar = {
        "": Text("dataset_info.json cannot be parsed: {reason}", "dataset_info.json 无法解析：{reason}"),
        "not-object": Text(
            "dataset_info.json holds a {type}, not an object with one entry per dataset",
            "dataset_info.json 的内容是 {type}，而不是每个数据集一项的对象",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "mend the JSON (no comments, no trailing commas) and save it as UTF-8 without a byte order mark",
            "修正 JSON（不能有注释和多余的逗号），并保存为不带 BOM 的 UTF-8",
        ),
        "not-object": Text(
            'write {{"my_data": {{"file_name": "train.json"}}}}', '写成 {{"my_data": {{"file_name": "train.json"}}}}'
        ),
    }
