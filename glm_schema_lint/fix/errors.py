"""What stops a repair: one sentence in both languages."""

from __future__ import annotations

from ..wording import Text


class FixError(ValueError):
    """Nothing is written; ``text`` says why in one sentence."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.text = Text(en, zh)
