"""Records as a loader hands them on, where that is not what their file says: judged once more, with that known.

What a value becomes is decided by all values of its loader chunk and by the first chunk of all, so it is known only when
everything was read. Files of which a rule that ``waits`` for it found something are then read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ..finding import GroupKey, Hit, Related
from ..location import Location
from ..record import Dataset, Record
from ..rules import Context, Rule, SourceRule, by_name
from ..rules._loads import WORDS, Load, Part, loads, read_texts, show, unread
from ..rules._recast import Change, changes, kept, misread, recast, rewritten
from ..rules._show import quote
from ..sources import ImageReader
from ..stats import Path, SplitStats
from ..targets import Target
from ..targets.versions import Version, may_hold
from ..wording import Text
from .job import Job

if TYPE_CHECKING:
    from .asking import Asker

Reading = tuple[str, str, tuple[Change, ...]]
"""A target, the releases of `datasets` in which it is so ("" for all that may be in use), and what is changed."""
Seen = list[tuple[str, str, Any, tuple[Change, ...]]]
"""A target, releases, the record as it is then, and what was changed."""


_KINDS: Final = {
    type(None): "null", bool: "bool", int: "int", float: "float", str: "str", list: "list", dict: "dict",
}  # fmt: skip


_AS_JSON: Final = Text("a text in the file, which datasets reads as JSON", "文件里是文本，datasets 把它当 JSON 读取")


@dataclass(frozen=True, slots=True)
class Lens:
    """What becomes of the records of one file, by the number of their loader chunk."""

    readings: Mapping[int, tuple[Reading, ...]]
    rewritten: Mapping[int, frozenset[str]]
    """By chunk, the targets whose loader may write its lines anew before it parses them."""

    def __call__(self, chunk: int, value: Any) -> Seen | None:
        """The record as each target gets it; None if all of them get what the file says."""
        seen = [(target, only, recast(value, made), made) for target, only, made in self.readings.get(chunk, ())]
        return seen if any(new is not value for _, _, new, _ in seen) else None

    def evenly(self, chunks: Iterable[int]) -> Lens | None:
        """The lens for records whose chunk is not known: one that holds for all ``chunks``; None if they differ."""
        ways = {(self.readings.get(chunk, ()), self.rewritten.get(chunk, frozenset())) for chunk in chunks}
        if len(ways) != 1:
            return None
        readings, names = ways.pop()
        return Lens({0: readings}, {0: names})

    @property
    def misreads(self) -> bool:
        """True if texts may be read as JSON: of which that is true a second look alone can tell."""
        made = [one for readings in self.readings.values() for _, _, some in readings for one in some]
        return any(one.read and one.way == "value" for one in made)

    def targets(self, rule: Rule) -> set[str]:
        """Names of the targets for which something changes that ``rule`` judges."""
        if isinstance(rule, SourceRule):
            return set().union(*self.rewritten.values())
        return {target for readings in self.readings.values() for target, _, made in readings if made}


def lenses(job: Job, dataset: Dataset, stats: list[SplitStats], images: ImageReader) -> dict[tuple[int, int], Lens]:
    """The lenses of the files in which something that a target reads is changed, by numbers of split and file."""
    found: dict[tuple[int, int], dict[int, list[Reading]]] = {}
    anew: dict[tuple[int, int], dict[int, set[str]]] = {}
    numbers = {id(one): number for number, one in enumerate(stats)}
    for target in job.contracts():
        eras = _eras(target, job.versions)
        ctx = job.context(target, dataset.splits[0], dataset, images)
        for load in loads(stats, ctx):
            json = kept(load) if any(keeps for _, keeps in eras) else {}
            for part in (load.head, *load.rest):
                at = numbers[id(part.stats)], part.file
                if rewritten(load, part, json) and part.format == "lines":
                    anew.setdefault(at, {}).setdefault(part.chunk, set()).add(target.name)
                if part.stats.split.dialect == "tokenized":
                    continue
                said = [(only, _changes(load, part, json if keeps else {}, ctx)) for only, keeps in eras]
                if not any(made for _, made in said):
                    continue
                if len({made for _, made in said}) == 1:
                    said = [("", said[0][1])]
                mine = found.setdefault(at, {}).setdefault(part.chunk, [])
                mine.extend((target.name, only, made) for only, made in said)
    return {
        at: Lens(
            {chunk: tuple(some) for chunk, some in found.get(at, {}).items()},
            {chunk: frozenset(names) for chunk, names in anew.get(at, {}).items()},
        )
        for at in found.keys() | anew.keys()
    }


def _changes(load: Load, part: Part, json: Mapping[Path, bool], ctx: Context) -> tuple[Change, ...]:
    """What is changed where the target looks."""
    texts = read_texts(part, ctx)
    return tuple(
        one._replace(read=one.path in texts)
        for one in changes(load, part, json.keys())
        if not unread(part, one.path, ctx)
    )


def _eras(target: Target, versions: Mapping[str, Version]) -> list[tuple[str, bool]]:
    """Releases of `datasets` that may be in use, and whether they keep a column of mixed types as Json."""
    keeps, refuses = target.files.keeps_mixed, target.files.refuses_mixed
    if not keeps:
        return [("", False)]
    possible, sure = may_hold(
        [keeps], versions.get("datasets"), target.requires.get("datasets", ""), target.releases.get("datasets", [])
    )
    return [("", possible)] if sure or not possible else [(refuses, False), (keeps, True)]


def waiting(groups: Iterable[GroupKey], dataset: Dataset, at: tuple[int, int], lens: Lens | None) -> bool:
    """True if a rule that waits for what loading makes of a file has said something of it that may be otherwise.

    Without a lens: if such a rule has said anything.
    """
    split, rules = dataset.splits[at[0]], by_name()
    return any(
        key.split == split.name and key.file == split.files[at[1]].rel and (rule := rules[key.rule]).waits
        and (lens is None or not lens.targets(rule).isdisjoint(key.targets))
        for key in groups
    )  # fmt: skip


def judge(asker: Asker, record: Record, seen: Seen) -> None:
    """Judge a record as each target gets it; what only some releases do is said of those alone."""
    said: dict[tuple[Any, ...], tuple[Any, Hit, dict[str, set[str]]]] = {}
    eras: dict[str, set[str]] = {}
    targets = {target.name: target for target, _, _ in asker.contexts}
    for name in targets:
        for only, value, made in [(o, v, m) for n, o, v, m in seen if n == name] or [("", record.value, ())]:
            eras.setdefault(name, set()).add(only)
            heard = asker.hear(record._replace(value=value, raw=None), name)
            for _, hit in heard:
                _told_of(asker.locate(record.index, record.line, ""), hit, record.value, value)
            for rule, hit in (*heard, *_misread(asker, record.value, made)):
                key = (rule.name, hit.pointer, hit.case, hit.found)
                said.setdefault(key, (rule, hit, {}))[2].setdefault(name, set()).add(only)
    before = asker.emitted(record)
    for key, (rule, hit, under) in said.items():
        told: dict[str, list[tuple[Target, Hit]]] = {}
        for name, some in under.items():
            for only in [""] if some == eras[name] else sorted(some):
                told.setdefault(only, []).append((targets[name], hit))
        with asker.tally.news(key not in before):
            for only, hits in told.items():
                asker.report(rule, record, hits, only)


def _misread(asker: Asker, value: Any, made: tuple[Change, ...]) -> Iterator[tuple[Rule, Hit]]:
    """The finding of its own for texts that are read as JSON."""
    rule = asker.sources.get("text-read-as-json")
    if rule is None:
        return
    for path, at, text, said in misread(value, made):
        yield rule, Hit(at, "", quote(text), "string", {"field": show(path), "type": WORDS[_KINDS[type(said)]]})


def _told_of(at: Location, hit: Hit, value: Any, loaded: Any) -> None:
    """Put a finding about a record as it is loaded in the words of its file: what stands inside a text is of the text."""
    pointer = ""
    for part in hit.pointer.split("/")[1:]:
        if isinstance(value, str):
            break
        key = part.replace("~1", "/").replace("~0", "~")
        value, loaded = _under(value, key), _under(loaded, key)
        pointer += "/" + part
    hit.pointer = pointer
    if isinstance(value, str) and not isinstance(loaded, str):
        hit.found = quote(value)
        hit.related = (*hit.related, Related(replace(at, pointer=pointer), _AS_JSON))


def _under(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    return value[int(key)] if isinstance(value, list) and key.isdigit() and int(key) < len(value) else None
