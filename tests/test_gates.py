"""The gates as shipped: the pre-commit hook in a real repository, the steps of the action in a real shell."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
GIT = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
}  # fmt: skip


def sh(*words: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command with a quiet git."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PRE_COMMIT", "PYTHONPATH"))}
    return subprocess.run(words, cwd=cwd, env={**clean, **GIT, **env}, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def hook_repo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This project as a repository that pre-commit can clone, and its commit."""
    repo = tmp_path_factory.mktemp("hook") / "glm-lint"
    repo.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, repo / name)
    shutil.copytree(ROOT / "glm_schema_lint", repo / "glm_schema_lint", ignore=shutil.ignore_patterns("__pycache__"))
    sh("git", "init", "-q", cwd=repo)
    sh("git", "add", "-A", cwd=repo)
    made = sh("git", "commit", "-qm", "as it is", cwd=repo)
    assert made.returncode == 0, made.stderr
    return repo, sh("git", "rev-parse", "HEAD", cwd=repo).stdout.strip()


def test_pre_commit_hook_judges_what_is_committed(hook_repo: tuple[Path, str], tmp_path: Path) -> None:
    """A good commit passes; a broken record does not; neither does a deleted image, which changes no data file."""
    repo, commit = hook_repo
    user = tmp_path / "user"
    shutil.copytree(ROOT / "examples" / "good" / "glm-4v", user / "data")
    (user / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {repo}\n    rev: {commit}\n    hooks:\n      - id: glm-lint\n        args: [data/, --target, glm-4v]\n"
    )
    home = {"PRE_COMMIT_HOME": str(tmp_path / "home")}
    pre_commit = str(Path(sys.executable).parent / "pre-commit")
    sh("git", "init", "-q", cwd=user)
    assert sh(pre_commit, "install", cwd=user, **home).returncode == 0
    sh("git", "add", "-A", cwd=user)

    good = sh("git", "commit", "-m", "good", cwd=user, **home)
    assert good.returncode == 0, good.stdout + good.stderr

    train = user / "data" / "train.jsonl"
    whole = train.read_text("utf-8")
    train.write_text(whole.replace('"role": "assistant"', '"role": "bot"', 1), "utf-8")
    sh("git", "add", "-A", cwd=user)
    broken = sh("git", "commit", "-m", "broken record", cwd=user, **home)
    assert broken.returncode != 0
    assert "role-unknown" in broken.stdout + broken.stderr

    train.write_text(whole, "utf-8")
    (user / "data" / "images" / "01.png").unlink()
    sh("git", "add", "-A", cwd=user)
    deleted = sh("git", "commit", "-m", "deleted image", cwd=user, **home)
    assert deleted.returncode != 0
    assert "image-missing" in deleted.stdout + deleted.stderr


def steps() -> list[dict[str, Any]]:
    """The steps of action.yml."""
    action = YAML(typ="safe", pure=True).load((ROOT / "action.yml").read_text("utf-8"))
    found: list[dict[str, Any]] = action["runs"]["steps"]
    return found


def filled(value: str, inputs: dict[str, str]) -> str:
    """An expression of the action with its inputs put in."""
    known = {f"inputs.{name}": text for name, text in inputs.items()} | {"github.action_path": str(ROOT)}
    return re.sub(r"\$\{\{ *([\w.]+) *\}\}", lambda m: known[m[1]], value)


def test_action_steps_lint_and_annotate(tmp_path: Path) -> None:
    """The action's own steps install the tool and annotate the first address of each group; nothing of an input is evaluated."""
    shutil.copytree(ROOT / "examples" / "broken" / "image-missing", tmp_path / "my-data")
    inputs = {"path": "my-data", "args": "--target glm-4v $(touch pwned)", "version": "", "python": sys.executable}
    results = []
    for step in steps():
        env = {name: filled(text, inputs) for name, text in step["env"].items()}
        assert "${{" not in step["run"], "inputs go through env, never into the script"
        results.append(sh("bash", "-e", "-c", step["run"], cwd=tmp_path, RUNNER_TEMP=str(tmp_path / "runner"), **env))
    assert results[0].returncode == 0, results[0].stderr
    assert not (tmp_path / "pwned").exists()
    assert results[1].returncode == 2

    inputs["args"] = "--target glm-4v"
    env = {name: filled(text, inputs) for name, text in steps()[1]["env"].items()}
    linted = sh("bash", "-e", "-c", steps()[1]["run"], cwd=tmp_path, RUNNER_TEMP=str(tmp_path / "runner"), **env)
    assert linted.returncode == 1
    assert linted.stdout.startswith("::error file=my-data/")
    assert "image-missing" in linted.stdout


def test_wheel_holds_what_the_tool_reads() -> None:
    """Rule pages and contracts are inside the package, so a wheel carries them."""
    import glm_schema_lint

    package = Path(glm_schema_lint.__file__).parent
    assert list(package.glob("targets/*.toml"))
    assert len(list(package.glob("rules/*/*.md"))) > 50
    assert json.loads((ROOT / "schemas" / "report-v1.schema.json").read_text("utf-8"))["$id"]
