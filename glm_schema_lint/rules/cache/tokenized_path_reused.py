"""CACHE002: tokenized_path holds a dataset already, and is read in place of the data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._show import quote
from ..cfg._place import in_config, own_config


class TokenizedPathReused(DatasetRule):
    """What lies there was made with the data and settings of an earlier run."""

    name = "tokenized-path-reused"
    code = "CACHE002"
    title = Text("tokenized_path is read in place of the data", "读取的是 tokenized_path，而不是数据本身")
    messages: ClassVar = {
        "": Text(
            "tokenized_path '{path}' is there already: training reads it and none of the datasets",
            "tokenized_path '{path}' 已经存在：训练会读取它，不再读取任何数据集",
        ),
        "stale": Text(
            "tokenized_path '{path}' is there already, and older than {file}: training reads it and none of the datasets",
            "tokenized_path '{path}' 已经存在，而且比 {file} 更旧：训练会读取它，不再读取任何数据集",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "if the data, template or cutoff_len have changed since, delete the folder or name another one",
            "如果此后改过数据、template 或 cutoff_len，请删除这个目录或换一个路径",
        ),
        "stale": Text("delete the folder, or name another one", "删除这个目录，或者换一个路径"),
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit, at the setting; the folder was looked at when the config was read."""
        config = own_config(ctx)
        reused = getattr(config, "reused", None)
        if reused is not None:
            path, newer = reused
            yield Hit(
                case="stale" if newer else "", found=quote(path), location=in_config(ctx, config, "tokenized_path"),
                values={"path": path, "file": newer},
            )  # fmt: skip
