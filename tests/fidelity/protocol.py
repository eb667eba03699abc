"""What runner and workers say to each other: Case, Event, Answer, Stack. No logic."""

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Case:
    """One dataset on disk and where its one fault sits. Both lint and the worker read the same bytes."""

    id: str  # "datasets-3.6.0 glm/role-unknown train"; stable between runs
    stack: str
    target: str  # lint's --target
    dialect: str
    fault: str  # a name of mutate.FAULTS, or "clean", or a hand-written case's name
    kind: str  # the kind of split that holds the fault: train or eval
    folder: str  # absolute; the worker's start folder too
    splits: dict[str, str]  # split name -> file name inside the folder ("train.jsonl"), in the trainer's order
    settings: dict[str, Any]  # lint's --set, and what the worker must do accordingly
    versions: dict[str, str]  # lint's --with
    split: str | None = None  # where the fault was put
    record: int | None = None  # 0-based within that split's file; None: the split as a whole
    pointer: str | None = None  # JSON Pointer inside the record
    config: str = ""  # the training config in the folder, where the case is one of a config


@dataclasses.dataclass(frozen=True)
class Event:
    """One thing that went wrong in the trainer."""

    effect: str  # crash drop corrupt starve (what lint calls an error)
    stage: str  # config load map collate step eval predict
    error: str = ""  # "KeyError: 'labels'": type and text, for a crash
    split: str | None = None
    record: int | None = None  # 0-based within the split, where the worker can tell
    detail: str = ""  # for people: what was changed into what


@dataclasses.dataclass
class Answer:
    """What the trainer did with a case. No events and no reason: all went well."""

    id: str
    events: list[Event] = dataclasses.field(default_factory=list)
    skipped: str = ""  # why this case could not be run here
    stubbed: list[str] = dataclasses.field(default_factory=list)  # what stood in for real code in this case
    tokens: list[list[Any]] = dataclasses.field(default_factory=list)  # [width, height, longest_edge, tokens] of images
    notes: list[str] = dataclasses.field(default_factory=list)  # seen, but no fault ("key 'x' filled with None")


@dataclasses.dataclass(frozen=True)
class Stack:
    """One trainer in one environment."""

    name: str  # also the folder of its environment
    worker: str  # workers/<worker>.py
    requires: tuple[str, ...]  # pinned; installed together with their dependencies
    plain: tuple[str, ...] = ()  # pinned; installed with --no-deps
    source: str = ""  # environment variable that must point to a checkout (GLM4_REPO); empty: none needed
    environment: str = ""  # share the environment of the stack of this name
    targets: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)  # target -> dialects of its cases
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)
    versions: dict[str, str] = dataclasses.field(default_factory=dict)
    stages: tuple[str, ...] = ()  # what the worker runs; verdicts of other stages are outside and not compared
    stubs: tuple[str, ...] = ()  # what is never real here; a row of the table
    sample: bool = False  # part of `make fidelity-sample`
    config: str = (
        ""  # name of a function in stacks.py: (records by split, case fields) -> {file name: text} to lay beside
    )
    heavy: tuple[str, ...] = ()  # dialects whose cases of over 10 MiB are run too
    columnar: bool = False  # run the parquet forms of a case too
    sizes: bool = False  # cases of images of many sizes, in place of the faults
    whole: bool = False  # cases of training configs (configs.py), in place of the faults
    stanzas: bool = False  # cases of stanzas.py, in place of the faults
    stories: dict[str, str] = dataclasses.field(default_factory=dict)  # hand-written cases: name -> target
    loadings: tuple[str, ...] = ()  # ways to load the splits of a target that leaves it to the user; a case for each
    facts: str = ""  # compare only verdicts whose source begins so ("datasets": the loader's, not the target's)
