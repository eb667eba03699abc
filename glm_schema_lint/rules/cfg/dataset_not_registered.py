"""CFG001: the training names a dataset that dataset_info.json does not have."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import ClassVar

from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._show import cut, quote
from ._place import in_config, own_config, place


class DatasetNotRegistered(DatasetRule):
    """Speaks only if a setting names datasets: a data file that no stanza names is no defect."""

    name = "dataset-not-registered"
    code = "CFG001"
    title = Text("dataset name that dataset_info.json does not have", "dataset_info.json 中没有的数据集名")
    messages: ClassVar = {
        "": Text(
            "'{name}' is named for training, but dataset_info.json has no such entry",
            "训练配置里用了 '{name}'，但 dataset_info.json 中没有这一项",
        ),
        "file-name": Text(
            "'{name}' is the file of entry '{entry}'; training wants the name of the entry",
            "'{name}' 是条目 '{entry}' 的文件名；训练配置里要写条目名",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write a name that dataset_info.json has, or add an entry for the data",
            "改成 dataset_info.json 中已有的名字，或者为这份数据新增一项",
        ),
        "file-name": Text("write dataset: {entry}", "写成 dataset: {entry}"),
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """Compare the names that training asks for with the entries."""
        stanzas = ctx.dataset.configs.get("dataset_info")
        if not stanzas:
            return
        files = {stanza.written: stanza.name for stanza in stanzas if stanza.written}
        known = [stanza.name for stanza in stanzas]
        for setting in ("dataset", "eval_dataset"):
            asked = ctx.setting(setting)
            names = asked.split(",") if isinstance(asked, str) else asked if isinstance(asked, list) else []
            for name in dict.fromkeys(str(n).strip() for n in names):
                if not name or name in known:
                    continue
                close = get_close_matches(name, known, 3) or known
                entry, config = files.get(name, ""), own_config(ctx)
                named = config is not None and config.settings.get(setting) == asked
                at = in_config(ctx, config, setting) if named else place(ctx, name)
                yield Hit(
                    case="file-name" if entry else "", found=quote(name), location=at, count=1,
                    expected=cut(", ".join(map(quote, [entry] if entry else close))),
                    values={"name": name, "entry": entry},
                )  # fmt: skip
