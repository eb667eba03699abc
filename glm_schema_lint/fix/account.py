"""What was done: every repair with its count and first addresses, every dropped record with its rule and address."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from ..location import Location
from ..show import safe
from ..version import __version__
from ..wording import Text
from .catalogue import ORDER, REPAIRS

SCHEMA: Final = "glm-lint/fix/v1"
SHOWN: Final = 5


@dataclass(slots=True)
class Done:
    """One repair: how many records (or files) it changed, and the first of them."""

    count: int = 0
    examples: list[str] = field(default_factory=list)
    unit: str = "records"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A record that was left out: where it stands in the input, and which rule says that training fails on it."""

    location: Location
    rule: str
    code: str
    effect: str
    shown: str
    """The address as a person types it."""


@dataclass(slots=True)
class Lost:
    """Something a conversion could not carry: how often, and where first."""

    what: Text
    count: int = 0
    first: str = ""


@dataclass(slots=True)
class Account:
    """Counts of one run. ``read`` = ``written`` + number of ``dropped``; ``made`` is how many records stand in the output."""

    read: int = 0
    made: int = 0
    done: dict[str, Done] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)
    lost: dict[str, Lost] = field(default_factory=dict)
    left_behind: list[str] = field(default_factory=list)
    """Files of the input that are no data and no config, and stay where they are."""

    @property
    def written(self) -> int:
        """Records of the input that are in the output."""
        return self.read - len(self.dropped)

    def note(self, name: str, at: str, unit: str = "records") -> None:
        """One record, or file, was repaired."""
        done = self.done.setdefault(name, Done(unit=unit))
        done.count += 1
        if len(done.examples) < SHOWN:
            done.examples.append(safe(at))

    def lose(self, what: Text, at: str) -> None:
        """One thing was not carried over."""
        lost = self.lost.setdefault(what.en, Lost(what, 0, safe(at)))
        lost.count += 1

    @property
    def repairs(self) -> list[tuple[str, Done]]:
        """What was done, in the order of the catalogue."""
        return sorted(self.done.items(), key=lambda item: ORDER.index(item[0]))

    def to_dict(self, out: str, remaining: dict[str, Any], target: str | None, to: str | None) -> dict[str, Any]:
        """The report beside the output, ready for JSON; ``remaining`` is the lint report of the output."""
        return {
            "schema": SCHEMA,
            "tool": {"name": "glm-lint", "version": __version__},
            "output": safe(out),
            "target": target,
            "to": to,
            "records": {"read": self.read, "written": self.written, "dropped": len(self.dropped), "output": self.made},
            "repairs": [
                {"repair": name, "safety": REPAIRS[name].safety, "what": REPAIRS[name].text.en, done.unit: done.count,
                 "first": done.examples}
                for name, done in self.repairs
            ],
            "dropped": [
                {"location": safe(str(d.location)), "file": d.location.file, "record": d.location.record, "line": d.location.line,
                 "rule": d.rule, "code": d.code, "effect": d.effect}
                for d in self.dropped
            ],
            "not_carried": [{"what": x.what.en, "records": x.count, "first": x.first} for x in self.lost.values()],
            "left_behind": self.left_behind,
            "remaining": remaining,
        }  # fmt: skip


def ours(text: bytes) -> bool:
    """True for a report that an earlier run wrote: it may be replaced."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("schema") == SCHEMA


def dump(report: dict[str, Any]) -> str:
    """The report as text."""
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"
