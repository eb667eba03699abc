"""FIELD005 answer-not-string."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import ModelRule


class AnswerNotString(ModelRule):
    """The answer to learn is a number, a list or an object."""

    name: ClassVar[str] = "answer-not-string"
    code: ClassVar[str] = "FIELD005"
    owns: ClassVar[frozenset[str]] = frozenset({"answer-type"})
    waits: ClassVar[bool] = True
    title: ClassVar[Text] = Text("the answer is not a string", "回答不是字符串")
    messages: ClassVar = {
        "": Text(
            "{what} holds the answer and is of type {type}, not a string",
            "{what} 存放回答，类型却是 {type}，不是字符串",
        )
    }
    helps: ClassVar = {
        "": Text(
            "write the answer as text; an object to be learned as JSON is stored as its JSON text",
            "把回答写成文本；若要学习 JSON，就存它的 JSON 文本",
        )
    }
