"""``--with PACKAGE=VERSION`` and ``--set KEY=VALUE``."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from ..targets.versions import Version
from ..wording import Text
from .errors import UsageError


def parse_with(text: str) -> tuple[str, Version]:
    """``transformers=4.46.3`` (also ``==``) or a range, ``transformers>=4.46,<4.50``."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion
    from packaging.version import Version as Release

    match = re.fullmatch(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*((?:[<>~!=]=?=?).+?)\s*", text)
    if match is None:
        raise UsageError(
            Text(
                f"--with {text}: write PACKAGE=VERSION, as in --with transformers=4.46.3",
                f"--with {text}：请写成 PACKAGE=VERSION，例如 --with transformers=4.46.3",
            )
        )
    name, said = canonicalize_name(match[1]), match[2].replace(" ", "")
    try:
        exact = re.fullmatch(r"={1,3}([^=*,]+)", said)
        if exact:
            return name, Version(str(Release(exact[1])), "--with")
        wanted = re.sub(r"^=(?!=)", "==", said)
        SpecifierSet(wanted)
    except (InvalidVersion, InvalidSpecifier):
        raise UsageError(
            Text(
                f"--with {text}: {match[2]!r} is no version of a Python package",
                f"--with {text}：{match[2]!r} 不是合法的 Python 包版本",
            )
        ) from None
    return name, Version(wanted, "--with")


def parse_set(text: str, known: Collection[str] = ()) -> tuple[str, Any]:
    """``template=glm4v``; true, false and numbers become what they say. ``known``: the settings there are."""
    key, sign, value = text.partition("=")
    key, value = key.strip(), value.strip()
    if not sign or not key or not value:
        raise UsageError(
            Text(
                f"--set {text}: write KEY=VALUE, as in --set template=glm4v",
                f"--set {text}：请写成 KEY=VALUE，例如 --set template=glm4v",
            )
        )
    if known and key not in known:
        names = ", ".join(sorted(known))
        raise UsageError(
            Text(
                f"--set {key}: no target has such a setting; known: {names}",
                f"--set {key}：没有任何目标有这个设置；可用的有：{names}",
            )
        )
    if value.lower() in ("true", "false"):
        return key, value.lower() == "true"
    if re.fullmatch(r"\d{0,9}\.\d{1,9}", value):
        return key, float(value)
    return key, int(value) if re.fullmatch(r"[+-]?\d+", value) else value
