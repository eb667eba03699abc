"""One case: what the trainer did against what lint said."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from glm_schema_lint.targets import tokens

from .protocol import Answer, Case, Event, Stack
from .proven import name_of

EFFECTS = ("crash", "drop", "corrupt", "starve")
AGREE, MISS, ALARM, DIFFERS, SKIPPED = "agree", "miss", "false alarm", "differs", "skipped"


@dataclasses.dataclass(frozen=True)
class Verdict:
    """One finding of lint that says training suffers."""

    rule: str
    effect: str
    stage: str
    error: str
    severity: str
    deliberate: bool  # done on purpose by the trainer: told as a warning by design, and counted as told
    split: str | None
    record: int | None
    pointer: str | None
    outcome: str = ""  # the line of the contract it comes from, as proven.py names it


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Whether they agree, and why not."""

    case: Case
    result: str
    why: str = ""
    other_words: str = ""  # both agree, but lint quotes another error text
    warned: bool = False  # agreed on by a warning: lint knows it is done on purpose
    told: str = ""  # the rules that lint named
    shown: tuple[str, ...] = ()  # outcomes the trainer has shown to be as they stand
    pointed: str = ""  # pointer: lint names the one that was hit, or one above or below it; record; elsewhere


def verdicts(case: Case, stack: Stack) -> list[Verdict]:
    """What lint says of the case, as far as the worker runs."""
    from glm_schema_lint import lint

    report = lint(
        f"{case.folder}/{case.config}" if case.config else case.folder,
        target=case.target,
        versions=case.versions,
        settings=case.settings,
        examples=10_000,
        images="decode",
    ).to_dict()
    return [
        Verdict(
            group["rule"] + (f":{group['case']}" if group["case"] else ""), group["effect"], group["stage"], group["error"] or "",
            group["severity"], group["severity"] == "warning" and group["evidence"] != "inferred", group["split"], example["record"], example["pointer"],
            name_of(case.target, group),
        )
        for group in report["groups"] if group["effect"] in EFFECTS and group["stage"] in stack.stages and (group["source"] or "").startswith(stack.facts)
        for example in group["examples"]
    ]  # fmt: skip


def compare(case: Case, stack: Stack, answer: Answer, said: list[Verdict]) -> Comparison:
    """Effect first, then stage, record and error."""
    if answer.skipped:
        return Comparison(case, SKIPPED, answer.skipped)
    for width, height, longest, counted in answer.tokens:
        grows = int(case.versions["transformers"].split(".")[0]) >= 5
        ours = tokens.glm4v_tokens((width, height), longest, grows=grows)
        if ours != counted:
            return Comparison(case, DIFFERS, f"{width} x {height}: {counted} tokens; lint counts {ours}")
    seen = [event for event in answer.events if event.effect in EFFECTS and event.stage in stack.stages]
    errors = [verdict for verdict in said if verdict.severity == "error"]
    if seen and not errors:
        errors = [verdict for verdict in said if verdict.deliberate]
    if not seen:
        if not errors:
            return Comparison(case, AGREE)
        return Comparison(case, ALARM, "trains well, but " + _show(errors))
    if not errors:
        weak = f"; only a {said[0].severity}: {_show(said)}" if said else ""
        return Comparison(case, MISS, _tell(seen) + weak)
    words, proof = "", list[str]()
    for event in _first_of_each(seen) if case.record is not None else _first_of_all(seen):
        here, why = _match(case, event, errors)
        if not here:
            return Comparison(case, DIFFERS, f"{_tell([event])}; {why}")
        if event.effect == "crash" and not any(_same_error(v.error, event.error) for v in here):
            words = words or f"{event.error[:300]}; lint says {here[0].rule} {here[0].error!r}"
        proof += shown(event, here)
    crashed = any(event.effect == "crash" for event in seen)
    lost = {
        (event.split, event.record) for event in seen if event.effect == "drop"
    }  # what else is said of them is moot
    extra = [v for v in errors if v.effect not in {event.effect for event in seen} and (v.split, v.record) not in lost]
    if extra and not crashed:
        return Comparison(case, DIFFERS, f"{_tell(seen)}; and beside it {_show(extra)}")
    warned = all(verdict.deliberate for verdict in errors)
    return Comparison(
        case,
        AGREE,
        other_words=words,
        warned=warned,
        shown=tuple(dict.fromkeys(proof)),
        pointed=_pointed(case, errors),
        told=", ".join(dict.fromkeys(v.rule for v in errors))[:200],
    )


