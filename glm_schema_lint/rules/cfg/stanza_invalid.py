"""CFG011: an entry of dataset_info.json that the trainer fails on whatever the data are."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import SourceRule


class StanzaInvalid(SourceRule):
    """Owned by config/stanzas.py."""

    name = "stanza-invalid"
    code = "CFG011"
    title = Text("entry of dataset_info.json that the trainer cannot use", "训练程序无法使用的 dataset_info.json 条目")
    messages: ClassVar = {
        "not-object": Text("entry '{name}' is no object", "条目 '{name}' 不是对象"),
        "no-source": Text(
            "entry '{name}' names no data: no file_name and no hub, script or cloud address",
            "条目 '{name}' 没有指明数据：既没有 file_name，也没有 hub、脚本或云端地址",
        ),
        "formatting": Text(
            "formatting of '{name}' is none of alpaca, sharegpt, openai",
            "'{name}' 的 formatting 不是 alpaca、sharegpt、openai 之一",
        ),
        "block": Text("{key} of '{name}' is no object", "'{name}' 的 {key} 不是对象"),
        "not-a-name": Text("{key} of '{name}' is no string", "'{name}' 的 {key} 不是字符串"),
        "split": Text(
            "split of '{name}' is not 'train', the only split a local file has",
            "'{name}' 的 split 不是 'train'，而本地文件只有这一个划分",
        ),
    }
    helps: ClassVar = {
        "not-object": Text(
            'write "{name}": {{"file_name": "train.json"}}', '写成 "{name}": {{"file_name": "train.json"}}'
        ),
        "no-source": Text(
            "add file_name, relative to the folder of dataset_info.json",
            "加上 file_name，相对于 dataset_info.json 所在目录",
        ),
        "formatting": Text("write alpaca, sharegpt or openai", "改成 alpaca、sharegpt 或 openai"),
        "block": Text(
            "write an object, or leave {key} out to get the defaults", "写成对象；或者去掉 {key}，使用默认值"
        ),
        "not-a-name": Text("write one name as a string, or leave {key} out", "写成一个字符串，或者去掉 {key}"),
        "split": Text(
            'leave split out, or write "train" or a part of it such as "train[:1000]"',
            '去掉 split，或者写 "train" 或它的一部分，例如 "train[:1000]"',
        ),
    }
