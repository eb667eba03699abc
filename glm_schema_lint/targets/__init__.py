"""Trainers as data: one TOML file each, read into a Target. What a defect does there is looked up, never computed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Set
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from pydantic import BaseModel

from ..finding import Outcome
from ..wording import Text
from .plain import PLAIN
from .sections import (
    FIXED,
    Config,
    Detect,
    Files,
    Image,
    Length,
    Line,
    Note,
    Reads,
    Setting,
    Tokenized,
    Tools,
    Turns,
    halves,
)
from .versions import Version, may_hold, show

__all__ = [
    "NAMES", "Config", "Detect", "Files", "Image", "Length", "Line", "Note", "Reads", "Setting", "Target", "Tokenized",
    "Tools", "Turns", "halves", "load", "load_all",
]  # fmt: skip
NAMES = ("glm-4", "glm-4v", "chatglm3", "llama-factory", "ms-swift", "trl", "hf-trainer")


class Target(BaseModel):
    """A trainer's contract. Everything a rule may ask of a trainer stands here."""

    model_config = FIXED

    name: str
    title: dict[str, str] = {}
    code: dict[str, str] = {}
    extends: list[str] = []
    requires: dict[str, str] = {}
    releases: dict[str, list[str]] = {}
    model_first: bool = False
    """True if the model is loaded before the data are read, so that bad data fail minutes in, with the GPU taken."""
    settings: dict[str, Setting] = {}
    detect: Detect = Detect()
    config: Config = Config()
    files: Files = Files()
    reads: dict[str, Reads] = {}
    plain: list[list[str]] = []
    """Sets of top-level keys, of no dialect of ours, that the target trains from as well."""
    paired: list[str] = []
    """Two columns: in a record without images, where the first stands the target looks for the second and for nothing else."""
    plain_by: str = "columns"
    """The named way (targets/plain.py) in which the target takes such records."""
    turns: Turns = Turns()
    image: Image = Image()
    length: Length = Length()
    tools: Tools = Tools()
    tokenized: Tokenized = Tokenized()
    notes: list[Note] = []
    example: str = ""
    outcomes: dict[str, list[Line]] = {}
    not_applicable: dict[str, list[str]] = {}
    """Rules, or cases of them, by the reason why they do not apply: ``"English | 中文"``."""

    @property
    def summary(self) -> Text:
        """One line on what the target is."""
        return Text(self.title.get("en", self.name), self.title.get("zh", self.name))

    def lines(self, rule: str, case: str) -> list[Line]:
        """Outcome lines of a rule's case, else of the rule; empty where the rule does not apply."""
        return self.outcomes.get(f"{rule}:{case}") or self.outcomes.get(rule) or []

    def why_not(self, rule: str, case: str = "") -> Text | None:
        """The reason a rule, or a case of it, does not apply here, or None."""
        for reason, rules in self.not_applicable.items():
            if rule in rules or f"{rule}:{case}" in rules:
                return halves(reason)
        return None

    def takes(self, value: Mapping[str, Any]) -> str | None:
        """None if the target trains from a record of no dialect of ours, else the case of what keeps it from that."""
        if isinstance(value.get("role"), str) and "content" in value:
            return "message"
        if self.unpaired(value.keys()):
            return "paired"
        return PLAIN[self.plain_by](value, self.plain)

    def unpaired(self, columns: Set[str]) -> bool:
        """True if the target meets the first of its pair of columns and not the second."""
        if not self.paired or "images" in columns or "image" in columns:
            return False
        return self.paired[0] in columns and self.paired[1] not in columns

    def rows(self, kind: str, settings: Mapping[str, Any]) -> str:
        """How many rows a record of a split of ``kind`` becomes, as a name of behaviours.ROWS.

        The table names it by kind (``eval`` stands for test splits too), a setting may say otherwise:
        ``"eval:combine=false" = "per-assistant-turn"``.
        """
        kind = "train" if kind == "train" else "eval"
        way = self.turns.rows.get(kind, "per-record")
        for key, other in self.turns.rows.items():
            stated, _, condition = key.partition(":")
            name, _, value = condition.partition("=")
            if stated == kind and name in self.settings:
                now = settings.get(name, self.settings[name].default)
                way = other if str(now).lower() == value else way
        return way

    def applies(self, rule: str) -> bool:
        """True if some case of the rule has an outcome here."""
        return rule in self.ruled

    @cached_property
    def ruled(self) -> frozenset[str]:
        """Names of all rules with an outcome here; asked for every rule and record."""
        return frozenset(key.partition(":")[0] for key in self.outcomes)

    def judge(
        self, rule: str, case: str, kind: str, versions: Mapping[str, Version], settings: Mapping[str, Any],
        only: str = "",
    ) -> tuple[Outcome, ...]:  # fmt: skip
        """Outcomes of a defect in a split of ``kind``, those that may hold first and the worst of them at the head.

        Empty if the rule does not apply. Versions nobody named count as any release that the target requires; ``only``
        narrows those of `datasets`.
        """
        if self.why_not(rule, case) is not None:
            return ()
        lines = self.lines(rule, case)
        if only:
            lines = [line.model_copy(update={"when": _narrowed(line.when, only)}) for line in lines]
        outcomes = [o for line in lines if (o := self._outcome(line, kind, versions, settings))]
        outcomes.sort(key=lambda o: (not o.holds, o.severity.rank, o.effect.rank))
        return tuple(outcomes) if outcomes and outcomes[0].holds else ()

    def _outcome(
        self, line: Line, kind: str, versions: Mapping[str, Version], settings: Mapping[str, Any]
    ) -> Outcome | None:
        shown: list[tuple[str, str]] = []
        holds, known = True, True
        for key, wanted in line.when.items():
            if key == "kind":
                if kind not in wanted:
                    return None
            elif key in self.settings:
                value = settings.get(key, self.settings[key].default)
                if value not in (wanted if isinstance(wanted, list) else [wanted]):
                    return None
                shown.append(
                    (key, " or ".join(str(w).lower() for w in (wanted if isinstance(wanted, list) else [wanted])))
                )
            else:
                ranges = wanted if isinstance(wanted, list) else [wanted]
                possible, sure = may_hold(
                    ranges, versions.get(key), self.requires.get(key, ""), self.releases.get(key, [])
                )
                holds, known = holds and possible, known and sure
                shown.append((key, show(ranges)))
        return Outcome(
            line.effect,
            line.stage,
            line.error,
            line.source or None,
            line.evidence,
            line.deliberate,
            tuple(shown),
            holds,
            known,
        )


