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
    "training_args": "training_args: {output_dir: output, generation_config: {max_new_tokens: 512}}",
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
        """One hit for each missing key. A yaml with neither ``combine`` nor ``freezeV`` is an older script's."""
        config, wanted = own_config(ctx), ctx.target.config.required
        if config is None or not wanted:
            return
        theirs = ("combine", "freezeV")  # an older script wants neither, those of a sister repository one of them
        ours = ctx.named or any(key in config.content for key in theirs)
        for key in wanted:
            if key in theirs:
                if ours and key not in config.content:
                    yield self._hit(ctx, config, "field" if ctx.named else "other-script", key, key)
            elif config.content.get(key) is None:
                yield self._hit(ctx, config, "field", key, key)
        given = arguments(config)
        if ctx.target.config.generation and "training_args" not in config.content:
            yield self._hit(ctx, config, "arguments", "training_args", "training_args")
        if given and not isinstance(given.get("generation_config"), dict) and ctx.target.config.generation:
            yield self._hit(ctx, config, "generation", "generation_config", "training_args", "generation_config")

    @staticmethod
    def _hit(ctx: Context, config: object, case: str, key: str, *at: str) -> Hit:
        name = getattr(config, "source", "")
        values = {"name": name, "key": key, "line": LINES.get(key, f"{key}: …")}
        return Hit(case=case, location=in_config(ctx, config, *at), expected=values["line"], values=values)
