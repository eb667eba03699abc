"""Which fields a function's result has: dict literals, dict(...), keys set one by one, what a tokenizer gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from .knowledge import last
from .source import Function, Source

DEPTH: Final = 8
"""Functions of the script followed from one another."""
TOKENIZES: Final = ("tokenizer", "processor", "tok", "encode_plus", "apply_chat_template")
ROWS: Final = frozenset({"input_ids", "attention_mask"})


@dataclass(frozen=True, slots=True)
class Fields:
    """``keys`` are those it surely may have; with ``open`` there may be more."""

    keys: frozenset[str] = frozenset()
    open: bool = False

    def __or__(self, other: Fields) -> Fields:
        return Fields(self.keys | other.keys, self.open or other.open)


UNKNOWN: Final = Fields(frozenset(), True)


def fields_of(source: Source, function: Function, depth: int = 0) -> Fields | None:
    """Fields of the mappings that ``function`` returns; None if it returns none that the source tells about."""
    if depth > DEPTH:
        return None
    known = source.made
    if id(function) not in known:
        known[id(function)] = None  # what it calls may call it
        known[id(function)] = _made(source, function, depth)
    made = known[id(function)]
    return made if isinstance(made, Fields) else None


def _made(source: Source, function: Function, depth: int) -> Fields | None:
    maker = _Maker(source, depth)
    for argument in function.args.args:
        maker.known[argument.arg] = UNKNOWN
    found: list[Fields] = []
    for node in statements(function.body):
        if isinstance(node, ast.Return) and node.value is not None and not _nothing(node.value):
            made = maker.value(node.value)
            if made is None:
                return None
            found.append(made)
        else:
            maker.statement(node)
    if not found:
        return None
    result = found[0]
    for more in found[1:]:
        result |= more
    return result


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement in order of the lines, but those of functions and classes inside."""
    for node in body:
        yield node
        if isinstance(node, Function | ast.ClassDef):
            continue
        for name in ("body", "orelse", "finalbody"):
            yield from statements(getattr(node, name, []))
        for handler in [*getattr(node, "handlers", []), *getattr(node, "cases", [])]:
            yield from statements(handler.body)


def _nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


class _Maker:
    """Mappings by the names they stand under, as far as the lines before tell."""

    def __init__(self, source: Source, depth: int) -> None:
        self.source, self.depth = source, depth
        self.known: dict[str, Fields] = {}

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                self.bind(target, node.value)
        for call in [n for n in ast.walk(node) if isinstance(n, ast.Call)] if _plain(node) else []:
            self.method(call)
        if isinstance(node, ast.Delete):
            for target in node.targets:
                if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                    self.without(target.value.id, target.slice)
                elif isinstance(target, ast.Name):
                    self.known.pop(target.id, None)

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            made = self.value(value)
            if made is None:
                self.known.pop(target.id, None)
            else:
                self.known[target.id] = made
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self.add(target.value.id, target.slice)

    def method(self, call: ast.Call) -> None:
        """``x.update(...)``, ``x.pop("key")``, ``x["key"].append(...)``, ``x.setdefault("key", ...)``."""
        if not isinstance(call.func, ast.Attribute):
            return
        holder = call.func.value
        if (
            isinstance(holder, ast.Subscript)
            and isinstance(holder.value, ast.Name)
            and call.func.attr in ("append", "extend")
        ):
            self.add(holder.value.id, holder.slice)
        if not isinstance(holder, ast.Name) or holder.id not in self.known:
            return
        if call.func.attr == "pop" and call.args:
            self.without(holder.id, call.args[0])
        elif call.func.attr == "setdefault" and call.args:
            self.add(holder.id, call.args[0])
        elif call.func.attr == "update":
            more = self.value(call.args[0]) if call.args else Fields()
            named = frozenset(k.arg for k in call.keywords if k.arg)
            self.known[holder.id] |= (more or UNKNOWN) | Fields(named)

    def add(self, name: str, key: ast.expr) -> None:
        if name not in self.known:
            return
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            self.known[name] |= Fields(frozenset({key.value}))
        elif not isinstance(key, ast.Constant | ast.Slice):
            self.known[name] = replace(self.known[name], open=True)

    def without(self, name: str, key: ast.expr) -> None:
        if name in self.known and isinstance(key, ast.Constant):
            self.known[name] = replace(self.known[name], keys=self.known[name].keys - {key.value})

    def value(self, node: ast.expr) -> Fields | None:
        """The fields of an expression's value; None if it is no mapping that can be told."""
        if isinstance(node, ast.Name):
            return self.known.get(node.id)
        if isinstance(node, ast.Dict):
            return self.literal(node)
        if isinstance(node, ast.IfExp):
            yes, no = self.value(node.body), self.value(node.orelse)
            return yes | no if yes is not None and no is not None else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            left, right = self.value(node.left), self.value(node.right)
            return left | right if left is not None and right is not None else None
        if isinstance(node, ast.DictComp):
            return UNKNOWN
        return self.call(node) if isinstance(node, ast.Call) else None

    def literal(self, node: ast.Dict) -> Fields:
        made = Fields()
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                made |= self.value(value) or UNKNOWN
            elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                made |= Fields(frozenset({key.value}))
            else:
                made = replace(made, open=True)
        return made

    def call(self, node: ast.Call) -> Fields | None:
        name = last(node.func)
        if name in ("dict", "BatchEncoding", "BatchFeature", "OrderedDict"):
            made = Fields(frozenset(k.arg for k in node.keywords if k.arg and k.arg not in ("data", "tensor_type")))
            spread = [*node.args[:1], *(k.value for k in node.keywords if k.arg in (None, "data"))]
            for one in spread:
                made |= self.value(one) or UNKNOWN
            return made
        if name == "defaultdict":
            return Fields()
        if name in ("copy", "deepcopy", "to"):
            inner = (
                node.func.value
                if isinstance(node.func, ast.Attribute) and not node.args
                else node.args[0]
                if node.args
                else None
            )
            return self.value(inner) if inner is not None else None
        own = self.source.functions.get(name) if isinstance(node.func, ast.Name) else None
        if own is None and isinstance(node.func, ast.Attribute) and last(node.func.value) == "self":
            own = self.source.methods.get(name)
        if own is not None and (made_by := fields_of(self.source, own, self.depth + 1)) is not None:
            return made_by
        text = name.lower()
        if own is None and (any(word in text for word in TOKENIZES) or text == "pad"):
            targets = any(k.arg in ("text_target", "labels") for k in node.keywords)
            return Fields(ROWS | ({"labels"} if targets else set()), True)
        return UNKNOWN


def _plain(node: ast.stmt) -> bool:
    """True for a statement that holds no others."""
    return not hasattr(node, "body")
