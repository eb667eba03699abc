"""What a function does with the fields of a batch: reads, deletes, takes out. Nouns of what walk.py finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

How = Literal["read", "delete", "pop", "ask", "set"]
SETTING: Final = "predict_with_generate"


@dataclass(frozen=True, slots=True)
class Access:
    """One use of one field. ``ask`` is a use that takes a missing field in its stride: ``get``, ``in``, a default."""

    key: str
    how: How
    line: int
    text: str
    """The statement's line of source, stripped."""
    guarded: bool = False
    """A missing field does no harm here: tested for before, set before, or its KeyError is caught."""
    unsure: bool = False
    """It happens under a condition that the source alone does not settle."""
    when: tuple[tuple[str, bool], ...] = ()
    """Settings under which it happens: ``(("predict_with_generate", True),)``."""

    @property
    def demands(self) -> bool:
        """True if the function fails where the field is missing."""
        return self.how in ("read", "delete", "pop") and not self.guarded


@dataclass(frozen=True, slots=True)
class Forward:
    """The batch as a whole is handed on, to ``super().prediction_step``, a model or ``generate``."""

    to: str
    line: int
    taken: frozenset[str]
    """Fields that are surely out of it by then."""
    safe: frozenset[str]
    """Fields that are out of it, or surely hold more than None."""
    when: tuple[tuple[str, bool], ...] = ()


@dataclass(slots=True)
class Uses:
    """All that one function does with its batch."""

    accesses: list[Access] = field(default_factory=list)
    forwards: list[Forward] = field(default_factory=list)

    def demanded(self) -> Iterator[Access]:
        """Uses that fail where the field is missing, in order of the lines."""
        return (access for access in self.accesses if access.demands)
