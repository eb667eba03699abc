"""Which chunks share one Arrow schema, and what `datasets` does where they differ. Helper of the FIELD and SPLIT rules.

The first chunk of the first file of the first split decides the schema; all others of the same load are cast to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from ..finding import Hit, Member, Related
from ..record import DataFile, Split
from ..stats import ChunkStats, Path, PathStat, SplitStats, Spot
from ..targets import Target
from ..views import reads_of
from ..wording import Text
from ._base import Context

JSON_TYPES: Final = frozenset(("null", "bool", "int", "float", "str", "list", "dict"))
_ORDER: Final = {"train": 0, "eval": 1, "test": 2}
WORDS: Final = {
    "null": Text("null", "null"), "bool": Text("true/false", "布尔值"), "int": Text("whole number", "整数"),
    "float": Text("decimal number", "小数"), "str": Text("string", "字符串"), "list": Text("list", "列表"),
    "dict": Text("object", "对象"),
}  # fmt: skip


class Part(NamedTuple):
    """One loader chunk with where it comes from."""

    stats: SplitStats
    file: int
    data: ChunkStats
    chunk: int

    def member(self, path: Path, types: Iterable[str] = (), *, absent: bool = False, nowhere: bool = False) -> Member:
        """The records of this part with one of ``types`` at ``path``, or without the key, or with nothing there."""
        return Member(self.file, self.chunk, path, frozenset(types), absent, nowhere)

    @property
    def format(self) -> str:
        """``lines``, ``array``, ``parquet`` or ``arrow``."""
        return self.stats.split.files[self.file].format


@dataclass(slots=True)
class Load:
    """What one load_dataset call reads: ``head`` decides the schema, ``rest`` is cast to it."""

    head: Part
    rest: list[Part] = field(default_factory=list)
    text: bool = True

    def where(self, part: Part) -> str:
        """How far ``part`` is from the head: ``chunk``, ``file`` or ``split``."""
        if part.stats is not self.head.stats:
            return "split"
        return "chunk" if part.file == self.head.file else "file"


def loads(splits: list[SplitStats], ctx: Context) -> Iterator[Load]:
    """The loads of a dataset under the target. Rows in memory have their schema already and are left out."""
    made: dict[Any, Load] = {}
    places = [stats.split for stats in splits]
    for number, stats in sorted(enumerate(splits), key=lambda item: (_ORDER[item[1].split.kind], item[0])):
        split = stats.split
        for (file, number_of_chunk), data in stats.ordered():
            if split.files[file].format == "memory" or not data.records:
                continue
            key = _call(places, number, file, ctx)
            part = Part(stats, file, data, number_of_chunk)
            if key in made:
                made[key].rest.append(part)
            else:
                made[key] = Load(part, text=_is_text(split, file))
    yield from made.values()


def is_cast(ctx: Context, file: DataFile, chunk: int) -> bool | None:
    """Whether a loader chunk of a file of tokenized rows is cast to the types of one read before it.

    None while it hangs on how the splits are loaded.
    """
    splits, split = ctx.dataset.splits, ctx.split
    if split.dialect != "tokenized" or not ctx.target.tokenized.loaded or file.format in ("memory", "arrow"):
        return False
    order = sorted(range(len(splits)), key=lambda at: (_ORDER[splits[at].kind], at))
    number = next((at for at in order if splits[at] is split), None)
    if number is None:
        return False
    place = next(at for at, one in enumerate(split.files) if one is file)
    mine = _call(splits, number, place, ctx)
    if chunk or any(_call(splits, number, one, ctx) == mine for one in range(place)):
        return True
    before = ((at, one) for at in order[: order.index(number)] for one in range(len(splits[at].files)))
    if any(_call(splits, at, one, ctx) == mine for at, one in before):
        return True if ctx.target.files.settled(ctx.setting) else None
    return False


def _call(splits: Sequence[Split], number: int, file: int, ctx: Context) -> tuple[Any, ...]:
    """What stands for the load_dataset call that reads a file; equal for all files of one call."""
    split, together = splits[number], ctx.target.files.way(ctx.setting)
    # Saved splits (arrow) and dataset_info.json entries are read one by one whatever the target does.
    alone = (
        together != "splits" or split.files[file].format == "arrow" or not split.declared or split.stanza is not None
    )
    series = file if together == "file" else _series(splits, split, file)
    return number if alone else None, series, _is_text(split, file)


def _is_text(split: Split, file: int) -> bool:
    return split.files[file].format in ("lines", "array")


def _series(splits: Sequence[Split], split: Split, file: int) -> str | None:
    """Which files of a split go together: all if they are named after it, else those whose names differ in digits only.

    Files without a split name may be one dataset in parts, or many datasets of which a config names one.
    """
    names = [one.rel or "" for one in split.files]
    if len(splits) > 1 or split.stanza is not None or any("train" in name.lower() for name in names):
        return None
    return re.sub(r"[0-9]+", "#", names[file])


def kinds(stat: PathStat | None) -> set[str]:
    """JSON types other than null; empty if unknown Arrow types are among them."""
    if stat is None or not stat.types.keys() <= JSON_TYPES:
        return set()
    return set(stat.types) - {"null"}


def classes(found: set[str]) -> set[str]:
    """Types that Arrow's JSON reader keeps apart: whole and decimal numbers are one."""
    return {"number" if kind in ("int", "float") else kind for kind in found}


