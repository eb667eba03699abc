"""CFG022: a template that the trainer does not have, or that cannot train on prompts."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import ClassVar

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._show import cut, quote
from ._place import in_config, own_config


class TemplateUnfit(DatasetRule):
    """Whether the template fits the model nobody can tell from a config; whether it exists can be told."""

    name = "template-unfit"
    code = "CFG022"
    title = Text("template that the trainer cannot use", "训练程序无法使用的 template")
    messages: ClassVar = {
        "": Text("the trainer has no template '{template}'", "训练程序没有名为 '{template}' 的 template"),
        "train-on-prompt": Text(
            "train_on_prompt under template '{template}', which ends its answers with the next role",
            "template '{template}' 以下一个角色作为回答的结尾，不能打开 train_on_prompt",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write a template of the model: glm4 (GLM-4-9B, 0414), glmz1 (Z1), glm4v (4.1V), glm4_5v (4.5V, 4.6V), glm4_moe (4.5)",
            "写模型对应的 template：glm4（GLM-4-9B、0414）、glmz1（Z1）、glm4v（4.1V）、glm4_5v（4.5V、4.6V）、glm4_moe（4.5）",
        ),
        "misspelt": Text("write  template: {meant}", "改成  template: {meant}"),
        "train-on-prompt": Text("take train_on_prompt out", "去掉 train_on_prompt"),
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """At most one hit, at the line of the config."""
        config, known = own_config(ctx), ctx.target.config.templates
        if config is None or not known:
            return
        said = config.content.get("template")
        if not isinstance(said, str):
            return
        if said not in known:
            close = next(iter(get_close_matches(said[:80].lower(), known, 1, 0.8)), "")
            yield Hit(
                case="misspelt" if close else "", found=quote(said), expected=quote(close) if close else None,
                location=in_config(ctx, config, "template"), values={"template": cut(said), "meant": close},
            )  # fmt: skip
        elif config.content.get("train_on_prompt") is True and said in ctx.target.config.eos_in_answer:
            at = in_config(ctx, config, "train_on_prompt")
            yield Hit(case="train-on-prompt", found="true", expected="false", location=at, values={"template": said})
