"""How a value is quoted in a finding; see glm_schema_lint.show."""

from __future__ import annotations

from ..show import LIMIT, cut, quote, safe, sketch

__all__ = ["LIMIT", "cut", "quote", "safe", "sketch"]
