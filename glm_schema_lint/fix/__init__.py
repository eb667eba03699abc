"""Repairs: one row in Python (``unify_label_fields``), a whole dataset with ``glm-lint fix``."""

from __future__ import annotations

from .labels import unify_label_fields

__all__ = ["unify_label_fields"]
