"""The parts of a training script: steps, collators, and what preprocesses which split."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from .access import Uses
from .arguments import drops
from .knowledge import last
from .produce import Fields, fields_of
from .source import Function, Source
from .walk import uses

STEPS: Final = ("training_step", "compute_loss", "prediction_step")
BATCH_AT: Final = 2
KINDS: Final = ("train", "eval", "test")
_WORDS: Final = {
    "train": re.compile(r"(?:^|[^a-z])(?:train|training)(?:$|[^a-z])"),
    "eval": re.compile(r"(?:^|[^a-z])(?:val|valid|validation|eval|evaluation|dev)(?:$|[^a-z])"),
    "test": re.compile(r"(?:^|[^a-z])(?:test|predict|prediction)(?:$|[^a-z])"),
}
REFERENCE: Final = "output_ids"
HF_COLLATOR: Final = "DataCollatorForSeq2Seq"


@dataclass(slots=True)
class Step:
    """A step of a Trainer: under ``predict_with_generate`` (``uses``), and without it (``plain``)."""

    owner: str
    name: str
    line: int
    uses: Uses
    plain: Uses
    safe: bool = False
    """The class has SafePredictionMixin among its bases."""


@dataclass(slots=True)
class Collator:
    """What makes a batch. ``gives`` is None where it hands on what it got and a base adds to it."""

    name: str
    line: int
    uses: Uses
    gives: Fields | None
    bases: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Preprocessing:
    """A function (or a class of a dataset) that makes the rows of ``kind``; None: of whichever split it is given."""

    name: str
    line: int
    kind: str | None
    gives: Fields
    uses: Uses


@dataclass(slots=True)
class Parts:
    """All that was found."""

    steps: list[Step] = field(default_factory=list)
    collators: list[Collator] = field(default_factory=list)
    preprocessing: list[Preprocessing] = field(default_factory=list)
    hf_collator: bool = False
    """transformers' DataCollatorForSeq2Seq, or a class of it, makes the batches: it writes labels: None where rows have none."""
    trainers: list[str] = field(default_factory=list)
    """Names at home of the Trainer classes that are made."""
    drops: int | None = None
    """Line of the training arguments under which transformers removes the reference from the rows; None: it does not, or unknown."""

    def rows(self, kind: str) -> Fields | None:
        """Fields of the rows of a split, or None if nothing makes them that the source tells about."""
        found: Fields | None = None
        for one in self.preprocessing:
            if one.kind in (kind, None):
                found = one.gives if found is None else found | one.gives
        return found


def parts(source: Source) -> Parts:
    """Find the parts of a script. Raises RecursionError for code that is nested beyond reading."""
    made = Parts()
    for node in source.classes:
        bases = source.bases(node)
        own = {one.name: one for one in node.body if isinstance(one, Function)}
        for name in STEPS:
            if name in own and len(own[name].args.args) > BATCH_AT:
                batch = own[name].args.args[BATCH_AT].arg
                made.steps.append(
                    Step(
                        node.name, name, own[name].lineno,
                        uses(own[name], batch, source.lines, generates=True), uses(own[name], batch, source.lines, generates=False),
                        "SafePredictionMixin" in bases,
                    )
                )  # fmt: skip
        call = own.get("__call__") or own.get("torch_call")
        if call is not None and len(call.args.args) > 1 and _collates(node, bases):
            rows = call.args.args[1].arg
            made.collators.append(
                Collator(
                    node.name, node.lineno, uses(call, rows, source.lines, rows=True), fields_of(source, call), bases
                )
            )
        if "__getitem__" in own and (gives := fields_of(source, own["__getitem__"])) is not None and gives.keys:
            made.preprocessing += _of_class(source, node, gives)
    made.collators += _functions(source)
    made.preprocessing += _mapped(source)
    named = {
        source.imported.get(last(node), last(node))
        for node in source.nodes
        if isinstance(node, ast.Name | ast.Attribute)
    }
    made.hf_collator = HF_COLLATOR in named
    made.trainers = sorted(name for name in named if name.endswith("Trainer"))
    made.drops = drops(source, REFERENCE)
    return made


def _collates(node: ast.ClassDef, bases: list[str]) -> bool:
    return any("collat" in name.lower() for name in (node.name, *bases))