def shown(event: Event, here: list[Verdict]) -> list[str]:
    """The outcome an event proves, if there is but one: of a crash in the words the trainer printed, else whatever lint named there."""
    if event.effect == "crash":
        here = [v for v in here if _same_error(v.error, event.error)]
    names = {v.outcome for v in here}
    return [name for name in names if name] if len(names) == 1 else []


def _first_of_each(events: list[Event]) -> list[Event]:
    """One event for each effect and record; after a crash at load nothing else is looked at."""
    kept: dict[tuple[Any, ...], Event] = {}
    for event in events:
        kept.setdefault((event.effect, event.split, event.record), event)
    return list(kept.values())


def _first_of_all(events: list[Event]) -> list[Event]:
    """Of a fault of the split as a whole: one event for each effect, as it is told once, where it begins."""
    kept: dict[str, Event] = {}
    for event in events:
        kept.setdefault(event.effect, event)
    return list(kept.values())


def _match(case: Case, event: Event, errors: list[Verdict]) -> tuple[list[Verdict], str]:
    found = [v for v in errors if v.effect == event.effect]
    if not found:
        return [], "lint says " + _show(errors)
    here = [v for v in found if v.stage == event.stage]
    if not here:
        return [], f"stage: lint says {_show(found)}"
    if case.record is None:  # a fault of the split as a whole is told once, where it begins
        return [v for v in here if v.split in (event.split, None) or event.split is None] or here, ""
    record = event.record if event.record is not None else case.record
    split = event.split or case.split
    if record is not None:
        places = {record, case.record, None}  # lint may name the cause where the worker names who suffers from it
        placed = [v for v in here if v.record in places and v.split in (split, case.split, None)]
        if not placed:
            return [], f"record {split}/{record}: lint names {_show(here)}"
        here = placed
    return here, ""


def _same_error(said: str, seen: str) -> bool:
    """Whether the trainer printed the type and the first words of lint's error (several are parted by " | ")."""
    for text in said.split(" | "):
        kind, _, words = (
            text.rpartition(": ")
            if re.fullmatch(r"[\w.]+: ?", text[: text.find(" ") + 1]) is None
            else text.partition(": ")
        )
        kind = kind.split(".")[-1] if re.fullmatch(r"[\w.]+", kind) else ""
        start = re.split(r"…|\d|['\"`<]", words or text)[0].split()[:4]
        if kind in seen and " ".join(start) in seen:
            return True
    return False


def _pointed(case: Case, errors: list[Verdict]) -> str:
    """How near lint comes to a fault at one pointer. A line that is no JSON has no pointers: its number is all there is."""
    if not case.pointer:
        return ""
    told = {v.pointer for v in errors if v.pointer}
    if any(case.pointer.startswith(pointer) or pointer.startswith(case.pointer) for pointer in told):
        return "pointer"
    here = any(v.record == case.record and v.split in (case.split, None) and not v.pointer for v in errors)
    return "record" if case.record is not None and here else "elsewhere"


def _show(said: list[Verdict]) -> str:
    return "; ".join(
        dict.fromkeys(f"{v.rule} {v.effect} at {v.stage} ({v.split}/{v.record}{v.pointer or ''})" for v in said[:3])
    )


def _tell(seen: list[Event]) -> str:
    event = seen[0]
    what = event.error or event.detail
    return f"{event.effect} at {event.stage} ({event.split}/{event.record}): {what[:300]}"
