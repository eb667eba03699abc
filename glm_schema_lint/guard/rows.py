"""aliased(): the rows of a dataset under the field names that the trainer asks for, renamed as they are read."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

IGNORE: Final = -100


def aliased(dataset: Any, names: Mapping[str, str] | None = None, *, ignore_index: int = IGNORE) -> Any:
    """``dataset`` with fields added to its rows as they are read; nothing is copied, removed or changed in place.

    Without ``names``, a row that has ``output_ids`` and no ``labels`` gets ``labels``: ``ignore_index`` once per input id, of the
    same type as ``input_ids`` (list, numpy array or tensor of shape ``(tokens,)``). That is what an evaluation step asks for
    that says ``del inputs["labels"]``; nothing is learned from such labels. Wrap evaluation rows, not train rows.

    With ``names`` (what the trainer reads -> what the rows have), e.g. ``{"labels": "target_ids"}``, a row that lacks the first
    has the second's value under both names. A None counts as absent, as `datasets` writes it.

    Takes and gives a map-style dataset (``__len__`` and ``__getitem__`` by int), an iterable one (then the result is a torch
    ``IterableDataset`` where torch is installed; epochs and worker shards are left to ``dataset``), or a mapping of names to
    datasets, such as a ``DatasetDict``. The result is pickled for DataLoader workers as ``dataset`` itself is.

    Raises TypeError for anything else: rows that are no mappings, and a generator, which could be read only once.
    """
    if isinstance(dataset, Mapping):
        return {name: aliased(part, names, ignore_index=ignore_index) for name, part in dataset.items()}
    wanted = tuple((names or {}).items())
    if any(not isinstance(word, str) for pair in wanted for word in pair):
        raise TypeError("aliased: names maps field names to field names, both strings")
    style = style_of(dataset)
    if style == "map":
        return AliasedRows(dataset, wanted, ignore_index)
    if style == "iterable":
        from .stream import AliasedStream

        return AliasedStream(dataset, wanted, ignore_index)
    why = "is no dataset: it needs __getitem__ and __len__, or __iter__"
    if hasattr(dataset, "__next__"):
        why = "can be read only once; give a dataset, or a list"
    raise TypeError(f"aliased: {type(dataset).__name__} {why}")


def style_of(dataset: Any) -> str | None:
    """``map``, ``iterable``, or None for what is no dataset. A torch ``IterableDataset`` is iterable although it has ``__getitem__``."""
    torch_data = sys.modules.get("torch.utils.data")
    if torch_data is not None and isinstance(dataset, torch_data.IterableDataset):
        return "iterable"
    if isinstance(dataset, str | bytes | type):
        return None
    if hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__"):
        return "map"
    if hasattr(dataset, "__iter__") and not hasattr(dataset, "__next__"):
        return "iterable"
    return None


def with_aliases(row: Any, names: Sequence[tuple[str, str]], ignore_index: int) -> dict[str, Any]:
    """One row as a dict with its aliases; TypeError if it is no mapping."""
    if not isinstance(row, Mapping):
        raise TypeError(f"aliased: a row is a {type(row).__name__}; rows must map field names to values")
    made = dict(row.items())
    if (
        not names
        and made.get("labels") is None
        and made.get("output_ids") is not None
        and made.get("input_ids") is not None
    ):
        made["labels"] = _ignored(made["input_ids"], ignore_index)
    for new, old in names:
        if made.get(new) is None and made.get(old) is not None:
            made[new] = made[old]
    return made


def _ignored(ids: Any, ignore_index: int) -> Any:
    """``ignore_index`` in the shape and type of ``ids``."""
    if hasattr(ids, "new_full"):
        return ids.new_full(tuple(ids.shape), ignore_index)
    if hasattr(ids, "dtype") and hasattr(ids, "shape"):
        import numpy as np

        return np.full_like(ids, ignore_index)
    return [ignore_index] * len(ids)


class AliasedRows:
    """A map-style dataset whose rows carry aliases; see ``aliased``."""

    def __init__(self, rows: Any, names: tuple[tuple[str, str], ...], ignore_index: int) -> None:
        self.rows, self.names, self.ignore_index = rows, names, ignore_index

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> dict[str, Any]:
        if isinstance(index, slice | str | list | tuple):
            raise TypeError("aliased: rows are taken one by one, by an int")
        return with_aliases(self.rows[index], self.names, self.ignore_index)

    def __getitems__(self, indices: list[int]) -> list[dict[str, Any]]:
        """Several rows at once: torch's DataLoader asks so, and `datasets` answers faster."""
        several = getattr(self.rows, "__getitems__", None)
        found = several(indices) if several is not None else [self.rows[index] for index in indices]
        return [with_aliases(row, self.names, self.ignore_index) for row in found]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[index] for index in range(len(self)))

    def __repr__(self) -> str:
        return f"aliased({self.rows!r})"