def _functions(source: Source) -> Iterator[Collator]:
    """Functions that are given to a Trainer or a DataLoader as its collator."""
    aliases = _aliases(source)
    seen: set[str] = set()
    for call in source.nodes:
        for keyword in call.keywords if isinstance(call, ast.Call) else ():
            function = None
            if keyword.arg in ("data_collator", "collate_fn"):
                function = _function(source, keyword.value, aliases)
            if function is not None and function.args.args and function.name not in seen:
                seen.add(function.name)
                read = uses(function, function.args.args[0].arg, source.lines, rows=True)
                yield Collator(function.name, function.lineno, read, fields_of(source, function))


def _of_class(source: Source, node: ast.ClassDef, gives: Fields) -> Iterator[Preprocessing]:
    """A dataset class makes the rows of every split it is made for."""
    kinds = {
        _kind(source, call)
        for call in source.nodes
        if isinstance(call, ast.Call) and last(call.func) == node.name
    } or {None}  # fmt: skip
    if None in kinds:
        kinds = {None}
    for kind in sorted(kinds, key=str):
        yield Preprocessing(node.name, node.lineno, kind, gives, Uses())


def _mapped(source: Source) -> Iterator[Preprocessing]:
    """Functions given to ``map``, or to a call that names a split."""
    seen: set[tuple[str, str | None]] = set()
    aliases = _aliases(source)
    for call in source.nodes:
        if not isinstance(call, ast.Call) or last(call.func) == "partial":
            continue
        maps = last(call.func) in ("map", "with_transform", "set_transform")
        named = _said(call)
        if not maps and named is None:
            continue
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
            function = _function(source, argument, aliases)
            if function is None:
                continue
            kind = named or _kind(source, call)
            gives = fields_of(source, function)
            if gives is None or (function.name, kind) in seen or not (gives.keys or gives.open):
                continue
            seen.add((function.name, kind))
            first = function.args.args[0].arg if function.args.args else ""
            if first == "self" and len(function.args.args) > 1:
                first = function.args.args[1].arg
            yield Preprocessing(function.name, function.lineno, kind, gives, uses(function, first, source.lines))


def _aliases(source: Source) -> dict[str, ast.expr]:
    """Names given to a function: ``work = partial(process, tokenizer=tokenizer)``."""
    return {
        node.targets[0].id: node.value
        for node in source.nodes
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
        and (isinstance(node.value, ast.Name) or (isinstance(node.value, ast.Call) and last(node.value.func) == "partial"))
    }  # fmt: skip


def _function(source: Source, node: ast.expr, aliases: dict[str, ast.expr], depth: int = 0) -> Function | None:
    """The script's function that an argument stands for."""
    if isinstance(node, ast.Call) and last(node.func) == "partial" and node.args:
        return _function(source, node.args[0], aliases, depth + 1)
    if isinstance(node, ast.Lambda) and isinstance(node.body, ast.Call):
        return _function(source, node.body.func, aliases, depth + 1)
    if isinstance(node, ast.Attribute) and last(node.value) == "self":
        return source.methods.get(node.attr)
    if isinstance(node, ast.Name):
        if node.id in source.functions:
            return source.functions[node.id]
        if node.id in aliases and depth < 4:
            return _function(source, aliases[node.id], aliases, depth + 1)
    return None


def _said(call: ast.Call) -> str | None:
    """The split that an argument names: ``Split.VALIDATION``, ``"train"``."""
    for argument in [*call.args, *(k.value for k in call.keywords if k.arg in ("split", "mode", "stage"))]:
        if isinstance(argument, ast.Attribute) and last(argument.value) in ("Split", "NamedSplit"):
            return kind_of(argument.attr)
        word = argument.value if isinstance(argument, ast.Constant) else None
        if isinstance(word, str) and len(word) < 20 and (kind := kind_of(word)) is not None:
            return kind
    return None


def _kind(source: Source, call: ast.Call) -> str | None:
    """The split whose rows a call makes, from the name they are given to, else from the name they come from."""
    node: ast.AST = call
    while node in source.parents and not isinstance(node, ast.stmt):
        node = source.parents[node]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        said = ast.unparse(target)
        if (kind := kind_of(said)) is not None:
            return kind
    if isinstance(call.func, ast.Attribute):
        holder = call.func.value
        keys = [n.value for n in ast.walk(holder) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        kinds = {kind_of(key) for key in keys} - {None} or {kind_of(ast.unparse(holder))}
        return kinds.pop() if len(kinds) == 1 else None
    return None


def kind_of(name: str) -> str | None:
    """``train_dataset`` -> train, ``eval_ds`` -> eval, ``predict_data`` -> test; None where a name says none or several."""
    said = [kind for kind, words in _WORDS.items() if words.search(name.lower())]
    return said[0] if len(said) == 1 else None