def _narrowed(when: Mapping[str, Any], only: str) -> dict[str, Any]:
    """The conditions of an outcome for these releases of `datasets` alone."""
    known = when.get("datasets", [])
    ranges = known if isinstance(known, list) else [known]
    return {**when, "datasets": [one if one == only else f"{one},{only}" for one in ranges] or [only]}


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[key] = {**old, **value} if key in ("outcomes", "settings") else _merge(old, value)
        elif key == "notes" and isinstance(old, list):
            merged[key] = old + value
        else:
            merged[key] = value
    return merged


@cache
def _parse(name: str) -> dict[str, Any]:
    """One file as it stands, each outcome a list; several targets extend the same one. Never changed by a reader."""
    with files(__package__).joinpath(f"{name}.toml").open("rb") as handle:
        raw: dict[str, Any] = tomllib.load(handle)
    stated = raw.get("outcomes", {})
    raw["outcomes"] = {key: value if isinstance(value, list) else [value] for key, value in stated.items()}
    return raw


def _read(name: str) -> dict[str, Any]:
    raw = _parse(name)
    merged: dict[str, Any] = {}
    for parent in raw.get("extends", []):
        merged = _merge(merged, _read(parent))
    return _merge(merged, raw)


@cache
def load(name: str) -> Target:
    """The target called ``name``; raises KeyError with the known names if there is none."""
    if name not in NAMES:
        raise KeyError(name)
    raw = _read(name)
    excused = {rule for rules in raw.get("not_applicable", {}).values() for rule in rules}
    own = _parse(name)["outcomes"]
    raw["outcomes"] = {
        key: v for key, v in raw["outcomes"].items() if key in own or key.partition(":")[0] not in excused
    }
    return Target.model_validate(raw)


def load_all() -> list[Target]:
    """Every target, in the order of NAMES."""
    return [load(name) for name in NAMES]
