"""The field map: every path of a dataset per split, with its presence, types, lengths, meaning and readers."""

from __future__ import annotations

from .chart import chart
from .markdown import markdown

__all__ = ["chart", "markdown"]
