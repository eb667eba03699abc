"""JSON Schema, bounded: no reference is followed, no pattern is run, nothing huge is looked at."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

LIMIT: Final = 50_000
"""Longer schemas and arguments, as JSON text, are not judged."""
_SKIPPED: Final = frozenset(
    ("$ref", "$dynamicRef", "$recursiveRef", "$schema", "$id", "$anchor", "pattern", "patternProperties", "format",
     "uniqueItems")
)  # fmt: skip
_NAMED: Final = frozenset(("properties", "$defs", "definitions", "dependentSchemas"))
"""Their keys are names of the data, never keywords."""
_VALUES: Final = frozenset(("const", "enum", "default", "examples"))


def _bare(value: Any, names: bool = False) -> Any:
    """A schema without the keywords that are skipped and without null, which Arrow fills gaps with."""
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: item if key in _VALUES and not names else _bare(item, key in _NAMED and not names)
        for key, item in value.items() if item is not None and (names or key not in _SKIPPED)
    }  # fmt: skip


def _text(value: Any) -> str | None:
    try:
        written = json.dumps(value, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return None
    return written if len(written) <= LIMIT else None


def flaw(parameters: Any) -> str | None:
    """Why ``parameters`` is no JSON Schema (place and reason), or None."""
    written = _text(_bare(parameters))
    return _flaw(written) if written is not None else None


@lru_cache(maxsize=4096)
def _flaw(written: str) -> str | None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    try:
        error = best_match(Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(json.loads(written)))
    except RecursionError:
        return None
    return None if error is None else _said(error)


def breach(parameters: Any, arguments: Any) -> str | None:
    """How ``arguments`` fail the schema ``parameters``, or None; None also where the schema itself is flawed."""
    schema, values = _text(_bare(parameters)), _text(_without_null(arguments))
    if schema is None or values is None or _flaw(schema) is not None:
        return None
    return _breach(schema, values)


@lru_cache(maxsize=4096)
def _breach(schema: str, values: str) -> str | None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    try:
        error = best_match(Draft202012Validator(json.loads(schema)).iter_errors(json.loads(values)))
    except RecursionError:
        return None
    return None if error is None else _said(error)


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_null(item) for key, item in value.items() if item is not None}
    return [_without_null(item) for item in value] if isinstance(value, list) else value


def _said(error: Any) -> str:
    place = "/".join(str(part) for part in error.absolute_path)
    return (f"{place}: " if place else "") + str(error.message)[:200]
