"""A note where a verdict hangs on how the splits are loaded, and nobody said how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .. import rules
from ..finding import Group, Stage
from ..record import Dataset
from ..rules import DatasetRule
from ..targets import Target
from ..wording import Text


def loading_unknown(
    target: Target, datasets: Iterable[Dataset], settings: Mapping[str, tuple[Any, str]], groups: Iterable[Group]
) -> Iterator[Text]:
    """One note if one call over all splits fails, which a call for each would not."""
    setting = target.files.together_by
    if target.files.settled(lambda name: settings[name][0]):
        return
    firsts = {next((split.name for split in dataset.splits if split.declared), None) for dataset in datasets}
    named = rules.by_name()
    if any(
        isinstance(named[group.key.rule], DatasetRule)
        and group.worst.stage is Stage.LOAD
        and group.key.split not in firsts
        for group in groups
    ):
        ways = " or ".join(f"--set {setting}={way}" for way in target.files.together_as)
        yield Text(
            f"how the splits are loaded is not known: differences between them stop one load_dataset call over all, not a "
            f"call for each ({ways})",
            "不知道各划分如何加载：划分之间的差异会让一次读取全部划分的 load_dataset 失败，每个划分各读一次则不会"
            f"（{ways.replace(' or ', ' 或 ')}）",
        )
