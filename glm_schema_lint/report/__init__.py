"""A Result as people and machines read it: one module per format."""

from __future__ import annotations

FORMATS = ("full", "concise", "json", "github")
