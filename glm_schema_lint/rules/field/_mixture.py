"""Datasets of one training that are joined as they were loaded: columns whose types differ. Helper of FIELD009."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ...chunks import Path, PathStat
from ...finding import Hit, Member, Related
from ...location import Location
from ...stats import SplitStats
from ...wording import Text
from .._loads import JSON_TYPES, WORDS, kinds

NUMBERS: Final = frozenset(("int", "float"))


def mixture(parts: list[SplitStats], only: frozenset[str] | None) -> Iterator[Hit]:
    """One hit for each dataset and column that is of another type than in the first that has it.

    A column that a dataset lacks, or that is null all through, agrees with everything; a key inside one does not.
    ``only`` names the columns that are selected, None if all are.
    """
    firsts: dict[str, tuple[SplitStats, dict[Path, PathStat]]] = {}
    for stats in parts:
        trees: dict[str, dict[Path, PathStat]] = {}
        for path in {path for _, chunk in stats.ordered() for path in chunk.paths if path}:
            if only is None or path[0] in only:
                trees.setdefault(path[0], {})[path] = stats.path(*path)
        for column, tree in sorted(trees.items()):
            if not _kinds(tree[column,]):
                continue
            first, other = firsts.setdefault(column, (stats, tree))
            if first is not stats:
                yield from _compare(stats, tree, first, other)


def _compare(stats: SplitStats, mine: dict[Path, PathStat], first: SplitStats, theirs: dict[Path, PathStat]) -> Iterator[Hit]:  # fmt: skip
    for path in sorted(mine.keys() | theirs.keys(), key=lambda path: (len(path), path)):
        left, right = mine.get(path), theirs.get(path)
        values = {"field": ".".join(path).replace(".[]", "[]"), "name": stats.split.name, "first": first.split.name}
        if left is not None and right is not None:
            here, there = _kinds(left), _kinds(right)
            if len(here) != 1 or len(there) != 1 or here == there:
                continue
            kind, wanted = next(iter(here)), next(iter(there))
            yield Hit(
                case="mixed", location=_at(stats, left, kind), split=stats.split.name, count=left.types[kind][0],
                found=WORDS[kind].en, expected=WORDS[wanted].en, values={**values, "type": WORDS[kind], "other": WORDS[wanted]},
                members=(Member(None, None, path, JSON_TYPES - {"null"}),),
                related=(Related(_at(first, right, wanted), Text("in the first", "在第一个数据集中")),),
            )  # fmt: skip
            return
        above = [tree.get(path[:-1]) for tree in (mine, theirs)]
        if path[-1] == "[]" or not all(stat is not None and "dict" in stat.types for stat in above):
            continue
        has, name = (left, stats) if left is not None else (right, first)
        if has is not None:
            spot = min(spot for _, spot in has.types.values())
            lacks = first if has is left else stats
            yield Hit(
                case="mixed-keys", location=name.location(spot) if has is left else _at(stats, mine[path[0],], None),
                split=stats.split.name, count=stats.records,
                values={**values, "name": name.split.name, "first": lacks.split.name},
            )  # fmt: skip
            return


def _kinds(stat: PathStat) -> frozenset[str]:
    """The types of a path, null aside; whole numbers beside decimals are decimals to Arrow."""
    found = frozenset(kinds(stat))
    return frozenset(("float",)) if found == NUMBERS else found


def _at(stats: SplitStats, stat: PathStat, kind: str | None) -> Location:
    return stats.location(stat.types[kind][1] if kind else min(spot for _, spot in stat.types.values()))
