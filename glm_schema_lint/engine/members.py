"""A second look at a split for the records that a finding about it describes: those with this at that path.

Statistics count such records and keep the first; who is counted beside them by another rule is told only by name. The
files are read again only where a finding of that kind changes what becomes of records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .. import sources
from ..fates import Runs
from ..finding import Member
from ..record import Split
from ..shapes import Shape, Shaper, TooDeepError


def find(split: Split, members: Iterable[Member]) -> dict[tuple[Member, int], Runs]:
    """The records of each member, by the number of their file."""
    found: dict[tuple[Member, int], Runs] = {}
    wanted: dict[int, list[Member]] = {}
    for member in dict.fromkeys(members):
        for number in range(len(split.files)) if member.file is None else (member.file,):
            wanted.setdefault(number, []).append(member)
    for number, mine in wanted.items():
        runs = {member: Runs() for member in mine}
        shaper, known = Shaper(), dict[tuple[Shape, int], list[Member]]()
        for batch in sources.read_renamed(split.files[number]):
            for record in batch.records:
                try:
                    shape = shaper(record.value)
                except TooDeepError:
                    continue
                key = shape, batch.chunk
                if key not in known:
                    if len(known) >= 2000:
                        known.clear()
                    known[key] = [m for m in mine if m.chunk in (None, batch.chunk) and holds(shape, m)]
                for member in known[key]:
                    runs[member].add(record.index, record.index + 1, 1)
        found.update({(member, number): some for member, some in runs.items()})
    return found


def holds(shape: Shape, member: Member) -> bool:
    """True if a record of this shape has one of the types there; or lacks the key there, where that is asked."""
    found = list(_at(shape, member.path))
    if member.nowhere:
        return shape.type == "dict" and all(there is None for there in found)
    return any(member.absent if there is None else there.type in member.types for there in found)


def _at(shape: Shape, path: tuple[str, ...]) -> Iterator[Shape | None]:
    if not path:
        yield shape
    elif path[0] == "[]":
        for item, _ in shape.items:
            yield from _at(item, path[1:])
    elif shape.type == "dict":
        if path[0] in shape.keys:
            yield from _at(shape.kids[shape.keys.index(path[0])], path[1:])
        elif len(path) == 1:
            yield None
