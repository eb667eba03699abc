"""glm-lint says what your trainer will do with a dataset, before it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .finding import Finding
from .location import Location
from .version import __version__

if TYPE_CHECKING:
    from .api import Report, lint

__all__ = ["Finding", "Location", "Report", "__version__", "lint"]


def __getattr__(name: str) -> Any:
    """``lint`` and ``Report`` are imported when first used, so that importing the package costs nothing."""
    if name in ("lint", "Report"):
        from . import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
