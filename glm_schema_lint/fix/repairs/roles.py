"""role-spelling: roles under an alias, or in other case, as the trainer spells them."""

from __future__ import annotations

from typing import Any, Final

from ...config.blame import config_explains
from ...record import MISSING
from ...rules.conv.role_unknown import ALIASES
from ...views import roles_of
from ..seat import Seat
from ..values import replaced

_KINDS: Final = {"result": ("observation", "tool"), "function": ("function",)}


class Roles:
    """Only where the trainer has one word for what the alias means; a typo is left to the user.

    So is a message without content: that of ChatGLM3's ``tool`` stands under other keys, and a new role alone mends nothing.
    """

    name = "role-spelling"

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._roles = {kind: words for kind, words in roles_of(seat.target, seat.split).items() if words}
        self._minds = any(seat.minds("role-unknown", case) for case in ("", "openai", "with-images", "observation"))

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The record with its roles respelt."""
        seat = self._seat
        talk = seat.viewer(value) if self._minds else None
        if talk is None or config_explains(talk, seat.split, seat.target):
            return [value]
        made = value
        for turn in talk.turns:
            if (
                turn.kind is not None
                or not isinstance(turn.role, str)
                or turn.content is MISSING
                or turn.content is None
            ):
                continue
            if word := self._word(turn.role, turn.role_pointer):
                made = replaced(made, turn.role_pointer, word)
        return [made]

    def _word(self, role: str, at: str) -> str | None:
        plain = role.strip().lower()
        for words in self._roles.values():
            if plain in words:
                return plain
        meant = ALIASES.get(plain)
        for kind in _KINDS.get(meant, (meant,)) if meant else ():
            words = self._roles.get(kind, [])
            if words:
                key = at.rpartition("/")[2]
                return kind if key == "role" and kind in words else words[0]
        return None
