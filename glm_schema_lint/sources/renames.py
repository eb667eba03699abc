"""Columns renamed before the trainer looks at a record: ``columns`` of ms-swift (dataset/preprocessor/core.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any


def rename(value: Any, steps: Sequence[Mapping[str, str]]) -> Any:
    """A record with its columns renamed, as safe_rename_columns does it: names count in any case.

    Two columns that would get one name keep theirs, and so does one whose new name is taken.
    """
    if not isinstance(value, dict):
        return value
    for step in steps:
        wanted = {key: step[key.lower()] for key in value if isinstance(key, str) and key.lower() in step}
        counted = Counter(wanted.values())
        wanted = {old: new for old, new in wanted.items() if counted[new] == 1 and old != new and new not in value}
        if wanted:
            value = {wanted.get(key, key): item for key, item in value.items()}
    return value
