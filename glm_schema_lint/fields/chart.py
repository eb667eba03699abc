"""Reads datasets into a field map, and says what differs between their splits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from .. import sources
from ..engine.apart import apart
from ..engine.choose import look
from ..models.fields import (
    Difference,
    Example,
    FieldEntry,
    FieldSplit,
    FieldsV1,
    FieldUse,
    Range,
    Span,
)
from ..record import Dataset, Split
from ..show import cut, safe
from ..wording import Lang, Text
from .meaning import PAIRS, Meaning, aliases, meaning
from .tree import Node, Tree

Path = tuple[str, ...]
PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
ONLY = Text("in {there}; not in {gone}", "{there} 有，{gone} 没有")
PARTLY = Text("in {part} of {name}, in all of {full}", "{name} 中 {part} 有，{full} 全部都有")
INSTEAD = Text("{message}, where `{other}` stands instead", "{message}，那里是 `{other}`")
ONE_TYPE = Text("{type} in {names}", "{names} 是 {type}")
ANSWERS: Final[dict[Path, str]] = {("labels",): "output_ids", ("output_ids",): "labels"}
"""The two names for the answer of a tokenized row: where one is missing, the other often stands."""
Progress = Callable[[int, int], None]


def chart(
    datasets: list[Dataset],
    name: str,
    lang: Lang = "en",
    *,
    max_records: int | None = None,
    hide_values: bool = False,
    progress: Progress | None = None,
) -> FieldsV1:
    """The field map of ``datasets`` in one pass; ``max_records`` bounds each split, ``progress`` hears (records, bytes)."""
    datasets = apart(datasets)
    look(datasets)
    splits: list[FieldSplit] = []
    found: dict[Path, dict[str, tuple[Split, Node, int]]] = {}
    differences: list[Difference] | None = None
    complete = True
    for dataset in datasets:
        grown: list[tuple[Split, Tree]] = []
        for split in dataset.splits:
            tree, unread, whole = _read(split, max_records, progress)
            complete = complete and whole and not tree.left_out
            label = _free(split.name, {s.name for s in splits})
            files = [file.rel for file in split.files if file.rel is not None]
            splits.append(
                FieldSplit(
                    name=label, kind=split.kind, dialect=split.dialect, files=files, records=tree.records, unread=unread
                )
            )
            for path, node, above in tree.walk():
                found.setdefault(path, {})[label] = (split, node, above)
            if split.declared and split.stanza is None:
                grown.append((split, tree))
        if len(grown) > 1:
            differences = [*(differences or []), *_differences(grown, lang)]
    entries = [_entry(path, uses, lang, hide_values) for path, uses in _ordered(found)]
    return FieldsV1(
        schema="glm-lint/fields/v1",
        name=name,
        complete=complete,
        splits=splits,
        differences=differences,
        fields=entries,
    )


def _free(name: str, taken: set[str]) -> str:
    """Two datasets may both have a ``train``: the second is ``train (2)``."""
    number, free = 1, safe(name)
    while free in taken:
        number += 1
        free = f"{safe(name)} ({number})"
    return free


def _read(split: Split, most: int | None, progress: Progress | None) -> tuple[Tree, int, bool]:
    tree, unread = Tree(split.name), 0
    for file in split.files:
        for batch in sources.read(file):
            unread += batch.skipped
            for record in batch.records:
                if most is not None and tree.records >= most:
                    return tree, unread, False
                tree.add(record, file.rel)
            if progress is not None:
                progress(len(batch.records), batch.size)
        unread += file.problem is not None
    return tree, unread, True


def spelled(path: Path) -> str:
    """``messages[].content``; a key of other characters stands in brackets, as JSON text."""
    said = ""
    for part in path:
        if part in ("[]", "*"):
            said += part if part == "[]" else ".*" if said else "*"
        elif part and set(part) <= PLAIN:
            said += f".{part}" if said else part
        else:
            said += "[" + '"' + cut(safe(part).replace('"', '\\"'), 40) + '"' + "]"
    return said


def _ordered(
    found: dict[Path, dict[str, tuple[Split, Node, int]]],
) -> Iterator[tuple[Path, dict[str, tuple[Split, Node, int]]]]:
    """Depth first, each key where it was first met, whatever the split."""
    below: dict[Path, list[Path]] = {}
    for path in found:
        above = path[:-1]
        while above and above not in found:
            above = above[:-1]
        below.setdefault(above, []).append(path)
    waiting = below.get((), [])[::-1]
    while waiting:
        path = waiting.pop()
        yield path, found[path]
        waiting.extend(below.get(path, [])[::-1])


def _entry(path: Path, uses: dict[str, tuple[Split, Node, int]], lang: Lang, hide: bool) -> FieldEntry:
    told = [said for split, _, _ in uses.values() if (said := meaning(path, split)) is not None]
    best = next((said for said in told if said.about.en), told[0] if told else Meaning())
    readers = list(dict.fromkeys(name for said in told for name in said.read_by))
    also = sorted({name for split, _, _ in uses.values() for name in aliases(path, split.dialect)})
    tokenized = any(split.dialect == "tokenized" for split, _, _ in uses.values())
    if tokenized and len(path) == 1 and path[0] in PAIRS:
        also.append(PAIRS[path[0]].say(lang))
    return FieldEntry(
        path=spelled(path), meaning=best.about.say(lang) or None, part_of=best.within or None,
        dtype=best.dtype or None, shape=best.shape or None, unit=best.unit or None, column=best.column or None,
        read_by=readers, also=also, splits={label: _use(node, above, hide) for label, (_, node, above) in uses.items()},
    )  # fmt: skip


def _use(node: Node, above: int, hide: bool) -> FieldUse:
    item = node.item
    numbers = node.range or (item.range if item is not None else None)
    words = node.words if node.words and set(node.types) <= {"string", "null"} else None
    if words is not None and sum(words.values()) < 4 * len(words):
        words = None  # each its own: an example says more
    length = node.lengths
    shown = node if node.example is not None or item is None else item
    return FieldUse(
        present=node.count, of=above, types=dict(sorted(node.types.items())),
        item_types=_item_types(node),
        length=Span(min=length[0], max=length[1], mean=round(length[2] / length[3], 1)) if length else None,
        range=Range(min=numbers[0], max=numbers[1]) if numbers else None,
        values=None if hide or words is None else {safe(w): n for w, n in sorted(words.items(), key=lambda i: (-i[1], i[0]))},
        example=None if hide or shown.example is None else Example(location=safe(str(shown.example)), value=shown.shown),
    )  # fmt: skip


def _item_types(node: Node) -> dict[str, int] | None:
    """Types of the items of an array, arrays among them with theirs."""
    item = node.item
    if item is None or not item.types:
        return None
    below = _item_types(item)
    return {type_words({name: count}, below): count for name, count in sorted(item.types.items())}


def _differences(grown: list[tuple[Split, Tree]], lang: Lang) -> Iterator[Difference]:
    """What the splits of one dataset do not share. Below a key that a split lacks nothing more is said."""
    grown = [(split, tree) for split, tree in grown if tree.records]
    maps = [(split.name, {path: (node, above) for path, node, above in tree.walk()}) for split, tree in grown]
    paths = dict.fromkeys(path for _, held in maps for path in held)
    comma = "、" if lang == "zh" else ", "
    lacking: set[Path] = set()
    for path in paths:
        if any(path[:size] in lacking for size in range(1, len(path))):
            continue
        above = _above(path)
        here = {name: held[path] for name, held in maps if path in held and _stands(held[path][0])}
        gone = [name for name, held in maps if name not in here and (not above or above in held)]
        if gone and here:
            lacking.add(path)
            message = ONLY.say(lang, there=comma.join(here), gone=comma.join(gone))
            other = ANSWERS.get(path)
            if other is not None and all((other,) in held for name, held in maps if name in gone):
                message = INSTEAD.say(lang, message=message, other=other)
            yield Difference(path=spelled(path), kind="missing", message=message)
            continue
        full = [name for name, (node, objects) in here.items() if node.count == objects]
        for name, (node, objects) in here.items():
            if full and node.count < objects:
                part = f"{node.count:,} / {objects:,}"
                yield Difference(
                    path=spelled(path),
                    kind="partial",
                    message=PARTLY.say(lang, part=part, name=name, full=comma.join(full)),
                )
        kinds: dict[str, list[str]] = {}
        for name, (node, _) in here.items():
            kinds.setdefault(type_words(node.types, _item_types(node)), []).append(name)
        if len(kinds) > 1:
            said = [ONE_TYPE.say(lang, type=kind, names=comma.join(names)) for kind, names in kinds.items()]
            yield Difference(path=spelled(path), kind="types", message=("；" if lang == "zh" else "; ").join(said))


def _above(path: Path) -> Path:
    """The key above this one, past the items of arrays."""
    above = path[:-1]
    while above and above[-1] == "[]":
        above = above[:-1]
    return above


def _stands(node: Node) -> bool:
    """A column of nothing but nulls is not there: Arrow writes one where another split has values."""
    return set(node.types) != {"null"}


def type_words(types: dict[str, int], items: dict[str, int] | None) -> str:
    """``array of integer``, ``string or null``; null stands last, numbers of both kinds are one."""

    def words(names: dict[str, int]) -> str:
        kinds = sorted(names, key=lambda name: (name == "null", name))
        if "number" in kinds and "integer" in kinds:
            kinds.remove("integer")
        return " or ".join(kinds)

    if items and "array" in types:
        return words({name if name != "array" else f"array of {words(items)}": n for name, n in types.items()})
    return words(types)
