"""A script as text and tree. Bounded in size and depth; nothing of it is run or imported."""

from __future__ import annotations

import ast
import warnings
from functools import cached_property
from pathlib import Path
from typing import Final

from ..wording import Text

LIMIT: Final = 1 << 20
"""No training script is larger."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


class ScriptError(ValueError):
    """A script that cannot be read; ``text`` says why in one sentence."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Source:
    """One script. ``shown`` is its name as typed, ``lines`` its lines without their ends."""

    def __init__(self, shown: str, text: str, tree: ast.Module) -> None:
        self.shown, self.tree = shown, tree
        self.lines = text.splitlines()
        self.made: dict[int, object] = {}
        """What produce.py found of functions, by the place of their ``def``."""

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node, outer ones first."""
        return list(ast.walk(self.tree))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node around each node."""
        return {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Functions by name; of several of one name the last, as in a run. Methods are not among them."""
        return {
            node.name: node
            for node in self.nodes
            if isinstance(node, Function) and not isinstance(self.parents.get(node), ast.ClassDef)
        }

    @cached_property
    def methods(self) -> dict[str, Function]:
        """Methods by name, of all classes; the first of each name."""
        found: dict[str, Function] = {}
        for node in self.nodes:
            if isinstance(node, Function) and isinstance(self.parents.get(node), ast.ClassDef):
                found.setdefault(node.name, node)
        return found

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        """Every class, in order."""
        return [node for node in self.nodes if isinstance(node, ast.ClassDef)]

    @cached_property
    def imported(self) -> dict[str, str]:
        """What an imported name is called at home: ``_Seq2SeqTrainer`` is ``Seq2SeqTrainer``."""
        return {
            alias.asname or alias.name: alias.name.rpartition(".")[2]
            for node in self.nodes
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }

    def bases(self, node: ast.ClassDef) -> list[str]:
        """All bases of a class as far as the script tells, near ones first, by their names at home."""
        own = {one.name: one for one in self.classes}
        found: list[str] = []
        todo: list[ast.expr] = list(node.bases)
        while todo and len(found) < 100:
            base = todo.pop(0)
            name = base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
            found.append(self.imported.get(name, name))
            if name in own and own[name] is not node and name not in self.imported:
                todo.extend(own[name].bases)
        return found


def read(path: Path, shown: str) -> Source:
    """The script at ``path``. Raises ScriptError for what is no Python, too large, or nested beyond reading."""
    try:
        if not path.is_file():
            raise ScriptError(Text(f"{shown} is no file", f"{shown} 不是文件"))
        if path.stat().st_size > LIMIT:
            raise ScriptError(
                Text(f"{shown} is larger than 1 MiB, so it is no training script", f"{shown} 超过 1 MiB，不是训练脚本")
            )
        raw = path.read_bytes()
    except OSError as error:
        raise ScriptError(
            Text(f"{shown} cannot be read: {error.strerror}", f"{shown} 无法读取：{error.strerror}")
        ) from None
    return parse(raw, shown)


def parse(raw: bytes, shown: str) -> Source:
    """The script whose bytes are ``raw``, decoded as Python itself does; raises ScriptError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a backslash in somebody's docstring
            tree = ast.parse(raw)
        source = Source(shown, raw.decode("utf-8", "replace"), tree)
        _ = source.parents  # walks the whole tree
    except SyntaxError as error:
        at = f"{shown}:{error.lineno}" if error.lineno else shown
        raise ScriptError(
            Text(f"{at} is not valid Python: {error.msg}", f"{at} 不是合法的 Python：{error.msg}")
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise ScriptError(
            Text(f"{shown} is nested too deeply, or no text", f"{shown} 嵌套过深，或者不是文本")
        ) from None
    return source
