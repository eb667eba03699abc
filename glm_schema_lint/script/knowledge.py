"""What is known at a line of a function: which names are the batch, which fields are surely there, under which settings."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Final

from .access import SETTING

COPIES: Final = frozenset({"_prepare_inputs", "copy", "deepcopy", "dict", "to", "BatchEncoding", "list", "tuple"})
"""Calls that give back a batch with the same fields."""


@dataclass(frozen=True, slots=True)
class State:
    """What is known at a line."""

    batch: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    """Names of lists of rows: what a collator gets."""
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Names that stand for field names: a loop over ("input_ids", "labels")."""
    tests: tuple[tuple[str, frozenset[str], bool], ...] = ()
    """Names that hold the answer of a test for fields: ``has_labels = "labels" in inputs``."""
    present: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    safe: frozenset[str] = frozenset()
    """Fields that are surely gone, or surely hold more than None."""
    caught: bool = False
    unsure: bool = False
    when: tuple[tuple[str, bool], ...] = ()


class Reader:
    """Reads expressions by what is known."""

    def condition(self, test: ast.expr, state: State) -> tuple[State, State]:
        """What is known where the test holds, and where it does not."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yes, no = self.condition(test.operand, state)
            return no, yes
        if isinstance(test, ast.BoolOp):
            first = state
            for part in test.values:
                yes, no = self.condition(part, first)
                first = yes if isinstance(test.op, ast.And) else no
            other = replace(state, unsure=True)
            return (first, other) if isinstance(test.op, ast.And) else (other, first)
        keys, absent, valued = self.tested(test, state)
        if keys:
            there = replace(state, present=state.present | keys, safe=state.safe | keys if valued else state.safe)
            gone = state
            if not valued:
                gone = replace(state, present=state.present - keys, taken=state.taken | keys, safe=state.safe | keys)
            return (gone, there) if absent else (there, gone)
        if last(test) == SETTING:
            return replace(state, when=(*state.when, (SETTING, True))), replace(
                state, when=(*state.when, (SETTING, False))
            )
        if isinstance(test, ast.Name | ast.Attribute) and last(test) == "prediction_loss_only":
            return replace(state, unsure=True), state
        return replace(state, unsure=True), replace(state, unsure=True)

    def tested(self, test: ast.expr, state: State) -> tuple[frozenset[str], bool, bool]:
        """Fields that a test asks for, whether it holds where they are absent, and whether a None counts as absent."""
        if isinstance(test, ast.Name):
            keys, valued = next(((k, v) for name, k, v in state.tests if name == test.id), (frozenset(), False))
            return keys, False, valued
        if isinstance(test, ast.Call) and self.is_get(test, state):
            return self.names(test.args[0], state), False, True
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            operator, left, right = test.ops[0], test.left, test.comparators[0]
            if isinstance(operator, ast.In | ast.NotIn):
                holder = right
                if isinstance(right, ast.Call) and isinstance(right.func, ast.Attribute) and right.func.attr == "keys":
                    holder = right.func.value
                if self.is_batch(holder, state):
                    return self.names(left, state), isinstance(operator, ast.NotIn), False
            if isinstance(right, ast.Constant) and right.value is None:
                absent = isinstance(operator, ast.Is | ast.Eq)
                if isinstance(left, ast.Call) and self.is_get(left, state):
                    return self.names(left.args[0], state), absent, True
                if isinstance(left, ast.Subscript) and self.is_batch(left.value, state):
                    return self.names(left.slice, state), absent, True
        return frozenset(), False, False

    def is_get(self, node: ast.Call, state: State) -> bool:
        """True for ``batch.get(...)``."""
        return (
            isinstance(node.func, ast.Attribute) and node.func.attr == "get" and bool(node.args) and self.is_batch(node.func.value, state)
        )  # fmt: skip

    def is_batch(self, node: ast.expr, state: State) -> bool:
        """True for the batch, one row of a list of rows, or a copy of either."""
        if isinstance(node, ast.Name):
            return node.id in state.batch
        if isinstance(node, ast.Subscript):
            return self.is_rows(node.value, state) and not isinstance(node.slice, ast.Slice)
        if isinstance(node, ast.Dict):
            return any(
                key is None and self.is_batch(value, state) for key, value in zip(node.keys, node.values, strict=True)
            )
        if isinstance(node, ast.Call) and last(node.func) in COPIES:
            inside = [*node.args, *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
            return any(self.is_batch(one, state) for one in inside)
        return False

    def is_rows(self, node: ast.expr, state: State) -> bool:
        """True for a list of rows, a part or a copy of it."""
        if isinstance(node, ast.Name):
            return node.id in state.rows
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            return self.is_rows(node.value, state)
        if isinstance(node, ast.Call) and last(node.func) in (*COPIES, "enumerate", "reversed", "sorted", "tqdm"):
            return any(self.is_rows(one, state) for one in node.args)
        return False

    def names(self, node: ast.expr, state: State) -> frozenset[str]:
        """Field names an expression stands for, as far as the source says."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return frozenset({node.value})
        if isinstance(node, ast.Name):
            return frozenset(dict(state.words).get(node.id, ()))
        return frozenset()

    def bind(self, target: ast.expr, source: ast.expr, state: State) -> State:
        """A loop variable: a row, or a field name."""
        if isinstance(target, ast.Tuple) and isinstance(source, ast.Call) and last(source.func) == "enumerate":
            target = target.elts[-1]
        if not isinstance(target, ast.Name):
            return state
        clean = without(state, target.id)
        if self.is_rows(source, state):
            return replace(clean, batch=clean.batch | {target.id})
        literal = isinstance(source, ast.Tuple | ast.List | ast.Set)
        words = (
            [e.value for e in getattr(source, "elts", []) if isinstance(e, ast.Constant) and isinstance(e.value, str)]
            if literal
            else []
        )
        return replace(clean, words=(*clean.words, (target.id, tuple(words)))) if words else clean


def without(state: State, name: str) -> State:
    """The state with all forgotten that ``name`` stood for."""
    return replace(
        state, batch=state.batch - {name}, rows=state.rows - {name},
        words=tuple(w for w in state.words if w[0] != name), tests=tuple(t for t in state.tests if t[0] != name),
    )  # fmt: skip


def last(node: ast.expr) -> str:
    """The last name of ``a.b.c``; "" for other expressions."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
