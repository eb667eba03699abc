"""CFG016: a key that the script's config cannot do without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from ._place import arguments, in_config, own_config

LINES = {
    "max_input_length": "max_input_length: 512",
    "max_output_length": "max_output_length: 512",
    "combine": "combine: true",
    "freezeV": "freezeV: true",
    "generation_config": "generation_config: {max_new_tokens: 512}",
}


class ConfigKeyMissing(DatasetRule):
    """The finetune yaml becomes a dataclass; fields without a default must be written."""

    name = "config-key-missing"
    code = "CFG016"
    title = Text("key that the training config cannot do without", "训练配置缺少必需的键")
    messages: ClassVar = {
        "": Text(
            "{name} has no '{key}', which the script has no default for", "{name} 没有写 '{key}'，而脚本没有默认值"
        ),
    }
    helps: ClassVar = {"": Text("add the line  {line}", "加上一行  {line}")}

    def message(self, case: str) -> Text:
        """The cases differ in the trainer's error text only."""
        return self.messages[""]

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each missing key. A yaml with neither ``combine`` nor ``freezeV`` is that of an older script."""
        config, wanted = own_config(ctx), ctx.target.config.required
        if config is None or not wanted:
            return
        only_one = {"combine", "freezeV"} & config.content.keys()
        for key in wanted:
            apart = key in (
                "combine",
                "freezeV",
            )  # an older script wants neither, those of a sister repository one of them
            if config.content.get(key) is None and (only_one or not apart):
                yield self._hit(ctx, config, "other-script" if apart else "field", key, key)
        given = arguments(config)
        if given and not isinstance(given.get("generation_config"), dict) and ctx.target.config.generation:
            yield self._hit(ctx, config, "generation", "generation_config", "training_args", "generation_config")

    @staticmethod
    def _hit(ctx: Context, config: object, case: str, key: str, *at: str) -> Hit:
        name = getattr(config, "source", "")
        values = {"name": name, "key": key, "line": LINES.get(key, f"{key}: …")}
        return Hit(case=case, location=in_config(ctx, config, *at), expected=values["line"], values=values)
