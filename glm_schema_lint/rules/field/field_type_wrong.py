"""FIELD015 field-type-wrong."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import ModelRule


class FieldTypeWrong(ModelRule):
    """A value of another JSON type than the trainer can use."""

    name: ClassVar[str] = "field-type-wrong"
    code: ClassVar[str] = "FIELD015"
    owns: ClassVar[frozenset[str]] = frozenset({"type-wrong"})
    waits: ClassVar[bool] = True
    title: ClassVar[Text] = Text("a value is of the wrong type", "值的类型不对")
    messages: ClassVar = {
        "": Text("{what} is of type {type}, expected {wanted}", "{what} 的类型是 {type}，应为 {wanted}"),
        "message": Text("a message is of type {type}, expected {wanted}", "消息的类型是 {type}，应为 {wanted}"),
        "content-parts": Text(
            "{what} is a list of parts; this trainer reads plain text only",
            "{what} 是片段列表，而该训练程序只读取纯文本",
        ),
        "history-short": Text(
            "a round of the history holds fewer than two texts, question and answer",
            "history 中有一轮不足两项：应为一问一答",
        ),
        "history-long": Text(
            "a round of the history holds more than two texts, question and answer",
            "history 中有一轮超过两项：应为一问一答",
        ),
        "part-key": Text("a content part has no {what}", "内容片段没有 {what}"),
        "part": Text(
            "a content part has {what} of type {type}, expected {wanted}",
            "内容片段的 {what} 类型是 {type}，应为 {wanted}",
        ),
    }
    helps: ClassVar = {
        "": Text("write it as {wanted}", "改成 {wanted} 类型"),
        "part-key": Text("add {what} to the part", "给这个片段补上 {what}"),
        "content-parts": Text(
            "join the text parts into one string, and put the images where the trainer reads them",
            "把文本片段合并成一个字符串，图片放到训练程序读取的位置",
        ),
    }
