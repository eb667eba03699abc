"""Where a path changes its JSON type, as cases of what `datasets` makes of it. Helper of FIELD002 and FIELD003."""

from __future__ import annotations

from collections.abc import Callable

from ..finding import Related
from ..stats import ChunkStats, Path, PathStat, Spot
from ..wording import Text
from ._loads import WORDS, Load, Part, Sightings, below, classes, folded, kinds, loose

Wanted = Callable[[Path, set[str]], bool]
"""Whether a path that holds these types is the business of the rule that asks."""


Unread = Callable[[Part, Path], bool]
"""Whether the target surely does not look at the path: what is changed there without a word harms nobody."""


def drifts(load: Load, wanted: Wanted, into: Sightings, unread: Unread = lambda _part, _path: False) -> None:
    """Sightings of every path whose types `datasets` cannot keep in one column."""
    for part in (load.head, *load.rest):
        done: set[Path] = set()
        for path in sorted(part.data.paths, key=len):
            stat = part.data.paths[path]
            found = kinds(stat)
            if not found or not path or path[0] == "[]" or folded(path, part.data) or below(path, done):
                continue
            case, base = _verdict(load, part, path, found)
            if not case:
                continue
            done.add(path)
            first = load.head if base is not None else part
            ruling = base or _earliest(stat, found)
            kept = kinds(first.data.paths[path])
            if case in ("later-quoted", "later-object", "later-pieces") and unread(part, path):
                case += "-unread"
            if wanted(path, found | kept):
                _note(into, part, first, path, stat, ruling, found, case)


def _verdict(load: Load, part: Part, path: Path, found: set[str]) -> tuple[str, str | None]:
    """The case, and the type the head gives the path (None while the part disagrees with itself)."""
    mixed = len(classes(found)) > 1
    if part is load.head:
        return ("same-chunk", None) if mixed and load.text else ("", None)
    head = load.head.data
    known = kinds(head.paths.get(path))
    if mixed and not known and load.text:
        return "same-chunk", None  # a column the head has not: reading the file fails before anything is cast
    if len(classes(known)) != 1 or folded(path, head):
        return "", None
    base = "float" if known == {"int", "float"} else next(iter(known))
    if load.text and base == "list" and {"list"} < found | {"list"} <= {"list", "str", "dict"} and _pieces(head, path):
        return "later-pieces", base
    if mixed and not load.text:
        return "", None
    if mixed and base in ("int", "float") and found <= {"int", "str"} and path in part.data.numbers:
        return "later-digits", base  # kept as Json, and read back by the cast (ran on 5.2.0)
    if mixed:
        return ("later-loose" if loose(head, path) else "later-quoted" if base == "str" else "later-mixed"), base
    case = _cast(base, found, path, part, load)
    if not load.text or not loose(head, path) or case in ("", "later-converted"):
        return case, base
    return ("" if case == "later-text" else "later-loose"), base  # text is made of it, or it is kept: both are fine


def _pieces(head: ChunkStats, path: Path) -> bool:
    """True if the items of a list are kept as Json, so that whatever stands in its place is taken for one."""
    return loose(head, (*path, "[]")) and not loose(head, path)


def _cast(base: str, found: set[str], path: Path, part: Part, load: Load) -> str:
    """What casting a chunk of one type to the type of the head does (ran on datasets 3.6.0 and 5.2.0)."""
    if found == {base} or (base == "float" and found <= {"int", "float"}):
        return ""
    scalars = {"bool", "int", "float", "str"}
    if base not in scalars or not found <= scalars:
        return "later-object" if base == "str" and found == {"dict"} and len(path) == 1 and load.text else "later-cast"
    if base == "str":
        return "later-text"
    if found == {"str"}:
        fits = base in ("int", "float") and path in part.data.numbers
        return "" if fits else "later-unparsed"
    if base == "int" and "float" in found:
        return "later-float" if path in part.data.fractions else ""  # 5.0 becomes 5
    return "later-converted"


def _earliest(stat: PathStat, found: set[str]) -> str:
    return min(found, key=lambda kind: stat.types[kind][1])


def _note(
    into: Sightings, part: Part, first: Part, path: Path, stat: PathStat, ruling: str, found: set[str], case: str
) -> None:
    """The first value of a type other than the ruling one, with the first value that rules beside it."""
    odd = {kind for kind in found if classes({kind}) != classes({ruling})} or found - {ruling}
    kind = min(odd, key=lambda name: stat.types[name][1])
    spot: Spot = part.data.fractions[path] if case == "later-float" else stat.types[kind][1]
    source = first.data.paths[path].types[ruling][1]
    into.add(
        part, spot, case, path, sum(stat.types[name][0] for name in odd), part.member(path, odd), found=WORDS[kind].en,
        expected=WORDS[ruling].en, values={"type": WORDS[kind], "other": WORDS[ruling]},
        related=(Related(first.stats.location(source), Text(f"{WORDS[ruling].en} here", f"这里是{WORDS[ruling].zh}")),),
    )  # fmt: skip
