"""The house stands as CONTRIBUTING says: imports go down, rules and sources never meet, heavy packages have one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "glm_schema_lint"
FLOORS = {
    "location": 0, "wording": 0, "saving": 0, "version": 0, "show": 0, "finding": 0, "fates": 0, "record": 0,
    "models": 1, "targets": 1, "shapes": 1, "chunks": 1, "collect": 1, "gathered": 1,
    "config": 2, "stats": 2, "views": 2, "script": 2,
    "rules": 3, "sources": 3,
    "engine": 4,
    "report": 5, "export": 5, "fix": 5, "fields": 5,
    "api": 6, "guard": 6, "cli": 7, "__main__": 8, "__init__": 8,
}  # fmt: skip
DOORS = {
    "pyarrow": "sources/columnar", "datasets": "sources/columnar", "PIL": "sources", "zstandard": "sources",
    "click": "cli", "ruamel": "config", "charset_normalizer": "fix",
    "tokenizers": "sources/tokenizer", "tiktoken": "sources/tokenizer",
}  # fmt: skip
FILES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    """The module or package directly under glm_schema_lint."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> list[tuple[str, int]]:
    """(absolute module name, line) of all imports of a file."""
    package = ["glm_schema_lint", *path.relative_to(PACKAGE).parent.parts]
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found += [
                (f"{module}.{alias.name}" if module == "glm_schema_lint" or not node.module else module, node.lineno)
                for alias in node.names
            ]
    return found


def typing_only(path: Path, line: int) -> bool:
    """True for an import under ``if TYPE_CHECKING``."""
    tree = ast.parse(path.read_text("utf-8"))
    return any(
        isinstance(node, ast.If)
        and "TYPE_CHECKING" in ast.dump(node.test)
        and node.lineno <= line <= (node.end_lineno or 0)
        for node in ast.walk(tree)
    )


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down_only(path: Path) -> None:
    """No module imports from a floor above its own, and rules and sources never import each other."""
    here = room(path)
    for name, line in imports(path):
        parts = name.split(".")
        if parts[0] != "glm_schema_lint" or len(parts) == 1 or typing_only(path, line):
            continue
        there = parts[1]
        assert there in FLOORS, f"{path}:{line} imports {there}, which has no floor"
        assert FLOORS[there] <= FLOORS[here], f"{path}:{line}: {here} imports {there} above it"
        assert {here, there} != {"rules", "sources"}, f"{path}:{line}: rules and sources meet"


def test_every_heavy_package_has_one_door() -> None:
    """Each heavy package is imported in one place only, so that start-up stays quick."""
    for path in FILES:
        for name, line in imports(path):
            door = DOORS.get(name.split(".")[0])
            if door is not None:
                assert str(path.relative_to(PACKAGE)).startswith(door), f"{path}:{line} imports {name}"


def test_no_rule_names_a_trainer() -> None:
    """Rules ask the contract; the names of trainers stand in targets/ only."""
    for path in (PACKAGE / "rules").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        names = {"glm-4", "glm-4v", "llama-factory", "ms-swift", "hf-trainer"}
        found = [
            n.value
            for n in ast.walk(tree)
            if isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value in names
        ]
        assert not found, f"{path} asks for {found}"


def test_asking_for_the_version_imports_nothing_heavy() -> None:
    """``glm-lint --version`` starts neither click nor pydantic nor anything of the data stack."""
    code = (
        "import sys; sys.argv = ['glm-lint', '--version']; from glm_schema_lint.__main__ import run; run(); "
        "heavy = {'click', 'pydantic', 'rich', 'datasets', 'pyarrow', 'PIL', 'numpy', 'orjson', 'ruamel'} & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)

    assert (run.returncode, run.stderr) == (0, "")


def test_linting_json_lines_imports_no_data_stack() -> None:
    """A folder of JSON Lines is linted without pyarrow, datasets, Pillow or numpy."""
    code = (
        "import sys; sys.argv = ['glm-lint', 'examples/good/sharegpt', '-q']; from glm_schema_lint.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'datasets', 'pyarrow', 'PIL', 'numpy', 'ruamel', 'zstandard'} & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)

    assert (run.returncode, run.stderr) == (0, "")
