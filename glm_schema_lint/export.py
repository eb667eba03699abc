"""Everything generated: JSON Schemas from the models, tables and screens of the READMEs. ``--write`` or ``--check``."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from .wording import Lang

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
REPORT: Final = "report-v1"
FIELDS: Final = "fields-v1"
SCRIPT: Final = "script-v1"
FOLDER: Final = Path(__file__).parent.parent / "schemas"
"""Where the generated files lie in a checkout."""


def models() -> dict[str, Any]:
    """Every model that has a schema, by the name of the schema."""
    from .models.fields import FieldsV1
    from .models.judge import MODELS
    from .models.report import ReportV1
    from .models.script import ScriptV1

    return {**MODELS, REPORT: ReportV1, FIELDS: FieldsV1, SCRIPT: ScriptV1}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema called ``name``, draft 2020-12."""
    from .models.base import bare

    body = models()[name].model_json_schema(by_alias=True)
    bare(body)
    urn = f"urn:glm-lint:schema:{name.removesuffix('-v1')}:v1"
    return {"$schema": DRAFT, "$id": urn, "title": f"glm-lint: {name}", **body}


def schemas() -> dict[str, str]:
    """All schemas as files: name to text."""
    return {
        f"{name}.schema.json": json.dumps(schema(name), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        for name in models()
    }


def screen(words: list[str], root: Path) -> str:
    """What ``glm-lint`` prints for ``words``, as a code block."""
    clean = {
        name: value for name, value in os.environ.items() if name not in ("LANG", "LC_ALL", "LC_MESSAGES", "COLUMNS")
    }
    command = [sys.executable, "-m", "glm_schema_lint", *words]
    path = os.pathsep.join(filter(None, [str(FOLDER.parent), clean.get("PYTHONPATH")]))
    done = subprocess.run(  # noqa: S603  our own module, with words that stand in our own README
        command, cwd=root, env={**clean, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    text = "\n".join(line.rstrip() for line in done.stdout.splitlines())
    return f"```\n$ glm-lint {' '.join(words)}\n{text}\n```"


def rule_table(lang: Lang) -> str:
    """All rules by family: code, name, question."""
    from .rules import load

    head = ("| 编号 | 规则 | 缺陷 |" if lang == "zh" else "| code | rule | the defect |") + "\n|---|---|---|"
    rows = [f"| {rule.code} | `{rule.name}` | {rule.title.say(lang).replace('|', '&#124;')} |" for rule in load()]
    return "\n".join([head, *rows])


def target_table(lang: Lang) -> str:
    """All trainers: name and what it is."""
    from .targets import load_all

    head = ("| `--target` | 训练程序 |" if lang == "zh" else "| `--target` | trainer |") + "\n|---|---|"
    return "\n".join([head, *(f"| `{target.name}` | {target.summary.say(lang)} |" for target in load_all())])


def filled(text: str, root: Path) -> str:
    """A README with everything between its marks made anew: ``<!-- rules zh -->``, ``<!-- screen: WORDS -->``."""

    def fill(match: re.Match[str]) -> str:
        mark = match["mark"]
        lang: Lang = "zh" if mark.endswith(" zh") else "en"
        if mark.startswith("screen:"):
            body = screen(mark.removeprefix("screen:").split(), root)
        else:
            body = rule_table(lang) if mark.startswith("rules") else target_table(lang)
        return f"<!-- {mark} -->\n{body}\n<!-- end -->"

    return re.sub(r"<!-- (?P<mark>(?:screen:|rules|targets)[^\n]*?) -->\n.*?<!-- end -->", fill, text, flags=re.DOTALL)


def files(root: Path = FOLDER.parent) -> dict[Path, str]:
    """Every generated file of a checkout, with the text it should hold."""
    pages = [root / name for name in ("README.md", "README.zh-CN.md")]
    return {
        **{root / "schemas" / name: text for name, text in schemas().items()},
        **{page: filled(page.read_text("utf-8"), root) for page in pages if page.is_file()},
    }


def stale(wanted: Mapping[Path, str]) -> list[Path]:
    """The files that are missing or hold something else, and schemas that nothing generates."""
    changed = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
    orphans = [
        path for folder in {p.parent for p in wanted} for path in folder.glob("*.schema.json") if path not in wanted
    ]
    return sorted(changed + orphans)


def main(arguments: list[str] | None = None) -> int:
    """Write or check; 1 if a check finds a file that is not fresh."""
    parser = argparse.ArgumentParser(prog="python -m glm_schema_lint.export", description=__doc__)
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--write", action="store_true", help="write every generated file")
    choice.add_argument("--check", action="store_true", help="fail if a generated file is not fresh")
    wanted = files()
    if parser.parse_args(arguments).check:
        old = stale(wanted)
        for path in old:
            sys.stderr.write(
                f"{path.relative_to(FOLDER.parent)} is not fresh: python -m glm_schema_lint.export --write\n"
            )
        return 1 if old else 0
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
