"""Columns of rows: labels beside output_ids, columns that only some files have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..labels import unify_label_fields
from ..seat import Seat


class EvalLabels:
    """labels-added: one ignored label for every input id of a row that has ``output_ids`` and no ``labels``.

    Only where evaluation reads ``output_ids`` as the reference. Where it reads the labels, the loss over ignored ones alone
    is NaN, and the fault would be hidden.
    """

    name = "labels-added"

    def __init__(self, seat: Seat, wanted: bool) -> None:
        self._index = seat.target.tokenized.ignore_index
        self._wanted = wanted and seat.split.kind != "train" and "output_ids" in seat.target.tokenized.eval

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The row with its labels."""
        if not self._wanted or value.get("output_ids") is None or value.get("labels") is not None:
            return [value]
        try:
            return [unify_label_fields(value, ignore_index=self._index)]
        except ValueError:  # no input ids: a finding of its own
            return [value]


class FillColumns:
    """keys-alike, in columnar files: columns that other files have, without a value."""

    name = "keys-alike"

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The row with every column."""
        lacking = dict.fromkeys(name for name in self._names if name not in value)
        return [{**value, **lacking}] if lacking else [value]
