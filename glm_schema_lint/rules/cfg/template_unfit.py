"""CFG022: a template that the trainer does not have, or that cannot train on prompts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, ClassVar

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
            close = _meant(said[:80], config.content, ctx)
            yield Hit(
                case="misspelt" if close else "", found=quote(said), expected=quote(close) if close else None,
                location=in_config(ctx, config, "template"), values={"template": cut(said), "meant": close},
            )  # fmt: skip
        elif config.content.get("train_on_prompt") is True and said in ctx.target.config.eos_in_answer:
            at = in_config(ctx, config, "train_on_prompt")
            yield Hit(case="train-on-prompt", found="true", expected="false", location=at, values={"template": said})


def _meant(said: str, content: dict[str, Any], ctx: Context) -> str:
    """The template for a name that is none: by the model, else by the family that the name tells, else by spelling."""
    told = ctx.target.config
    close = next(iter(get_close_matches(said.lower(), told.templates, 1, 0.8)), "")
    name, model = _plain(said), content.get(told.model)
    family = _family(name, told.template_of)
    if family is None and not close:
        return ""  # it may be of a newer release
    by_model = (
        _family(_plain(os.path.basename(model.rstrip("/"))), told.template_of) if isinstance(model, str) else None
    )
    if by_model is not None:
        return by_model
    same = next((template for template in told.templates if _plain(template) == name.removeprefix("chat")), "")
    return same or (close if family is None else family)


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def _family(name: str, pairs: list[list[str]]) -> str | None:
    """The template of the first family whose name stands in ``name``; None if no family does."""
    return next((template for family, template in pairs if family in name), None)
