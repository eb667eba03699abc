"""``--diff``: what would change, record by record, as a unified diff. A terminal obeys nothing that stands in it."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from ..show import cut, safe
from ..wording import Lang

_RECORD: Final = re.compile(r"(?::\d+|@\d+)?(?:#.*)?$", re.DOTALL)
SHOWN: Final = 5
"""Records of a file that are shown where all of them take another form."""
WIDTH: Final = 400
"""Characters of one line; longer values are cut, and say so."""


class Differ:
    """A Hunk that prints, at most ``most`` records of a file; None prints all."""

    def __init__(self, echo: Callable[[str], Any], lang: Lang, most: int | None = None) -> None:
        self._echo, self._lang, self._most = echo, lang, most
        self._file, self._seen = "", 0

    def __call__(self, at: str, old: Any, new: list[Any], names: list[str]) -> None:
        """Print how the record at ``at`` changes."""
        if (file := _RECORD.sub("", at)) != self._file:
            self.end()
            self._file = file
        self._seen += 1
        if self._most is not None and self._seen > self._most:
            return
        before = list(lines(old))
        after = [line for value in new for line in lines(value)]
        self._echo(f"--- {safe(at)}")
        self._echo(f"+++ {safe(at)}   {', '.join(names)}")
        for line in list(difflib.unified_diff(before, after, n=1, lineterm=""))[2:]:
            self._echo(safe(line))

    def end(self) -> None:
        """Say how many records of the file were passed over."""
        more, file = self._seen - (self._most or self._seen), safe(self._file)
        self._seen = 0
        if more > 0:
            self._echo(
                f"… {file} 另有 {more:,} 条会改变" if self._lang == "zh"
                else f"… {more:,} more record{'s' * (more != 1)} of {file} change"
            )  # fmt: skip


def lines(value: Any, indent: str = "", lead: str = "") -> Iterator[str]:
    """A value over several lines, as JSON; lists of plain values stand on one."""
    if isinstance(value, dict) and value:
        yield f"{indent}{lead}{{"
        for key, item in value.items():
            yield from lines(item, indent + "  ", json.dumps(str(key), ensure_ascii=False) + ": ")
        yield f"{indent}}}"
    elif isinstance(value, list) and any(isinstance(item, dict | list) and item for item in value):
        yield f"{indent}{lead}["
        for item in value:
            yield from lines(item, indent + "  ")
        yield f"{indent}]"
    else:
        yield cut(f"{indent}{lead}{_plain(value)}", WIDTH)


def _plain(value: Any) -> str:
    if hasattr(value, "tolist"):
        value = value.tolist()
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return f"<{type(value).__name__}>"
