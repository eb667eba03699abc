"""FILE006: a folder named in dataset_info.json that holds more than one type of file."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class StrayFile(SourceRule):
    """Owned by config/stanzas.py, which lists the folder as the trainer does."""

    name = "stray-file"
    code = "FILE006"
    title = Text("stray file in a dataset folder", "数据集目录中的多余文件")
    messages: ClassVar = {
        "": Text(
            "folder '{path}' of '{name}' holds '{file}' beside its {type} files",
            "'{name}' 的目录 '{path}' 中除了 {type} 文件，还有 '{file}'",
        ),
        "empty": Text("folder '{path}' of '{name}' is empty", "'{name}' 的目录 '{path}' 是空的"),
    }
    helps: ClassVar = {
        "": Text(
            "move it out (hidden files and subfolders count too): the trainer opens every name in the folder",
            "把它移走（隐藏文件和子目录也算）：训练程序会打开目录中的每一项",
        ),
        "empty": Text("put the data files there, or correct file_name", "把数据文件放进去，或者改正 file_name"),
    }
