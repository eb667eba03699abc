"""Rows of one split carry ``labels``, those of another ``output_ids``: give each the key it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Key = Literal["labels", "output_ids"]
OTHER: dict[str, str] = {"labels": "output_ids", "output_ids": "labels"}


def unify_label_fields(
    row: Mapping[str, Any], *, ignore_index: int = -100, rename: Key | None = None, target: str = "hf-trainer"
) -> dict[str, Any]:
    """``row`` with ``labels`` beside ``output_ids``, or ``output_ids`` beside ``labels``; for ``Dataset.map`` over evaluation rows.

    - ``output_ids`` without ``labels`` (finetune_vision.py:317-385, the rows that die of ``KeyError: 'labels'``): ``labels``
      becomes ``ignore_index`` once for every input id. The script deletes the key unread (:72); a plain Trainer masks all of
      it. Nothing is learned and no answer leaks.
    - ``labels`` without ``output_ids``: ``output_ids`` becomes the labels that count, in order, which is what the script
      takes for the reference of its metrics (finetune_vision.py:71, finetune.py:69). ``input_ids`` stay as they are: where
      they hold the answer already, generation goes on behind it and its score says nothing. Not for train rows under a
      Trainer that keeps all columns: no model's forward takes ``output_ids``.
    - both, or neither: the row as it is. A null counts as absent, as `datasets` writes it for a missing column.

    Nothing is taken away and no value is changed; ``row`` itself stays untouched. Columns are flat sequences of ints, lists
    or arrays; a batch (``batched=True``) is refused.

    ``rename="labels"`` moves ``output_ids`` to ``labels`` instead of adding a key (``rename="output_ids"`` the other way).
    That is right for few: it is refused where ``target`` (a name of ``glm-lint targets``) reads the old key in evaluation,
    where labels would not be as many as input ids, or where ``ignore_index`` would stand among ``output_ids``.

    Raises ValueError with the reason for a row that cannot be mended, and for a rename that is refused.
    """
    if rename is not None:
        return _renamed(row, rename, ignore_index, target)
    made = dict(row)
    labels, output = row.get("labels"), row.get("output_ids")
    if labels is None and output is not None:
        _flat("output_ids", output)
        ids = row.get("input_ids")
        if ids is None:
            raise ValueError("the row has 'output_ids' and no 'input_ids', so nobody knows how many labels it needs")
        _flat("input_ids", ids)
        made["labels"] = [ignore_index] * len(ids)
    elif output is None and labels is not None:
        _flat("labels", labels)
        made["output_ids"] = [label for label in _numbers("labels", labels) if label != ignore_index]
    return made


def _flat(name: str, column: Any) -> None:
    """Raise ValueError unless ``column`` is a flat sequence of whole numbers (seen by its first item)."""
    if isinstance(column, str | bytes | Mapping) or not hasattr(column, "__len__"):
        raise ValueError(f"'{name}' is no list of token ids but {type(column).__name__}")
    if len(column):
        first = column[0]
        if isinstance(first, str | list | tuple) or bool(getattr(first, "ndim", False)):
            what = "text" if isinstance(first, str) else "a list of rows: map it without batched=True"
            raise ValueError(f"'{name}' is no list of token ids but {what}")
        if isinstance(first, float) or first is None:
            raise ValueError(f"'{name}' is no list of token ids: it begins with {first!r}")


def _numbers(name: str, column: Any) -> list[int]:
    try:
        return [int(item) for item in column]
    except (TypeError, ValueError):
        raise ValueError(f"'{name}' is no list of token ids: not all of it are whole numbers") from None


def _renamed(row: Mapping[str, Any], new: str, ignore_index: int, target: str) -> dict[str, Any]:
    """``row`` with the other key's column under ``new``, in its place; ValueError where that does harm."""
    if new not in OTHER:
        raise ValueError(f"rename is 'labels' or 'output_ids', not {new!r}")
    old = OTHER[new]
    if row.get(old) is None:
        return dict(row)
    refuse = f"'{old}' is not renamed to '{new}': "
    if row.get(new) is not None:
        raise ValueError(refuse + f"the row has '{new}' already")
    if old in _read_in_evaluation(target):
        raise ValueError(refuse + f"{target} reads '{old}' in evaluation; add '{new}' beside it instead")
    _flat(old, row[old])
    if new == "labels":
        ids = row.get("input_ids")
        if ids is None or len(ids) != len(row[old]):
            count = "no 'input_ids'" if ids is None else f"{len(ids)} input ids"
            raise ValueError(refuse + f"a label is needed for every input id, and {len(row[old])} stand beside {count}")
    elif ignore_index in _numbers(old, row[old]):
        raise ValueError(refuse + f"{ignore_index} stands among the labels, and it is no token")
    # a null under the new name is what `datasets` writes for an absent column
    return {new if key == old else key: value for key, value in row.items() if key != new}


def _read_in_evaluation(target: str) -> list[str]:
    from .. import targets

    if target not in targets.NAMES:
        raise ValueError(f"unknown target {target!r}; known: {', '.join(targets.NAMES)}")
    contract = targets.load(target).tokenized
    return [*contract.eval, *(() if contract.eval else contract.columns)]
