"""`make demo`: the main job on the datasets of this folder, first the story in full, then a line for each of the rest."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run every example; 0 if each says what examples.toml says."""
    command = [os.path.abspath(sys.argv[1])] if len(sys.argv) > 1 else [sys.executable, "-m", "glm_schema_lint"]
    listed = tomllib.loads((HERE / "examples.toml").read_text("utf-8"))["example"]
    chinese = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), "").lower().startswith("zh")
    story = listed[0]
    print(f"$ glm-lint examples/{story['path']}", flush=True)
    wrong = subprocess.run([*command, f"examples/{story['path']}"], cwd=HERE.parent, check=False).returncode != 1
    print(flush=True)
    for example in listed[1:]:
        words = [f"examples/{example['path']}", *example.get("args", [])]
        run = subprocess.run([*command, *words, "--format", "concise"], cwd=HERE.parent, capture_output=True, text=True, check=False)
        rule = example.get("rule", "")
        as_said = run.returncode == (1 if rule else 0) and (not rule or f"[{rule}]" in run.stdout)
        wrong = wrong or not as_said
        mark = "ok  " if as_said else "??  "
        print(f"{mark} exit {run.returncode}  glm-lint {' '.join(words):72} {rule or '-':28} {example['zh' if chinese else 'en']}", flush=True)
        if not as_said:
            print(run.stdout + run.stderr)
    print()
    print("不妨用自己的数据试试：" if chinese else "Now try it on your own data:", ".venv/bin/glm-lint PATH")
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
