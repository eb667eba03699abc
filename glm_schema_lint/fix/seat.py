"""What a repair of records knows: the trainer, the split, how the trainer reads it, and the images."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from .. import sources
from ..record import Dataset, Split
from ..rules import Context
from ..targets import Reads, Target
from ..targets.versions import Version
from ..views import Viewer, reads_of


@dataclass(slots=True)
class Seat:
    """One trainer looking at one split."""

    target: Target
    split: Split
    dataset: Dataset
    images: sources.ImageReader
    versions: dict[str, Version] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.viewer = Viewer(self.target, self.split)
        self.reads: Reads | None = reads_of(self.target, self.split)
        self.ctx = Context(self.target, self.split, self.dataset, self.images, self.versions, self.settings)

    viewer: Viewer = field(init=False)
    reads: Reads | None = field(init=False)
    ctx: Context = field(init=False)

    def minds(self, rule: str, case: str = "") -> bool:
        """True if the defect does something to training here."""
        return bool(self.target.judge(rule, case, self.split.kind, self.versions, self.settings))


class Repair(Protocol):
    """A repair of one record: ``name`` stands in the catalogue. Made for one seat, asked for every record."""

    name: str

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The records that take the place of ``value``: the very object where there is nothing to repair."""