def loose(data: ChunkStats, path: Path) -> bool:
    """True if datasets>=4.7 keeps ``path`` as Json: it or something above it mixes types or sets of keys."""
    for size in range(1, len(path) + 1):
        stat = data.paths.get(path[:size])
        if stat is None:
            return False
        found = kinds(stat)
        if len(classes(found)) > 1:
            return True
        if found == {"dict"}:
            kids = [s for p, s in data.paths.items() if len(p) == size + 1 and p[:size] == path[:size]]
            if not kids or any(kid.absences for kid in kids):
                return True
    return False


def below(path: Path, tops: Set[Path]) -> bool:
    """True if ``path`` or something above it is in ``tops``."""
    return any(path[:size] in tops for size in range(1, len(path) + 1))


def folded(path: Path, data: ChunkStats) -> bool:
    """True if the keys of an object on the way are too many to be told apart."""
    return "*" in path or any((*path[:size], "*") in data.paths for size in range(len(path)))


def unread(part: Part, path: Path, ctx: Context) -> bool:
    """True if the path lies in a column that the target surely does not look at in this split."""
    split = part.stats.split
    if split.dialect == "tokenized":
        tokens = ctx.target.tokenized
        return path[0] not in {*tokens.train, *tokens.eval, *tokens.columns}
    mapped = getattr(split.mapping, "reads", None)
    reads = mapped if mapped is not None else ctx.target.reads.get(split.dialect or "")
    if reads is None:
        return False
    names = {
        reads.messages, reads.images, reads.tools, reads.prompt, reads.query, reads.response, reads.history, reads.system,
        *reads.messages_or, *reads.images_or, *ctx.target.files.concatenates, *ctx.target.files.also_read,
    }  # fmt: skip
    return path[0] not in names


def spare(split: Split, path: Path, target: Target) -> bool:
    """True if no row is read otherwise whatever stands at ``path``, a column or a key of messages, or below it."""
    reads = reads_of(target, split)
    if split.dialect == "tokenized" or reads is None:
        return False
    mapped = getattr(split.mapping, "columns", None) or {}
    known = {value for value in mapped.values() if isinstance(value, str)}
    known |= {*target.files.concatenates, *target.files.also_read, *(key for way in target.plain for key in way)}
    for word in reads.model_dump().values():
        known |= set(word) if isinstance(word, list) else {word}
    if path[0] in (reads.messages, *reads.messages_or) and len(path) > 2 and path[1] == "[]":
        kept = target.turns.message_keys
        return kept is not None and path[2] not in kept and path[2] not in known
    return path[0] not in known and not path[0].startswith(tuple(target.files.also_read_as) or ("\0",))


def read_texts(part: Part, ctx: Context) -> set[Path]:
    """Paths of the texts that the target reads in this split."""
    split = part.stats.split
    mapped = getattr(split.mapping, "reads", None)
    reads = mapped if mapped is not None else ctx.target.reads.get(split.dialect or "")
    if reads is None:
        return set()
    if split.dialect == "alpaca":
        return {(name,) for name in (reads.prompt, reads.query, reads.response, reads.system) if name}
    return {(reads.messages, "[]", reads.content)}


def show(path: Path) -> str:
    """A path as a person writes it: ``messages[].content``."""
    text = ""
    for key in path:
        text += key if key == "[]" or not text else f".{key}"
    return text


def is_content(path: Path) -> bool:
    """True for the content of messages, in any dialect."""
    return len(path) == 3 and path[1] == "[]" and path[2] in ("content", "value")


@dataclass(slots=True)
class Sightings:
    """Hits of one rule, one for each path and case of a split, however many chunks show it."""

    hits: dict[tuple[Any, ...], Hit] = field(default_factory=dict)
    target: Target | None = None
    """Asked of every path whether it is spare."""

    def add(
        self, part: Part, spot: Spot, case: str, path: Path, count: int, member: Member,
        related: tuple[Related, ...] = (), **more: Any,
    ) -> None:  # fmt: skip
        """Count ``count`` records of ``part``, those of ``member``; the first spot is the one shown."""
        key = (part.stats.split.name, part.stats.split.stanza, path, case)
        hit = self.hits.get(key)
        if hit is not None:
            hit.count += count
            hit.members = (*hit.members, member)
            return
        self.hits[key] = Hit(
            case=case, location=part.stats.location(spot), split=part.stats.split.name, count=count, related=related,
            values={"field": show(path), "spare": self._spare(part, path), **more.pop("values", {})}, members=(member,), **more,
        )  # fmt: skip

    def _spare(self, part: Part, path: Path) -> bool:
        return self.target is not None and bool(path) and spare(part.stats.split, path, self.target)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits.values())
