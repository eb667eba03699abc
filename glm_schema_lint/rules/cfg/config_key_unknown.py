"""CFG015: a key of the training config that the trainer does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, ClassVar

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._show import cut, quote
from ._place import in_config, own_config


class ConfigKeyUnknown(DatasetRule):
    """Both kinds of config become dataclasses, and those refuse what is no field."""

    name = "config-key-unknown"
    code = "CFG015"
    title = Text("key of the training config that the trainer does not know", "训练程序不认识的配置项")
    messages: ClassVar = {
        "": Text(
            "{name} has '{key}', which is no setting of this trainer", "{name} 里有 '{key}'，这个训练程序没有这个设置"
        ),
        "misspelt": Text(
            "{name} has '{key}'; the setting is called '{meant}'", "{name} 里写的是 '{key}'，而设置名是 '{meant}'"
        ),
        "added": Text(
            "{name} has '{key}', which older transformers call '{meant}'",
            "{name} 里写的是 '{key}'，较旧的 transformers 叫 '{meant}'",
        ),
        "removed": Text(
            "{name} has '{key}', which newer transformers call '{meant}'",
            "{name} 里写的是 '{key}'，较新的 transformers 改名为 '{meant}'",
        ),
    }
    helps: ClassVar = {
        "": Text("remove the line", "删掉这一行"),
        "misspelt": Text("write  {meant}: {value}", "改成  {meant}: {value}"),
        "added": Text("write  {meant}: {value}", "改成  {meant}: {value}"),
        "removed": Text("write  {meant}: {value}", "改成  {meant}: {value}"),
    }

    def message(self, case: str) -> Text:
        """Where the key stands changes the error text alone."""
        return self.messages[case.partition("-")[0] if case.partition("-")[0] in self.messages else ""]

    def help(self, case: str) -> Text:
        """As for the message."""
        return self.helps[case.partition("-")[0] if case.partition("-")[0] in self.helps else ""]

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """Ask for every key of every block whether the trainer has it."""
        config, facts = own_config(ctx), ctx.target.config
        if config is None or not facts.keys:
            return
        content: dict[str, Any] = config.content
        if not facts.blocks:
            yield from self._block(ctx, config, content, [*facts.keys, *facts.arguments], ())
            return
        yield from self._block(ctx, config, content, facts.keys, ())
        for block, known in facts.blocks.items():
            inside = content.get(block)
            if isinstance(inside, dict):
                names = known or facts.arguments
                yield from self._block(ctx, config, inside, names, (block,))

    def _block(
        self, ctx: Context, config: Any, block: dict[Any, Any], known: Iterable[str], at: tuple[str, ...]
    ) -> Iterator[Hit]:
        known, facts = set(known), ctx.target.config
        older = {new: old for old, new in facts.renamed.items()}
        where = f"-{at[0]}" if at else ""
        for key, value in block.items():
            if not isinstance(key, str) or (key in known and key not in facts.renamed and key not in older):
                continue
            close = get_close_matches(key, known, 1, 0.8) if len(key) < 80 else []
            if key in facts.renamed:
                case, meant = "removed", facts.renamed[key]
            elif key in older:
                case, meant = "added", older[key]
            else:
                case, meant = ("misspelt" + where, close[0]) if close else (where.removeprefix("-"), "")
            said = value if isinstance(value, str) else quote(value) if isinstance(value, bool | int | float) else "…"
            yield Hit(
                case=case, found=quote(key), expected=quote(meant) if meant else None, location=in_config(ctx, config, *at, key),
                values={"name": config.source, "key": cut(key), "meant": meant, "value": cut(said)},
            )  # fmt: skip
