"""The finetune yaml of the GLM-4 and ChatGLM3 scripts: which files are which split, and the settings that matter."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..location import pointer
from ..record import Kind, Problem
from ..wording import Text
from .errors import UsageError
from .yamlfile import SNIFFED, head, load_mapping

KEYS: Final[dict[str, Kind]] = {"train_file": "train", "val_file": "eval", "test_file": "test"}

BATCHES: Final = (
    "dataloader_drop_last", "per_device_train_batch_size", "per_device_eval_batch_size", "max_steps",
)  # fmt: skip
"""Training arguments that say how many records make a step."""
NEAR: Final = 64
"""At most so many folders beside a yaml are looked at for its data."""


@dataclass(slots=True)
class Finetune:
    """A finetune yaml. ``files`` are those that exist, named from the data folder; ``written`` as the yaml has them."""

    path: Path
    source: str
    files: dict[Kind, list[tuple[Path, str]]] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    vision: bool | None = None
    """True if messages of the training file carry images; both scripts demand ``freezeV``, so the yaml cannot tell."""
    problems: list[Problem] = field(default_factory=list)
    content: dict[str, Any] = field(default_factory=dict)
    unused: str = ""
    """The val_file of a config that evaluates nothing: it is never read."""
    shown: str = ""
    """What a person types to open it; "" if it lies in the data folder."""

    def at(self, setting: str) -> str:
        """Pointer of a setting, "" if the config does not name it."""
        arguments = self.content.get("training_args")
        if setting in self.content:
            return pointer(setting)
        return pointer("training_args", setting) if isinstance(arguments, dict) and setting in arguments else ""


def is_finetune_yaml(path: Path) -> bool:
    """True for a file that names ``data_config`` with a split file; reads its head only."""
    first = head(path)
    named = re.search(rb"\b(train|val|test)_file\b", first)
    return named is not None and re.search(rb"^data_config\s*:", first, re.MULTILINE) is not None


def finetune_yaml(path: Path, data_dir: Path) -> Finetune:
    """Read ``path`` with its files looked up in ``data_dir``; raises UsageError if it is no such yaml."""
    content = load_mapping(path)
    data = content.get("data_config")
    if not isinstance(data, dict):
        raise UsageError(
            Text(
                f"{path.name} has no data_config, so it is no finetune config of the GLM-4 scripts",
                f"{path.name} 里没有 data_config，不是 GLM-4 微调脚本的配置",
            )
        )
    arguments = content.get("training_args")
    arguments = arguments if isinstance(arguments, dict) else {}
    strategy = arguments.get("eval_strategy", arguments.get("evaluation_strategy", "no"))
    strategy = strategy if isinstance(strategy, str) else "no" if strategy in (False, None) else "steps"
    evaluates = bool(arguments.get("do_eval")) or strategy != "no"
    tuned = Finetune(path, path.name, content=content)
    tuned.settings = {
        "predict_with_generate": bool(arguments.get("predict_with_generate", False)),
        "eval_strategy": strategy,
    }
    tuned.settings.update({key: arguments[key] for key in BATCHES if type(arguments.get(key)) in (bool, int)})
    processes = data.get("num_proc")
    tuned.settings["num_proc"] = processes if type(processes) is int and processes > 0 else 1
    if isinstance(content.get("combine"), bool):
        tuned.settings["combine"] = content["combine"]
    lengths = {key: content.get(key) for key in ("max_input_length", "max_output_length")}
    tuned.settings.update({key: said for key, said in lengths.items() if type(said) is int})
    for key, kind in KEYS.items():
        name = data.get(key)
        if isinstance(name, str) and name:
            tuned.written[key] = name
            if kind == "eval" and not evaluates:
                tuned.unused = name
            else:
                tuned.files[kind] = _files(data_dir, key, kind, name, tuned.problems)
        elif key == "train_file":
            tuned.problems.append(
                Problem(
                    "split-file-missing",
                    "unnamed",
                    pointer=pointer("data_config", key),
                    values={"name": key, "path": "", "split": "train", "kind": "train"},
                )
            )
    tuned.vision = _vision([file for file, _ in tuned.files.get("train", [])])
    return tuned


def folder_of(path: Path) -> Path:
    """The data folder of a yaml for which none is given: its own, or the only one near it that holds what it names.

    finetune.py takes the data folder on its command line (finetune.py:372), so a yaml does not say where it is.
    Looked at are the folders directly below, and ``../data``; one counts that holds more than half of the files.
    """
    data = load_mapping(path).get("data_config")
    named = (
        [data[key] for key in KEYS if isinstance(data.get(key), str) and data[key]] if isinstance(data, dict) else []
    )
    here = path.parent
    if not named or any(_found(here, name) for name in named):
        return here
    try:
        below = [here / name for name in sorted(os.listdir(here)) if os.path.isdir(here / name)][:NEAR]
    except OSError:
        below = []
    near = [*below, here / os.pardir / "data"]
    holding = [folder for folder in near if 2 * sum(map(bool, (_found(folder, name) for name in named))) > len(named)]
    return holding[0] if len({os.path.realpath(folder) for folder in holding}) == 1 else here


def _found(data_dir: Path, name: str) -> list[Path]:
    glob = any(sign in name for sign in "*?[")
    try:
        paths = sorted(data_dir.glob(name)) if glob and not name.startswith("/") else [data_dir / name]
    except (ValueError, OSError):  # ** beside letters
        paths = []
    return [path for path in paths if os.path.isfile(path)]


def _files(data_dir: Path, key: str, kind: Kind, name: str, problems: list[Problem]) -> list[tuple[Path, str]]:
    """Files a name stands for, as ``load_dataset(data_dir, data_files=...)`` finds them: a path or a glob inside it."""
    found = _found(data_dir, name)
    if not found:
        split = {"train": "train", "eval": "validation", "test": "test"}[kind]
        parts = name.removeprefix("./").split("/")
        tail = "/".join(parts[1:])
        doubled = bool(tail) and os.path.isfile(data_dir / tail)
        problems.append(Problem(
            "split-file-missing", "doubled" if doubled else "", pointer=pointer("data_config", key),
            found=f"'{name}'"[:80], expected=f"'{tail}'" if doubled else None,
            values={"name": key, "path": name, "split": split, "kind": kind, "folder": os.path.join(os.path.normpath(data_dir), "")},
        ))  # fmt: skip
    return [
        (path, path.relative_to(data_dir).as_posix() if path.is_relative_to(data_dir) else path.name) for path in found
    ]


def _vision(files: list[Path]) -> bool | None:
    """Looks at the head of the training file only: a run reads the whole of it anyway."""
    for path in files[:1]:
        try:
            with path.open("rb") as handle:
                head = handle.read(SNIFFED)
        except OSError:
            return None
        if b'"messages"' in head or b'"input_ids"' in head:
            return re.search(rb'"image"\s*:\s*"', head) is not None or (b'"input_ids"' in head and b'"images"' in head)
    return None
