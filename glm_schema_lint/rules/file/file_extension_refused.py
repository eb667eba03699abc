"""FILE005: a file name whose ending the trainer does not open."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...location import Location, pointer
from ...stats import SplitStats
from ...wording import Text
from .._base import Context, DatasetRule
from .._show import quote
from ..cfg._place import place

BUILDERS = {
    ".jsonl": "json",
    ".json": "json",
    ".ndjson": "json",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".csv": "csv",
    ".txt": "text",
}


class FileExtensionRefused(DatasetRule):
    """Tokenized data are saved by the script itself and are not judged."""

    name = "file-extension-refused"
    code = "FILE005"
    title = Text("file ending that the trainer refuses", "训练程序不接受的文件扩展名")
    messages: ClassVar = {
        "": Text("the trainer does not open '{suffix}' files", "训练程序不会打开 '{suffix}' 文件"),
        "jsonl": Text(
            "the trainer hands '{suffix}' to datasets as the name of a dataset; JSON Lines must be called '.json'",
            "训练程序把 '{suffix}' 当作数据集名交给 datasets；JSON Lines 文件要以 '.json' 结尾",
        ),
        "mixed": Text(
            "a '{suffix}' file beside '{other}' training data: all splits must be of one format",
            "训练数据是 '{other}'，这里却是 '{suffix}' 文件：所有划分必须是同一种格式",
        ),
    }
    helps: ClassVar = {
        "": Text("save it as {wanted}", "另存为 {wanted}"),
        "jsonl": Text(
            "rename the file to end in .json: its lines may stay as they are",
            "把文件改名为以 .json 结尾，各行内容不用改",
        ),
        "mixed": Text("save it as {wanted}", "另存为 {wanted}"),
    }

    def check(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """Look at the name of the training file, or of every file where the trainer has a list."""
        files = ctx.target.files
        raw = [s for s in splits if s.split.dialect != "tokenized"]
        if ctx.target.detect.config == "dataset_info" and "dataset_info" in ctx.dataset.configs:
            for stanza in ctx.dataset.configs["dataset_info"]:
                if stanza.listed and not any(path.suffix in files.suffixes for path in stanza.listed):
                    at = place(ctx, stanza.name, "file_name")
                    yield self._hit(at, stanza.written, stanza.listed[0].suffix, files.suffixes, stanza.name)
        elif files.suffixes:
            for stat in raw:
                for file in stat.split.files:
                    suffix = posixpath.splitext(file.rel or "")[1]
                    if file.rel and suffix not in files.suffixes:
                        yield self._hit(Location(file.rel), file.rel, suffix, files.suffixes, stat.split.name)
        elif files.train_suffix:
            yield from self._by_train(raw, ctx)

    def _by_train(self, splits: list[SplitStats], ctx: Context) -> Iterator[Hit]:
        """The training file has the suffix; the others must be what `datasets` opens with the same builder."""
        wanted = ctx.target.files.train_suffix
        names = {
            s.split.kind: (s.split.name, s.split.files[0].rel or "")
            for s in splits
            if s.split.declared and s.split.files
        }
        tuned = ctx.dataset.configs.get("finetune")
        written = {"train": "train_file", "eval": "val_file", "test": "test_file"}
        trained = posixpath.splitext(names.get("train", ("", ""))[1])[1]
        for kind, (split, rel) in names.items():
            at, suffix = Location(rel), posixpath.splitext(rel)[1]
            if tuned is not None:
                prefix = f"{ctx.dataset.prefix}/" if ctx.dataset.prefix else ""
                at = Location(prefix + tuned.source, pointer=pointer("data_config", written[kind]))
            if kind == "train" and suffix and suffix not in wanted:
                own = suffix.removeprefix(".")  # an ending may fail in a way of its own
                case = own if f"{self.name}:{own}" in ctx.target.outcomes else ""
                yield self._hit(at, rel, suffix, wanted, split, case)
            builder = BUILDERS.get(suffix, BUILDERS.get(posixpath.splitext(rel.removesuffix(suffix))[1]))
            if kind != "train" and trained in BUILDERS and builder and builder != BUILDERS[trained]:
                yield self._hit(at, rel, suffix, wanted, split, "mixed", trained)

    @staticmethod
    def _hit(
        at: Location, name: str, suffix: str, wanted: list[str], split: str, case: str = "", other: str = ""
    ) -> Hit:
        talk = [one for one in (".jsonl", ".json") if one in wanted] or wanted  # of all it opens, what holds messages
        values = {"suffix": suffix, "other": other, "wanted": talk[0]}
        return Hit(case=case, found=quote(name), expected=", ".join(wanted), location=at, split=split, values=values)
