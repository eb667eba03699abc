"""What an ms-swift config says of columns: ``columns`` itself, and the files that ``custom_dataset_info`` registers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ENTRIES: Final = 1000
BYTES: Final = 10 << 20
NAMES: Final = ("dataset_name", "ms_dataset_id", "hf_dataset_id", "dataset_path")


@dataclass(frozen=True, slots=True)
class Registered:
    """An entry of a registration file with data on this machine (dataset/register.py)."""

    path: Path
    columns: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    """What else it says of reading the records and is not applied: ``messages``, ``subsets``."""


def columns(value: Any) -> dict[str, str]:
    """``columns`` as the trainer takes it, an object or its JSON text; empty for what is neither."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    if not isinstance(value, dict):
        return {}
    return {old: new for old, new in list(value.items())[:ENTRIES] if isinstance(old, str) and isinstance(new, str)}


def registered(said: Any, find: Callable[[str], Path | None]) -> dict[str, Registered]:
    """The entries of all files that ``custom_dataset_info`` names, by each name they go by; ``find`` looks a file up."""
    found: dict[str, Registered] = {}
    for name in [said] if isinstance(said, str) else said if isinstance(said, list) else []:
        path = find(name) if isinstance(name, str) and name else None
        for entry in _entries(path):
            where = entry.get("dataset_path")
            if not isinstance(where, str) or not where or path is None:
                continue
            unread = tuple(key for key in ("messages", "subsets") if entry.get(key))
            try:
                data = Path(os.path.abspath(path.parent / Path(where).expanduser()))
            except RuntimeError:  # ~somebody whose home nobody knows
                continue
            one = Registered(data, columns(entry.get("columns")), unread)
            found.update({entry[key]: one for key in NAMES if isinstance(entry.get(key), str)})
    return found


def _entries(path: Path | None) -> list[dict[str, Any]]:
    try:
        if path is None or not path.is_file() or path.stat().st_size > BYTES:
            return []
        listed = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    return [entry for entry in listed[:ENTRIES] if isinstance(entry, dict)] if isinstance(listed, list) else []
