"""PreflightCallback: preflight() as a callback. transformers is imported when the class is first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from .before import Preflight, preflight


class _Preflights:
    """Runs ``preflight(trainer, **options)`` when training begins, before its first step.

    ``trainer.add_callback(PreflightCallback(trainer, action="warn"))``. Options are those of ``preflight``; with ``action="raise"``
    (the default) training does not start where it finds an error. ``last`` is the Preflight of the last start, None before.
    """

    def __init__(self, trainer: Any, **options: Any) -> None:
        self.trainer, self.options = trainer, options
        self.last: Preflight | None = None

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        """Called by the Trainer."""
        self.last = preflight(self.trainer, **self.options)


if TYPE_CHECKING:
    PreflightCallback = _Preflights


@cache
def _made() -> Any:
    try:
        from transformers import TrainerCallback  # type: ignore[import-not-found]
    except ImportError:
        raise ImportError(
            "PreflightCallback needs transformers, which is not installed; preflight(trainer) does the same"
        ) from None
    return type(
        "PreflightCallback", (_Preflights, TrainerCallback), {"__doc__": _Preflights.__doc__, "__module__": __name__}
    )


def __getattr__(name: str) -> Any:
    if name == "PreflightCallback":
        return _made()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
