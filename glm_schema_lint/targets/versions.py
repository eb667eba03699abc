"""Package versions: what is known of them, and whether an outcome's window may hold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..wording import Text


@dataclass(frozen=True, slots=True)
class Version:
    """What is known of a package's version: exact (``4.46.3``) or a range (``>=4.46,<4.50``), and who says so."""

    version: str
    source: str

    @property
    def exact(self) -> bool:
        """True for one release, False for a range."""
        return not any(sign in self.version for sign in "<>=!~*,")


def may_hold(ranges: list[str], version: Version | None, requires: str, releases: list[str]) -> tuple[bool, bool]:
    """(may hold, is certain) for "the version lies in one of ``ranges``".

    A version that nobody named is any of ``releases`` inside ``requires``; a range is any of them inside the range.
    Raises packaging's InvalidSpecifier for a range that is none.
    """
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version as Release

    def inside(release: str) -> bool:
        return any(SpecifierSet(r).contains(Release(release), prereleases=True) for r in ranges)

    if version is not None and version.exact:
        return inside(version.version), True
    admitted = SpecifierSet(version.version if version else requires)
    hits = [inside(release) for release in releases if admitted.contains(Release(release), prereleases=True)]
    return any(hits), bool(hits) and all(hits) == any(hits)


def show(ranges: list[str]) -> str:
    """Ranges as a person reads them: ``<4.41 or >=4.43,<4.47``."""
    return " or ".join(ranges)


def possible(ranges: list[str], requires: str, releases: list[str]) -> bool:
    """True if some release that ``requires`` admits lies in ``ranges``; versions either names count as well."""
    named = re.findall(r"\d[^,\s]*", ",".join([*ranges, requires]))
    return may_hold(ranges, None, requires, [*releases, *named])[0]


def in_words(ranges: list[str]) -> Text:
    """Ranges in words: ``before 4.41, or from 4.43 to before 4.47``."""
    said = [_one_in_words(one) for one in ranges]
    return Text(", or ".join(s.en for s in said), "，或 ".join(s.zh for s in said))


def _one_in_words(one: str) -> Text:
    bounds = dict(re.findall(r"(<=|>=|<|>|==)\s*([^,\s]+)", one))
    least, below, most = bounds.get(">="), bounds.get("<"), bounds.get("<=")
    if set(bounds) == {">=", "<"}:
        return Text(f"from {least} to before {below}", f"{least} 起、{below} 之前")
    if set(bounds) == {">=", "<="}:
        return Text(f"from {least} to {most}", f"{least} 到 {most}")
    if set(bounds) == {">="}:
        return Text(f"{least} and later", f"{least} 及以后")
    if set(bounds) == {"<"}:
        return Text(f"before {below}", f"{below} 之前")
    if set(bounds) == {"<="}:
        return Text(f"up to {most}", f"{most} 及以前")
    if set(bounds) == {"=="}:
        return Text(f"{bounds['==']} and no other", f"只能是 {bounds['==']}")
    return Text(one, one)
