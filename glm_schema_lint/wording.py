"""A sentence in both languages the users read. Imports nothing of ours."""

from __future__ import annotations

from typing import Literal, NamedTuple

Lang = Literal["en", "zh"]


class Text(NamedTuple):
    """One sentence written by hand in English and in Chinese, with the same ``{placeholders}`` in both."""

    en: str
    zh: str

    def say(self, lang: Lang, /, **values: object) -> str:
        """The sentence in ``lang`` with its placeholders filled from ``values``."""
        sentence = self.zh if lang == "zh" else self.en
        return sentence.format(**values) if values else sentence


NOTHING = Text("", "")
