"""CFG014: a key of a dataset_info.json entry that the trainer never looks up."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import ClassVar

from ...config import Stanza
from ...config.mapping import COLUMNS, TAGS
from ...finding import Hit
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._show import quote
from ._place import place

KEYS = (
    "file_name", "hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name", "formatting", "ranking", "subset",
    "split", "folder", "num_samples", "columns", "tags",
)  # fmt: skip
"""What data/parser.py looks up."""
OLD = ("file_sha1", "dataset_sha1")
"""Keys of earlier releases, which did nothing but warn."""
LONGEST = 40
USUAL = frozenset({
    "instruction", "input", "output", "history", "system", "tools", "images", "videos", "audios",
})  # fmt: skip
"""Keys of records for which column-unmapped looks for the misspelt column itself."""
BLOCKS = {"columns": tuple(COLUMNS), "tags": tuple(TAGS)}


class StanzaKeyUnknown(DatasetRule):
    """Speaks of names that were meant for a key there is; any other is a remark of the author."""

    name = "stanza-key-unknown"
    code = "CFG014"
    title = Text("misspelt key in dataset_info.json", "dataset_info.json 中拼错的键")
    messages: ClassVar = {
        "": Text(
            "'{key}' of '{name}' is never looked up; the trainer reads '{meant}'",
            "不会读取 '{name}' 中的 '{key}'；训练程序读取的是 '{meant}'",
        ),
        "place": Text(
            "'{key}' stands beside the keys of '{name}'; it belongs into {meant}",
            "'{key}' 写在了 '{name}' 的最外层；应当放进 {meant}",
        ),
    }
    helps: ClassVar = {
        "": Text('write "{meant}" in place of "{key}"', '把 "{key}" 改成 "{meant}"'),
        "place": Text('move it: "{meant}": {{"{key}": …}}', '移到里面："{meant}": {{"{key}": …}}'),
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """One hit for each key, in the entries that are used."""
        used = {stats.split.stanza: set(stats.columns()) for stats in splits}
        for stanza in ctx.dataset.configs.get("dataset_info", ()):
            if stanza.name in used:
                yield from self._top(ctx, stanza)
                for block, names in BLOCKS.items():
                    yield from self._block(ctx, stanza, block, names, used[stanza.name])

    @staticmethod
    def _top(ctx: Context, stanza: Stanza) -> Iterator[Hit]:
        for key in stanza.keys:
            inside = next((block for block, names in BLOCKS.items() if key in names), "")
            if key in KEYS or key in OLD or len(key) > LONGEST:
                continue
            meant = inside or next(iter(get_close_matches(key.lower(), KEYS, 1, 0.8)), "")
            if meant:
                yield Hit(
                    case="place" if inside else "", location=place(ctx, stanza.name, key), found=quote(key),
                    expected=quote(meant), split=stanza.name, values={"key": key, "name": stanza.name, "meant": meant},
                )  # fmt: skip

    @staticmethod
    def _block(ctx: Context, stanza: Stanza, block: str, names: tuple[str, ...], columns: set[str]) -> Iterator[Hit]:
        listed = getattr(stanza.mapping, block) or {}
        for key, said in listed.items():
            if (
                key in names or len(key) > LONGEST or (said in USUAL and said in columns)
            ):  # column-unmapped has the latter
                continue
            meant = next(iter(get_close_matches(key.lower(), names, 1, 0.75)), "")
            if meant and meant not in listed:
                yield Hit(
                    location=place(ctx, stanza.name, block, key), found=quote(key), expected=quote(meant),
                    split=stanza.name, values={"key": key, "name": stanza.name, "meant": meant},
                )  # fmt: skip
