"""CFG017: a val_file that evaluation never reads, because it is off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._show import quote
from ._place import in_config, own_config


class ValFileUnused(DatasetRule):
    """The scripts forget val_file unless training_args turn evaluation on."""

    name = "val-file-unused"
    code = "CFG017"
    title = Text("val_file is named while evaluation is off", "写了 val_file，却没有打开评估")
    messages: ClassVar = {
        "": Text(
            "val_file names '{path}', but evaluation is off (eval_strategy is no): the file is never read",
            "val_file 写的是 '{path}'，但没有打开评估（eval_strategy 为 no）：这个文件不会被读取",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write  eval_strategy: steps  and  eval_steps: 500  under training_args, or take val_file out",
            "在 training_args 下写上  eval_strategy: steps  和  eval_steps: 500，或者去掉 val_file",
        )
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit if the finetune yaml names a file that nothing evaluates on."""
        config = own_config(ctx)
        unused = getattr(config, "unused", "")
        if unused:
            at = in_config(ctx, config, "data_config", "val_file")
            yield Hit(location=at, found=quote(unused), values={"path": unused})
