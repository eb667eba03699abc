"""From one trainer's records to another's: read into a talk that belongs to no trainer, written from it."""

from __future__ import annotations

from .run import DIALECTS, Convert
from .talk import CannotCarryError

__all__ = ["DIALECTS", "CannotCarryError", "Convert"]
