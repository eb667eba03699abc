"""The guarded form of a line, as a diff shows it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from .access import Access
from .parts import Step
from .source import Source


@dataclass(frozen=True, slots=True)
class Fix:
    """Lines to take out and to put in, as a diff shows them."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


def guarded(source: Source, access: Access) -> Fix | None:
    """The line with a default; None where no one line can be told."""
    line = source.lines[access.line - 1] if access.line <= len(source.lines) else ""
    key = re.escape(access.key)
    if access.how == "delete":
        new, count = re.subn(rf"\bdel\s+([\w.]+)\[(['\"]){key}\2\]", rf"\1.pop(\2{access.key}\2, None)", line)
    elif access.how == "pop":
        new, count = re.subn(rf"(\.pop\((['\"]){key}\2)\s*\)", r"\1, None)", line)
    else:
        new, count = re.subn(rf"\b([\w.]+)\[(['\"]){key}\2\]", rf"\1.get(\2{access.key}\2)", line)
    if count != 1:
        return None
    try:
        ast.parse(new.strip())
    except SyntaxError:
        return None
    return Fix((line,), (new,))


def batch_name(source: Source, step: Step) -> str:
    """What a step calls its batch."""
    node = next(
        (m for c in source.classes if c.name == step.owner for m in c.body if isinstance(m, ast.FunctionDef) and m.name == step.name), None
    )  # fmt: skip
    return node.args.args[2].arg if node is not None and len(node.args.args) > 2 else "inputs"


def indent_of(source: Source, line: int) -> str:
    """The blanks before a line."""
    text = source.lines[line - 1]
    return text[: len(text) - len(text.lstrip())]


def after(source: Source, step: Step, line: int, key: str, *, keeps: bool) -> Fix:
    """Take ``key`` out of the batch behind ``line`` (with ``keeps``), or before it."""
    put = f'{indent_of(source, line)}{batch_name(source, step)}.pop("{key}", None)'
    kept = source.lines[line - 1]
    return Fix((kept,), (kept, put) if keeps else (put, kept))
