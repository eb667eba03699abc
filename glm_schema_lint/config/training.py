"""Training configs of LLaMA-Factory, ms-swift and TRL: whose they are, which datasets they name, which settings."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..location import pointer
from ..record import Problem
from ..targets import load
from ..wording import Text
from . import yamlfile
from .errors import UsageError
from .llamafactory import refused
from .swift import Registered, columns, registered

SUFFIXES: Final = (".yaml", ".yml", ".json")
UPWARDS: Final = 3
"""Folders above a config in which training may have been started: examples/train_lora lies two below."""
MARKS: Final[dict[str, frozenset[str]]] = {
    "llama-factory": frozenset({
        "dataset", "eval_dataset", "dataset_dir", "template", "cutoff_len", "stage", "finetuning_type", "lora_target",
        "overwrite_cache", "preprocessing_num_workers", "model_name_or_path", "plot_loss", "mix_strategy",
    }),
    "ms-swift": frozenset({
        "dataset", "val_dataset", "model", "tuner_type", "train_type", "split_dataset_ratio", "torch_dtype",
        "dataset_num_proc", "custom_dataset_info", "cached_dataset", "rlhf_type", "truncation_strategy", "freeze_vit",
        "model_type", "template",
    }),
    "trl": frozenset({
        "dataset_name", "dataset_config", "dataset_train_split", "dataset_test_split", "datasets", "dtype", "use_peft",
        "model_name_or_path", "assistant_only_loss", "completion_only_loss", "dataset_text_field", "lora_target_modules",
    }),
}  # fmt: skip
"""Keys by which a config is told: llamafactory/hparams, swift/arguments, trl/scripts/sft.py with trl/trainer/sft_config.py."""
NEEDED: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "llama-factory": (frozenset({"model_name_or_path", "stage", "finetuning_type"}), frozenset({"dataset", "eval_dataset"})),
    "ms-swift": (frozenset({"model", "model_type", "tuner_type"}), frozenset({"dataset", "val_dataset"})),
    "trl": (frozenset({"model_name_or_path"}), frozenset({"dataset_name", "datasets"})),
}  # fmt: skip
"""At least one key of each set must be there: what is trained, and what on."""
ENTRIES: Final = 1000
NAMES: Final = 256
"""Datasets one config may name."""


@dataclass(slots=True)
class Training:
    """A training config. ``train`` and ``evaluate`` are the names it gives, as written."""

    path: Path
    source: str
    target: str
    content: dict[str, Any]
    train: list[str] = field(default_factory=list)
    evaluate: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    unset: dict[str, Any] = field(default_factory=dict)
    """Settings that it leaves out, with what the trainer takes then; only such as are not known without a config."""
    problems: list[Problem] = field(default_factory=list)
    registered: dict[str, Registered] = field(default_factory=dict)
    """Names of datasets that it registers itself (ms-swift), with their data."""
    columns: dict[str, str] = field(default_factory=dict)
    """Columns of every dataset that it renames, with the new names (ms-swift)."""
    mixture: bool = False
    """True if it names several datasets that are joined as they were loaded."""
    selected: frozenset[str] | None = None
    """Columns that every dataset of the mixture with a list of columns selects; None if none has such a list."""
    reused: tuple[str, str] | None = None
    """tokenized_path as written where it holds something already, with the data file that is newer, or ""."""
    shown: str = ""
    """What a person types to open it."""

    def at(self, setting: str) -> str:
        """Pointer of a setting, "" if the config does not name it."""
        return pointer(setting) if setting in self.content else ""

    def folders(self) -> list[Path]:
        """Where training may have been started: the folder of the config, those above it, then the working directory."""
        here = self.path.absolute().parent
        return list(dict.fromkeys([here, *list(here.parents)[:UPWARDS], Path.cwd()]))

    def reuse(self, files: list[Path]) -> None:
        """Look at tokenized_path: what lies there is read in place of ``files`` (data/loader.py get_dataset)."""
        written = self.content.get("tokenized_path")
        folder = self.find(written) if isinstance(written, str) and written else None
        try:
            inside = sorted(os.scandir(folder), key=lambda e: e.name)[:ENTRIES] if folder and folder.is_dir() else []
            made = max((entry.stat().st_mtime for entry in inside), default=None)
            newer = next((path.name for path in files if made is not None and path.stat().st_mtime > made), "")
        except OSError:
            return
        if made is not None:
            self.reused = (str(written), newer)

    def find(self, name: str) -> Path | None:
        """The file or folder a relative name of the config leads to, from the nearest folder it exists in."""
        for folder in self.folders():
            try:
                if (folder / name).exists():
                    return folder / name
            except (OSError, ValueError):
                return None
        return None


def whose(content: dict[str, Any]) -> str | None:
    """The target whose training config it is, None if it is none of them."""
    keys = content.keys()
    fitting = {
        name: len(marks & keys) for name, marks in MARKS.items() if all(wanted & keys for wanted in NEEDED[name])
    }
    return max(fitting, key=lambda name: fitting[name]) if fitting else None


def maybe_training(path: Path) -> bool:
    """True for a file worth reading as a training config: by its suffix and its first bytes."""
    if path.suffix not in SUFFIXES:
        return False
    first = yamlfile.head(path)
    if path.suffix == ".json" and not first.lstrip().startswith(b"{"):
        return False
    return re.search(rb"""\b(?:dataset|val_dataset|eval_dataset|dataset_name|datasets)["']?\s*:""", first) is not None


