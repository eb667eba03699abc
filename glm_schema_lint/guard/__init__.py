"""What stands between a dataset and a crash in training: use it inside the training script.

- ``SafePredictionMixin``: an evaluation step of ``Seq2SeqTrainer`` that does not mind missing ``labels``
- ``aliased(dataset)``: the same rows with the field that the trainer asks for
- ``preflight(trainer)`` and ``PreflightCallback(trainer)``: lint what the Trainer holds before its first step
- ``log_fields(dataset)``: one line per split through `logging`

Importing this package imports neither torch nor transformers; what needs them says so when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .before import Preflight, PreflightError, PreflightWarning, preflight
    from .callback import PreflightCallback
    from .fields import log_fields
    from .rows import aliased
    from .step import SafePredictionMixin

__all__ = [
    "Preflight", "PreflightCallback", "PreflightError", "PreflightWarning", "SafePredictionMixin", "aliased", "log_fields",
    "preflight",
]  # fmt: skip
_HOMES = {
    "SafePredictionMixin": "step", "aliased": "rows", "log_fields": "fields", "PreflightCallback": "callback",
    "Preflight": "before", "PreflightError": "before", "PreflightWarning": "before", "preflight": "before",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Each object is imported when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
