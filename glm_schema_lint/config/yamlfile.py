"""YAML and JSON configs, read with bounds: of a size a person writes, with aliases that cannot multiply."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any, Final, Literal

from ..wording import Text
from .errors import UsageError

SNIFFED: Final = 1 << 16
LIMIT: Final = 1 << 18
"""No training config is larger."""
DEPTH: Final = 100
Dialect = Literal["1.1", "1.2"]
"""PyYAML and OmegaConf read YAML 1.1, where yes, no, on and off are booleans; ruamel.yaml reads 1.2."""


def swells(text: str) -> bool:
    """True for YAML whose merge keys may copy one another without end; plain aliases are shared and cost nothing."""
    return "<<" in text and len(re.findall(r"[\s,\[]\*[\w-]", text)) > 24


def deep(text: str) -> bool:
    """True for text that nests far beyond any config: brackets, or dashes on one line. The parser takes long to fail."""
    depth = 0
    for sign in re.findall(r"[\[{\]}]", text):
        depth += 1 if sign in "[{" else -1
        if depth > DEPTH:
            return True
    return re.search(rf"(?:[-?] ){{{DEPTH}}}", text) is not None


def head(path: Path) -> bytes:
    """The first bytes of a regular file; empty if there is none or it cannot be read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as handle:
            return handle.read(SNIFFED)
    except (OSError, ValueError):
        return b""


def load_mapping(path: Path, dialect: Dialect = "1.2") -> dict[str, Any]:
    """The mapping a config file holds. Raises UsageError with one sentence for anything else.

    A file that ends in ``.json`` is read as JSON. Keys that are no strings (``on:`` in YAML 1.1) are left out: no
    trainer has such an argument.
    """
    try:
        if path.exists() and (not path.is_file() or path.stat().st_size > LIMIT):
            raise ValueError("not a regular file of text")
        text = path.read_text("utf-8")
        content = json.loads(text) if path.suffix == ".json" else _yaml(path, text, dialect)
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, UsageError):
            raise
        why = getattr(error, "strerror", None) or (str(error) or type(error).__name__).splitlines()[0]
        raise UsageError(Text(f"{path.name} cannot be read: {why}", f"{path.name} 无法读取：{why}")) from None
    if not isinstance(content, dict):
        raise UsageError(Text(f"{path.name} holds no mapping", f"{path.name} 的内容不是键值映射"))
    return {key: value for key, value in content.items() if isinstance(key, str)}


def _yaml(path: Path, text: str, dialect: Dialect) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if swells(text):
        raise ValueError("too many merge keys")
    if deep(text):
        raise ValueError("nested too deeply")
    parser = YAML(typ="safe", pure=True)
    if dialect == "1.1":
        parser.version = (1, 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # 5e-4 is a string to PyYAML, but argparse and OmegaConf make it a number
            return parser.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        at = f"{path.name}:{mark.line + 1}" if mark is not None else path.name
        why = error.problem or "no YAML"
        raise UsageError(Text(f"{at} is not valid YAML: {why}", f"{at} 不是合法的 YAML：{why}")) from None
    except YAMLError as error:
        raise ValueError(str(error)) from None
