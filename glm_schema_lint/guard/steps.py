"""What the Trainer's own steps ask of a batch, read from their source; the steps are not run."""

from __future__ import annotations

import ast
import inspect
import os
import textwrap
from dataclasses import dataclass
from typing import Any, Final

from ..script.access import SETTING, Uses
from ..script.walk import uses
from .step import LENIENT, SafePredictionMixin

BATCH_AT: Final = 2
"""(self, model, inputs, ...): where every step of a Trainer takes its batch."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a class outside transformers defines, and what its source does with the batch."""

    owner: str
    name: str
    file: str
    uses: Uses


def own_step(trainer: Any, name: str) -> Step | None:
    """The step called ``name`` that the trainer really runs, if it is not transformers' own; None too if its source is not at hand."""
    for owner in type(trainer).__mro__:
        if name not in vars(owner) or owner is SafePredictionMixin:
            continue
        if owner.__module__.partition(".")[0] == "transformers":
            return None
        try:
            function = inspect.unwrap(vars(owner)[name])
            lines, first = inspect.getsourcelines(function)
            parsed = ast.parse(textwrap.dedent("".join(lines))).body[0]
            if not isinstance(parsed, ast.FunctionDef):
                return None
            ast.increment_lineno(parsed, first - 1)
            batch = [*parsed.args.posonlyargs, *parsed.args.args][BATCH_AT].arg
            found = uses(parsed, batch, ["\n"] * (first - 1) + lines, generates=generates(trainer))
        except (OSError, TypeError, SyntaxError, ValueError, IndexError, RecursionError):
            return None
        return Step(owner.__name__, name, os.path.basename(inspect.getsourcefile(function) or "?"), found)
    return None


def overrides(trainer: Any, name: str) -> bool:
    """True if a class outside transformers defines the method, whether or not its source is at hand."""
    owner = next((c for c in type(trainer).__mro__ if name in vars(c) and c is not SafePredictionMixin), None)
    return owner is not None and owner.__module__.partition(".")[0] != "transformers"


def forgives(trainer: Any, key: str) -> bool:
    """True if SafePredictionMixin catches a missing ``key`` here."""
    return isinstance(trainer, SafePredictionMixin) and key in LENIENT


def generates(trainer: Any) -> bool:
    """True if the trainer evaluates by generating."""
    return bool(getattr(trainer.args, SETTING, False))
