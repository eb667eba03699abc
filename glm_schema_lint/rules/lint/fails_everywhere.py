"""LINT002 fails-everywhere."""

from __future__ import annotations

from typing import ClassVar

from ...wording import Text
from .._base import OwnRule


class FailsEverywhere(OwnRule):
    """Each of several possible trainers fails, but not by one rule: the engine sees it when all have spoken."""

    name: ClassVar[str] = "fails-everywhere"
    code: ClassVar[str] = "LINT002"
    title: ClassVar[Text] = Text(
        "none of the possible trainers gets through, each for a reason of its own",
        "可能用到的训练程序没有一个能顺利训练，只是各有各的原因",
    )
    messages: ClassVar = {
        "records": Text(
            "none of the trainers these data may be for trains on the record as it is: {reasons}",
            "可能用到的训练程序都无法原样训练这条记录：{reasons}",
        ),
        "run": Text(
            "under each of the trainers these data may be for, something stops the run: {reasons}",
            "可能用到的训练程序都会因某个问题中途停下：{reasons}",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "name your trainer with --target: its findings below then say what to mend",
            "用 --target 指定你的训练程序，下面属于它的问题就是要改的地方",
        )
    }
