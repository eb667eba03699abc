"""log_fields(): one structured line per split through `logging`."""

from __future__ import annotations

import json
import logging
from itertools import islice
from typing import Any, Final

from ..record import DataFile

SAMPLE: Final = 1000
NAMES: Final = {
    bool: "bool", int: "int", float: "float", str: "str", bytes: "bytes", dict: "object", list: "list", type(None): "null",
}  # fmt: skip


def log_fields(
    dataset: Any, *, rows: int = SAMPLE, logger: logging.Logger | None = None, level: int = logging.INFO
) -> dict[str, dict[str, Any]]:
    """Log one line per split: its fields, their types, in how many rows they stand, and how long lists and texts are.

    ``dataset`` is what ``lint`` takes: a `datasets.Dataset`, a ``DatasetDict``, a mapping of split names to rows, or a path. The first
    ``rows`` rows of every split are read. A line is ``fields {json}``::

        {"split": "validation", "rows_read": 16, "fields": {"input_ids": {"rows": 16, "types": ["list<int>"], "length": [9, 41]}, ...}}

    and the same object stands in the log record's attribute ``glm_lint``. ``rows`` of a field counts those where it is there and
    not null; ``length`` is [shortest, longest] over lists, texts and arrays. Returns the objects by split name. Logs to ``logger`` or
    ``logging.getLogger("glm_schema_lint.guard.fields")``. Raises LayoutError (a ValueError) for a path that cannot be read.
    """
    from ..api import open_datasets

    out = logger or logging.getLogger(__name__)
    made: dict[str, dict[str, Any]] = {}
    for part in open_datasets(dataset):
        for split in part.splits:
            said = _fields(split.files, rows)
            made[split.name] = {"split": split.name, **said}
            out.log(
                level,
                "fields %s",
                json.dumps(made[split.name], ensure_ascii=False),
                extra={"glm_lint": made[split.name]},
            )
    return made


def _fields(files: list[DataFile], rows: int) -> dict[str, Any]:
    from .. import sources

    fields: dict[str, dict[str, Any]] = {}
    read = 0
    for record in islice((r for file in files for batch in sources.read(file) for r in batch.records), rows):
        read += 1
        for key, value in record.value.items() if isinstance(record.value, dict) else ():
            seen = fields.setdefault(str(key), {"rows": 0, "types": []})
            seen["rows"] += value is not None
            if (name := _type(value)) not in seen["types"]:
                seen["types"].append(name)
            length = getattr(value, "length", None) if not hasattr(value, "__len__") else len(value)
            if length is not None:
                low, high = seen.get("length", (length, length))
                seen["length"] = [min(low, length), max(high, length)]
    return {"rows_read": read, "fields": fields}


def _type(value: Any) -> str:
    """``list<int>``; for arrays the type of their items."""
    if hasattr(value, "dtype"):
        return f"list<{'int' if value.dtype.kind in 'iu' else value.dtype.name}>"
    if isinstance(value, list):
        return f"list<{_type(value[0])}>" if value else "list"
    kind = getattr(value, "type", None)  # a cell that was not read says its Arrow type
    return NAMES.get(type(value)) or (kind if isinstance(kind, str) else type(value).__name__)
