"""What a user typed or wrote in a config that cannot be used at all."""

from __future__ import annotations

from ..wording import Text


class UsageError(ValueError):
    """A bad option or a broken config; ``text`` says so in one sentence."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text
