"""Which package versions are in use: lock and requirements files beside the data, then what is installed."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any, Final

from ..targets.versions import Version
from .yamlfile import swells

PACKAGES: Final = ("transformers", "datasets", "trl")
"""Packages whose version changes a verdict."""
LEVELS: Final = 2
LIMIT: Final = 64 << 20
SMALL: Final = 1 << 20
"""No environment.yml is larger; the parser is slow."""
Pins = Iterator[tuple[str, str]]


def resolve(options_with: Map[str, Version], roots: Iterable[Path] = ()) -> dict[str, Version]:
    """Versions in force: what ``--with`` says, then files beside the data, then installed distributions."""
    known = installed()
    for root in roots:
        known.update(versions_beside(root))
    return {**known, **options_with}


def installed() -> dict[str, Version]:
    """Installed distributions, only in an environment that can train: this tool brings a `datasets` of its own."""
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, Version] = {}
    try:
        version("torch"), version("transformers")
    except PackageNotFoundError:
        return {}
    for name in PACKAGES:
        try:
            found[name] = Version(version(name), "installed")
        except PackageNotFoundError:
            continue
    return found


def versions_beside(root: Path) -> dict[str, Version]:
    """What the nearest lock or requirements file says of each package: in ``root``, then up to two folders above it.

    The folder that holds ``.git`` is the last one looked at. Locks come first: they say what is installed.
    """
    found: dict[str, Version] = {}
    here = root.absolute()
    for folder in [here, *list(here.parents)[:LEVELS]]:
        for path, read in _files(folder):
            for name, said in _pins(path, read).items():
                found.setdefault(name, Version(said, path.name))
        if (folder / ".git").exists():
            break
    return found


def _files(folder: Path) -> Iterator[tuple[Path, Callable[[str, Path], Pins]]]:
    named: list[tuple[str, Callable[[str, Path], Pins]]] = [
        ("uv.lock", _packages), ("poetry.lock", _packages), ("pdm.lock", _packages), ("pylock.toml", _packages),
        ("Pipfile.lock", _pipfile),
    ]  # fmt: skip
    for name, read in named:
        yield folder / name, read
    try:
        requirements = sorted(folder.glob("requirements*.txt"), key=lambda p: (p.name != "requirements.txt", p.name))
    except OSError:
        requirements = []
    for path in requirements:
        yield path, _requirements
    for name in ("environment.yml", "environment.yaml"):
        yield folder / name, _conda
    yield folder / "pyproject.toml", _pyproject


def _pins(path: Path, read: Callable[[str, Path], Pins]) -> dict[str, str]:
    """Package to version or range; a file that cannot be read or is broken says nothing."""
    from packaging.utils import canonicalize_name

    found: dict[str, set[str]] = {}
    try:
        if not path.is_file() or path.stat().st_size > LIMIT:
            return {}
        for name, said in read(path.read_text("utf-8-sig"), path):
            if (known := canonicalize_name(name)) in PACKAGES:
                found.setdefault(known, set()).add(said)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return {name: pin for name, said in found.items() if (pin := _one(said))}


def _one(said: set[str]) -> str | None:
    """One version as it is; several (a lock that forks by platform) as the range they span; None for no version."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion
    from packaging.version import Version as Release

    try:
        if len(said) == 1:
            only = next(iter(said))
            exact = re.fullmatch(r"={2,3}\s*([^*,\s]+)", only)
            if exact:
                return str(Release(exact[1]))
            return str(Release(only)) if only[:1].isdigit() else str(SpecifierSet(only)) or None
        if not all(one[:1].isdigit() for one in said):
            return str(SpecifierSet(",".join(one if not one[:1].isdigit() else f"=={one}" for one in sorted(said))))
        releases = sorted(map(Release, said))
        return f">={releases[0]},<={releases[-1]}"
    except (InvalidVersion, InvalidSpecifier):
        return None


def _requirements(text: str, path: Path, depth: int = 0) -> Pins:
    from packaging.requirements import InvalidRequirement, Requirement

    for line in text.replace("\\\n", " ").splitlines():
        line = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        other = re.match(r"(?:-r|--requirement|-c|--constraint)[\s=]+(\S+)", line)
        if other and depth < LEVELS and (nested := path.parent / other[1]).is_file():
            yield from _requirements(nested.read_text("utf-8-sig"), nested, depth + 1)
        if not line or line.startswith("-"):
            continue
        try:
            wanted = Requirement(re.split(r"\s--", line, maxsplit=1)[0])
        except InvalidRequirement:
            continue
        if wanted.specifier and (wanted.marker is None or wanted.marker.evaluate()):
            yield wanted.name, str(wanted.specifier)


def _packages(text: str, _: Path) -> Pins:
    """uv.lock, poetry.lock, pdm.lock (``package``) and pylock.toml (``packages``)."""
    content = tomllib.loads(text)
    for package in [*content.get("package", []), *content.get("packages", [])]:
        if "version" in package:
            yield package["name"], package["version"]


def _pyproject(text: str, path: Path) -> Pins:
    """Dependencies of a project that trains; one that has `datasets` and no transformers (a linter) says nothing."""
    content = tomllib.loads(text)
    said = list(_requirements("\n".join(content.get("project", {}).get("dependencies", [])), path, LEVELS))
    for name, wanted in content.get("tool", {}).get("poetry", {}).get("dependencies", {}).items():
        version = wanted.get("version") if isinstance(wanted, dict) else wanted
        if isinstance(version, str) and (known := _poetry(version)):
            said.append((name, known))
    if any(name.lower() == "transformers" for name, _ in said):
        yield from said


def _poetry(version: str) -> str:
    """``^4.46.2`` and a bare ``4.46.2`` as Poetry means them: up to the next release that may break; "" for any."""
    text = version.replace(" ", "")
    if text == "*":
        return ""
    caret = re.fullmatch(r"\^(\d+)((?:\.\d+)*)", text)
    if caret and caret[1] != "0":
        return f">={caret[1]}{caret[2]},<{int(caret[1]) + 1}"
    return f"=={text}" if text[:1].isdigit() else "" if caret else text


def _pipfile(text: str, _: Path) -> Pins:
    content: dict[str, Any] = json.loads(text)
    for section in ("default", "develop"):
        for name, package in content.get(section, {}).items():
            if isinstance(package.get("version"), str):
                yield name, package["version"]


def _conda(text: str, path: Path) -> Pins:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if len(text) > SMALL or swells(text):
        return
    try:
        content = YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        return
    for entry in content.get("dependencies") or []:
        if isinstance(entry, dict):
            yield from _requirements("\n".join(map(str, entry.get("pip") or [])), path)
        elif match := re.match(r"(?:[\w-]+::)?([A-Za-z0-9._-]+)\s*(?:([<>=!~].*))?$", str(entry)):
            said = (match[2] or "").replace(" ", "")
            single = re.fullmatch(r"=([^=*]+)(?:=.*)?", said)
            if single:  # conda's single = is a prefix match; a full release means that release
                said = f"=={single[1]}" if single[1].count(".") >= 2 else f"=={single[1]}.*"
            if said:
                yield match[1], said
