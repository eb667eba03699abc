"""LINT001 rule-crashed."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import OwnRule


class RuleCrashed(OwnRule):
    """A rule of glm-lint failed on a record; the engine reports it, the run goes on."""

    name: ClassVar[str] = "rule-crashed"
    code: ClassVar[str] = "LINT001"
    title: ClassVar[Text] = Text("a rule of glm-lint failed on this record", "glm-lint 的一条规则在这条记录上出错了")
    messages: ClassVar = {
        "": Text(
            "rule {rule} failed here, so this record was not judged by it",
            "规则 {rule} 在这里出错，因此没有判断这条记录",
        )
    }
    helps: ClassVar = {
        "": Text(
            "this is a mistake in glm-lint: please report it with this record; --ignore {rule} leaves the rule out",
            "这是 glm-lint 的错误：请附上这条记录反馈；用 --ignore {rule} 可先跳过这条规则",
        )
    }
