"""Which keys of a load are made alike: those the loader cannot make one column of, or fills with a null that hurts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from ..finding import Group
from ..record import Split
from ..rules._loads import show, spare
from ..targets import Target
from ..views import reads_of
from .text import entries

ANSWERS: Final = ("keys-alike", "unread-as-text", "tools-as-text", "tools-listed")
TEXT: Final = ("lines", "array")
LIMIT: Final = 512
"""Places looked at; records whose keys are values have no end of them."""

Place = tuple[str, str]
"""(key of the messages or "", key)."""


class Alike(NamedTuple):
    """What becomes of the keys of a load."""

    empty: frozenset[Place]
    """Texts that are written empty where they are absent or null."""
    text: frozenset[Place]
    """What is written as JSON text."""
    tools: bool
    """True if lists of tools are."""
    gaps: bool
    """True if tools stand on some messages, so that the others are given a null."""


@dataclass(slots=True)
class _Cells:
    """What stands in one place: types by file, null left out."""

    kinds: dict[str, set[type]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    """The files that have the key, if only with null."""


def decide(splits: Sequence[Split], contracts: Sequence[Target], asked: Sequence[Group]) -> Alike:
    """What to do with the text files of a load, whose findings ``asked`` a repair can answer."""
    files = [(split, file) for split in splits for file in split.files if file.format in TEXT]
    rels = {file.rel for _, file in files}
    mine = [group for group in asked if group.key.file in rels]
    rules = {group.key.rule for group in mine}
    cells: dict[Place, _Cells] = {}
    for split, file in files if mine else ():
        above = {
            name
            for target in contracts
            if (reads := reads_of(target, split))
            for name in (reads.messages, *reads.messages_or)
        }
        for entry in entries(file):
            for place, cell in _places(entry.record.value, above):
                if place in cells or len(cells) < LIMIT:
                    found = cells.setdefault(place, _Cells())
                    found.files.add(file.rel or "")
                    if cell is not None:
                        found.kinds.setdefault(file.rel or "", set()).add(type(cell))
    head = files[0][1].rel or "" if files else ""
    named = [name for group in mine for name in _spoken_of(group)]
    empty, text = set(), set()
    for place, found in cells.items():
        kinds = set().union(*found.kinds.values()) if found.kinds else set()
        late = head not in found.files or (kinds and head not in found.kinds)
        late = late and "split-columns-differ" in rules and not place[0]
        if not (late or any(_names(name, place) for name in named)):
            continue
        path = _path(place)
        unread = all(spare(split, path, target) for target in contracts for split in splits)
        if kinds <= {str} and (unread or all(show(path) in target.files.blanks for target in contracts)):
            empty.add(place)
        elif unread:
            text.add(place)
    cases = {(group.key.rule, group.key.case) for group in mine}
    tools = ("tools-unreadable", "list") in cases
    tools = tools or any(rule == "nested-keys-differ" and case in ("", "property") for rule, case in cases)
    return Alike(frozenset(empty), frozenset(text), tools, ("nested-keys-differ", "system-tools") in cases)


def _places(value: Any, above: set[str]) -> Iterator[tuple[Place, Any]]:
    for key, cell in value.items() if isinstance(value, dict) else ():
        yield ("", key), cell
        if key in above and isinstance(cell, list):
            for item in cell:
                if isinstance(item, dict):
                    for name, inner in item.items():
                        yield (key, name), inner


def _spoken_of(group: Group) -> Iterator[str]:
    for finding in group.examples:
        above, key = finding.values.get("field"), finding.values.get("key")
        if above is not None:
            yield f"{above}.{key}" if group.key.case.startswith("said") else str(above)


def _path(place: Place) -> tuple[str, ...]:
    return (place[0], "[]", place[1]) if place[0] else (place[1],)


def _names(named: str, place: Place) -> bool:
    """True if a finding speaks of this place or of something below it."""
    whole = show(_path(place))
    return named == whole or named.startswith((f"{whole}.", f"{whole}[]"))
