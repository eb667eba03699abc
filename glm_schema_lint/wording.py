"""A sentence in both languages the users read. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Lang = Literal["en", "zh"]


class _Filling(dict[str, object]):
    """Values for a template that need not be complete."""

    def __init__(self, values: Mapping[str, object], missing: str | None) -> None:
        super().__init__(values)
        self._missing = missing

    def __missing__(self, name: str) -> str:
        return "{" + name + "}" if self._missing is None else self._missing


class Text(NamedTuple):
    """One sentence written by hand in English and in Chinese, with the same ``{placeholders}`` in both."""

    en: str
    zh: str

    def say(self, lang: Lang, /, **values: object) -> str:
        """The sentence in ``lang`` with its placeholders filled from ``values``."""
        sentence = self.zh if lang == "zh" else self.en
        return sentence.format(**values) if values else sentence

    def fill(self, lang: Lang, values: Mapping[str, object], /, missing: str | None = None) -> str:
        """The sentence in ``lang``, where ``{{`` stands for a brace, with what is in ``values``.

        A placeholder without a value becomes ``missing``, or stays as it is.
        """
        return (self.zh if lang == "zh" else self.en).format_map(_Filling(values, missing))


NOTHING = Text("", "")
