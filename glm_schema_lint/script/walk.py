"""Follows a function from statement to statement and notes what it does with the fields of its batch."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Final

from ..wording import Text
from .access import SETTING, Access, Forward, How, Uses
from .knowledge import COPIES, Reader, State, last, without
from .source import ScriptError

USES_LIMIT: Final = 2000
TESTS_LIMIT: Final = 50
MANY: Final = Text(
    f"a function of the script uses fields more than {USES_LIMIT:,} times; nobody wrote that by hand",
    f"脚本里有一个函数使用字段超过 {USES_LIMIT:,} 次，不像是手写的",
)
SWALLOWS: Final = frozenset({"KeyError", "LookupError", "Exception", "BaseException"})


def uses(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    name: str,
    lines: list[str],
    *,
    rows: bool = False,
    generates: bool | None = None,
) -> Uses:
    """What ``function`` does with its argument ``name``: a batch (a mapping), or with ``rows`` a list of such.

    ``lines`` is the whole source, to quote from. With ``generates`` only what happens under that value of
    ``predict_with_generate`` is looked at, else both. Raises RecursionError for code that is nested beyond reading, and
    ScriptError for one that no person wrote.
    """
    walk = Walk(lines, generates)
    start = State(rows=frozenset({name})) if rows else State(batch=frozenset({name}))
    walk.block(function.body, start)
    walk.found.accesses.sort(key=lambda access: (access.line, access.key))
    return walk.found


class Walk(Reader):
    """One function, read once."""

    def __init__(self, lines: list[str], generates: bool | None) -> None:
        self.lines, self.generates, self.found = lines, generates, Uses()
        self.seen: set[Access] = set()

    def block(self, body: list[ast.stmt], state: State) -> State | None:
        """Run over statements in order; None if none of them lets control go on."""
        for statement in body:
            after = self.statement(statement, state)
            if after is None:
                return None
            state = after
        return state

    def statement(self, node: ast.stmt, state: State) -> State | None:
        """The state behind a statement; None if control does not go on."""
        if isinstance(node, ast.If):
            return self.branch(node, state)
        if isinstance(node, ast.Try | ast.TryStar):
            return self.attempt(node, state)
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                self.expression(item.context_expr, state)
            swallows = any(_suppresses(item.context_expr) for item in node.items)
            after = self.block(node.body, replace(state, caught=state.caught or swallows))
            return after and replace(after, caught=state.caught)
        if isinstance(node, ast.For | ast.AsyncFor):
            self.expression(node.iter, state)
            inner = self.bind(node.target, node.iter, state)
            self.block(node.body, replace(inner, unsure=state.unsure))
            self.block(node.orelse, state)
            return self.forget(node, state)
        if isinstance(node, ast.While):
            self.expression(node.test, state)
            self.block(node.body, replace(state, unsure=True))
            return self.forget(node, state)
        if isinstance(node, ast.Return | ast.Raise | ast.Continue | ast.Break):
            for child in ast.iter_child_nodes(node):
                self.expression(child, state)
            return None
        if isinstance(node, ast.Match):
            self.expression(node.subject, state)
            for case in node.cases:
                self.block(case.body, replace(state, unsure=True))
            return self.forget(node, state)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return state  # nobody knows when it runs
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            return self.assign(node, state)
        for child in ast.iter_child_nodes(node):
            state = self.expression(child, state)
        return state

    def branch(self, node: ast.If, state: State) -> State | None:
        """An if: known on both ways is known behind it."""
        state = self.expression(node.test, state)
        yes, no = self.condition(node.test, state)
        if self.generates is not None and (known := _settled(node.test, self.generates)) is not None:
            return self.block(node.body if known else node.orelse, yes if known else no)
        after_yes, after_no = self.block(node.body, yes), self.block(node.orelse, no)
        if after_yes is None or after_no is None:
            left = after_no if after_yes is None else after_yes
            return left and replace(left, unsure=state.unsure)
        return replace(
            state,
            batch=after_yes.batch & after_no.batch,
            rows=after_yes.rows & after_no.rows,
            present=after_yes.present & after_no.present,
            taken=after_yes.taken & after_no.taken,
            safe=after_yes.safe & after_no.safe,
            tests=tuple(t for t in after_yes.tests if t in after_no.tests),
        )

    def attempt(self, node: ast.Try | ast.TryStar, state: State) -> State | None:
        """A try: a KeyError may be caught in it."""
        swallows = any(_catches(handler.type) for handler in node.handlers)
        after = self.block(node.body, replace(state, caught=state.caught or swallows))
        caught = replace(state, unsure=True)
        if after is not None and len(node.body) == 1:  # the one statement failed: what it takes out is not there
            caught = replace(caught, taken=after.taken, safe=after.safe)
        ends = [self.block(handler.body, caught) for handler in node.handlers]
        if after is not None:
            after = self.block(node.orelse, replace(after, caught=state.caught))
        going = [end for end in (after, *ends) if end is not None]
        self.block(node.finalbody, state)
        if not going:
            return None
        first = going[0]
        return replace(
            first,
            caught=state.caught,
            unsure=state.unsure,
            present=frozenset.intersection(*(end.present for end in going)),
            taken=frozenset.intersection(*(end.taken for end in going)),
            safe=frozenset.intersection(*(end.safe for end in going)),
        )

    def assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr, state: State) -> State:
        """An assignment: fields set, names bound."""
        value = node.value
        if value is not None:
            state = self.expression(value, state)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Subscript) and self.is_batch(target.value, state):
                keys = self.names(target.slice, state)
                for key in keys:
                    self.note(key, "read" if isinstance(node, ast.AugAssign) else "set", target, state)
                state = replace(state, present=state.present | keys, taken=state.taken - keys, safe=state.safe | keys)
            elif isinstance(target, ast.Name) and value is not None:
                keys, absent, valued = self.tested(value, state)
                batch, rows = self.is_batch(value, state), self.is_rows(value, state)
                state = without(state, target.id)
                if keys and not absent:
                    state = replace(state, tests=(*state.tests[-TESTS_LIMIT:], (target.id, keys, valued)))
                if batch:
                    state = replace(state, batch=state.batch | {target.id})
                if rows:
                    state = replace(state, rows=state.rows | {target.id})
            elif isinstance(target, ast.Tuple):
                for one in ast.walk(target):
                    if isinstance(one, ast.Name):
                        state = without(state, one.id)
            else:
                self.expression(target, state)
        return state

    def forget(self, node: ast.stmt, state: State) -> State:
        """After a loop or a match: names that it may have given another meaning are not followed any more."""
        bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        return replace(state, batch=state.batch - bound, rows=state.rows - bound)

    def expression(self, node: ast.AST, state: State) -> State:
        """Note the uses inside an expression; the state behind it."""
        if isinstance(node, ast.Lambda):
            return state
        if isinstance(node, ast.IfExp):
            self.expression(node.test, state)
            yes, no = self.condition(node.test, state)
            self.expression(node.body, yes)
            self.expression(node.orelse, no)
            return state
        if isinstance(node, ast.BoolOp):
            first = state
            for part in node.values:
                self.expression(part, first)
                yes, no = self.condition(part, first)
                first = yes if isinstance(node.op, ast.And) else no
            return state
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            return self.comprehension(node, state)
        if isinstance(node, ast.Subscript) and self.is_batch(node.value, state):
            how: How = "delete" if isinstance(node.ctx, ast.Del) else "read"
            for key in (keys := self.names(node.slice, state)):
                self.note(key, how, node, state)
            if how == "delete":
                return replace(state, taken=state.taken | keys, safe=state.safe | keys, present=state.present - keys)
            return replace(state, present=state.present | keys)
        if isinstance(node, ast.Compare) and not isinstance(node.left, ast.Subscript):
            keys, _, _ = self.tested(node, state)
            for key in keys:
                self.note(key, "ask", node, state)
        if isinstance(node, ast.Call):
            return self.call(node, state)
        for child in ast.iter_child_nodes(node):
            state = self.expression(child, state)
        return state

    def call(self, node: ast.Call, state: State) -> State:
        """``pop`` and its like on the batch, and the batch handed on."""
        after = state
        method = (
            node.func.attr if isinstance(node.func, ast.Attribute) and self.is_batch(node.func.value, state) else ""
        )
        if method in ("pop", "get", "setdefault", "__delitem__") and node.args:
            keys = self.names(node.args[0], state)
            strict = method == "__delitem__" or (method == "pop" and len(node.args) + len(node.keywords) == 1)
            for key in keys:
                self.note(key, "pop" if strict else "set" if method == "setdefault" else "ask", node, state)
            if method in ("pop", "__delitem__"):
                after = replace(after, taken=after.taken | keys, safe=after.safe | keys, present=after.present - keys)
            elif method == "setdefault":
                after = replace(after, present=after.present | keys, taken=after.taken - keys)
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            if isinstance(argument, ast.Starred):
                argument = argument.value
            if self.is_batch(argument, state) and last(node.func) not in COPIES:
                self.found.forwards.append(
                    Forward(_callee(node.func), node.lineno, state.taken, state.safe, state.when)
                )
        for child in ast.iter_child_nodes(node):
            after = self.expression(child, after)
        return after

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, state: State) -> State:
        """A comprehension over rows."""
        inner = state
        for generator in node.generators:
            self.expression(generator.iter, inner)
            inner = self.bind(generator.target, generator.iter, inner)
            for test in generator.ifs:
                self.expression(test, inner)
                inner, _ = self.condition(test, inner)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for part in parts:
            self.expression(part, inner)
        return state

    def note(self, key: str, how: How, node: ast.expr, state: State) -> None:
        """Write a use down."""
        text = self.lines[node.lineno - 1].strip() if 0 < node.lineno <= len(self.lines) else ""
        guarded = state.caught or key in state.present
        access = Access(key, how, node.lineno, text[:200], guarded, state.unsure, state.when)
        if access not in self.seen:
            self.seen.add(access)
            self.found.accesses.append(access)
        if len(self.seen) > USES_LIMIT:
            raise ScriptError(MANY)


def _settled(test: ast.expr, generates: bool) -> bool | None:
    """Whether a test holds that asks for ``predict_with_generate`` alone; None for any other."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _settled(test.operand, generates)
        return None if inner is None else not inner
    return generates if last(test) == SETTING else None


def _callee(node: ast.expr) -> str:
    """``super().prediction_step``, ``model``, ``self.model.generate``; as short as it is told apart."""
    if isinstance(node, ast.Attribute):
        inner = node.value
        if isinstance(inner, ast.Call) and last(inner.func) == "super":
            return f"super().{node.attr}"
        return node.attr
    return last(node)


def _suppresses(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last(node.func) == "suppress" and any(_catches(one) for one in node.args)


def _catches(node: ast.expr | None) -> bool:
    if node is None:
        return True
    return any(_catches(one) for one in node.elts) if isinstance(node, ast.Tuple) else last(node) in SWALLOWS