def is_training_json(path: Path) -> bool:
    """True for a .json file that is a training config (ms-swift and LLaMA-Factory take one) and no data."""
    if path.suffix != ".json" or not maybe_training(path):
        return False
    try:
        return whose(yamlfile.load_mapping(path)) is not None
    except UsageError:
        return False


def read_training(path: Path, shown: str = "") -> Training | None:
    """The training config in ``path``; None if it is one of no known trainer. Raises UsageError for a broken file."""
    content = yamlfile.load_mapping(path, "1.1")
    target = whose(content)
    if target is None:
        return None
    training = Training(path, path.name, target, content, shown=shown or os.fspath(path))
    known = load(target).settings
    training.settings = {key: value for key, value in content.items() if key in known and _plain(value)}
    training.unset = {
        key: setting.unset for key, setting in known.items() if setting.unset is not None and key not in content
    }
    if target == "llama-factory":
        training.train, training.evaluate = _listed(content.get("dataset")), _listed(content.get("eval_dataset"))
        _media(training)
        _zero(training)
        training.problems.extend(refused(content, training.settings.get("deepspeed_stage")))
    elif target == "ms-swift":
        training.train, training.evaluate = _words(content.get("dataset")), _words(content.get("val_dataset"))
        training.registered = registered(content.get("custom_dataset_info"), training.find)
        training.columns = columns(content.get("columns"))
    else:
        training.train = _mixture(content)
        listed = content.get("datasets")
        parts = [part for part in listed if isinstance(part, dict)] if isinstance(listed, list) else []
        taken = [frozenset(_words(part["columns"])) for part in parts if isinstance(part.get("columns"), list)]
        training.mixture = len(parts) > 1
        training.selected = frozenset.intersection(*taken) if taken else None
    return training


def sole(paths: list[Path]) -> tuple[list[Training], list[Training]]:
    """(training configs among ``paths``, none or one of them; those left aside because there are several)."""
    found = []
    for path in paths:
        try:
            if maybe_training(path) and (one := read_training(path)) is not None:
                found.append(one)
        except UsageError:  # beside the data lie files of all kinds; one that was named would be an error
            continue
    return (found, []) if len(found) < 2 else ([], found)


def _plain(value: Any) -> bool:
    return value is not None and isinstance(value, bool | int | float | str)


def _listed(value: Any) -> list[str]:
    """``dataset: a,b`` as data_args.py split_arg takes it; a list is taken as it is."""
    if isinstance(value, str):
        return [name.strip() for name in value.split(",")][:NAMES]
    return _words(value) if isinstance(value, list) else []


def _words(value: Any) -> list[str]:
    """``dataset: [a, b]``, or one word: swift/cli/main.py makes command line words of them."""
    if isinstance(value, str):
        return [value]
    return [word for word in value if isinstance(word, str)][:NAMES] if isinstance(value, list) else []


def _mixture(content: dict[str, Any]) -> list[str]:
    """The folders and files of TRL's ``datasets``, or ``dataset_name``, which that one overrides."""
    mixture = content.get("datasets")
    if not isinstance(mixture, list):
        return _words(content.get("dataset_name"))
    names: list[str] = []
    for one in mixture:
        if isinstance(one, dict):
            files = one.get("data_files")
            files = files.get("train") if isinstance(files, dict) else files
            names.extend(_words(files) or _words(one.get("data_dir")) or _words(one.get("path")))
    return names[:NAMES]


def _media(training: Training) -> None:
    """media_dir starts, like dataset_dir, at the folder training is started in: as an absolute path where it is found."""
    written = training.settings.get("media_dir")
    found = training.find(written) if isinstance(written, str) else None
    if found is not None and not Path(str(written)).is_absolute():
        training.settings["media_dir"] = os.path.abspath(found)


def _zero(training: Training) -> None:
    """The ZeRO stage that the named DeepSpeed config says, as ``deepspeed_stage``; nothing where it cannot be found."""
    named = training.content.get("deepspeed")
    path = training.find(named) if isinstance(named, str) else None
    if path is None or "deepspeed_stage" not in load(training.target).settings:
        return
    try:
        optimization = yamlfile.load_mapping(path).get("zero_optimization")
    except UsageError:
        return
    stage = optimization.get("stage") if isinstance(optimization, dict) else None
    if isinstance(stage, int) and not isinstance(stage, bool):
        training.settings["deepspeed_stage"] = stage


def not_training(path: Path) -> UsageError:
    """What to say of a yaml that was named and that no trainer reads."""
    return UsageError(
        Text(
            f"{path.name} is no training config that is known: it has neither data_config (GLM-4 scripts) nor a model "
            "with dataset (LLaMA-Factory, ms-swift) or dataset_name (TRL)",
            f"{path.name} 不是已知的训练配置：既没有 data_config（GLM-4 脚本），也没有 model 与 dataset（LLaMA-Factory、ms-swift）"
            "或 dataset_name（TRL）",
        )
    )
