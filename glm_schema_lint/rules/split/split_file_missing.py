"""SPLIT005: a config names a data file that is not there."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class SplitFileMissing(SourceRule):
    """Owned by config/stanzas.py and config/finetune.py, which look files up where the trainer does."""

    name = "split-file-missing"
    code = "SPLIT005"
    title = Text("data file that a config names and that is not there", "配置中写了却不存在的数据文件")
    messages: ClassVar = {
        "": Text(
            "{name} names '{path}', which does not exist in the data folder {folder}",
            "{name} 写的是 '{path}'，数据目录 {folder} 中没有这个文件",
        ),
        "doubled": Text(
            "{name} names '{path}', which is looked up inside the data folder, so the folder stands there twice",
            "{name} 写的是 '{path}'，它会在数据目录里面查找，于是目录名重复了一次",
        ),
        "unnamed": Text("{name} is not given", "没有写 {name}"),
    }
    helps: ClassVar = {
        "": Text("correct the name; it is relative to the data folder", "改正文件名；它是相对于数据目录的"),
        "doubled": Text("leave the folder out of the name", "去掉文件名里的目录"),
        "unnamed": Text("write {name} under data_config", "在 data_config 下写上 {name}"),
    }
