"""Cases of training configs: the yaml of the GLM-4 and ChatGLM3 repositories' scripts, good and with one named fault each."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import mutate
from .protocol import Case, Stack

NAME = "finetune.yaml"
DIALECTS = {"glm-4": "glm", "glm-4v": "glm-4v", "chatglm3": "chatglm3"}
ROWS = {"train": 4, "dev": 52, "test": 4}
Config = dict[str, Any]
FAULTS: dict[str, tuple[tuple[str, ...], Callable[[Config, Path], None]]] = {}


def fault(*targets: str) -> Callable[[Callable[[Config, Path], None]], Callable[[Config, Path], None]]:
    """Enter a function, which changes the config or the files, as the fault of its name; for all targets if none is named."""

    def enter(apply: Callable[[Config, Path], None]) -> Callable[[Config, Path], None]:
        FAULTS[apply.__name__.replace("_", "-")] = (targets or tuple(DIALECTS), apply)
        return apply

    return enter


def good(target: str) -> Config:
    """A config with which a script trains for two steps, evaluates after each, and predicts."""
    ending = mutate.ENDINGS.get(DIALECTS[target], "jsonl")
    switch = "evaluation_strategy" if target == "chatglm3" else "eval_strategy"
    own = {} if target == "chatglm3" else {"combine": True, "freezeV": True}
    return {
        "data_config": {"train_file": f"train.{ending}", "val_file": f"dev.{ending}", "test_file": f"test.{ending}"},
        **own,
        "max_input_length": 512,
        "max_output_length": 512,
        "training_args": {
            "output_dir": "output", "max_steps": 2, "per_device_train_batch_size": 2, "per_device_eval_batch_size": 8,
            "remove_unused_columns": False, "save_strategy": "no", switch: "steps", "eval_steps": 2, "predict_with_generate": True,
            "use_cpu": True, "report_to": "none", "disable_tqdm": True, "generation_config": {"max_new_tokens": 1},
        },
    }  # fmt: skip


def lay(target: str, folder: Path) -> None:
    """Good data for the three files of a config; no record stands in two of them."""
    dialect = DIALECTS[target]
    work = mutate.clean(dialect, "single", count=sum(ROWS.values()))
    first = 0
    for name, count in ROWS.items():
        lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in work.records[first : first + count]]
        (folder / f"{name}.{mutate.ENDINGS.get(dialect, 'jsonl')}").write_text("".join(lines), "utf-8")
        first += count
    for path, data in work.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def cases(stack: Stack, root: Path, only: str = "") -> Iterator[Case]:
    """The good config of each target, then each fault."""
    for target in stack.targets:
        for name in ("config-clean", *FAULTS):
            targets, apply = FAULTS.get(name, ((target,), None))
            if target not in targets or only not in name:
                continue
            folder = root / "configs" / target / name
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            lay(target, folder)
            config = copy.deepcopy(good(target))
            if apply is not None:
                apply(config, folder)
            (folder / NAME).write_text(_yaml(config), "utf-8")
            fault = "clean" if apply is None else name
            yield Case(
                f"{stack.name} {target} {name}", stack.name, target, "finetune", fault, "train", str(folder), {}, stack.settings,
                stack.versions, config=NAME,
            )  # fmt: skip


def _yaml(config: Config, depth: int = 0) -> str:
    """A config of nested mappings and plain values as people write it; a value in JSON is one in YAML."""
    return "".join(
        f"{'  ' * depth}{key}:"
        + ("\n" + _yaml(value, depth + 1) if isinstance(value, dict) and value else f" {json.dumps(value)}\n")
        for key, value in config.items()
    )


def _arguments(config: Config) -> Config:
    return config["training_args"]


def _files(config: Config) -> Config:
    return config["data_config"]


def _off(config: Config) -> None:
    """No evaluation, and nothing for it."""
    for key in ("eval_strategy", "evaluation_strategy"):
        if key in _arguments(config):
            _arguments(config)[key] = "no"
    _files(config).pop("val_file", None)


@fault("glm-4", "glm-4v")
def config_without_evaluation(c: Config, folder: Path) -> None:
    """No fault: the test split is predicted, nothing is evaluated. (ChatGLM3's script cannot do without.)"""
    _off(c)


@fault()
def config_key_missing_input_length(c: Config, folder: Path) -> None:
    del c["max_input_length"]


@fault()
def config_key_missing_output_length(c: Config, folder: Path) -> None:
    del c["max_output_length"]


@fault("glm-4", "glm-4v")
def config_key_missing_both_of_its_own(c: Config, folder: Path) -> None:
    del c["combine"], c["freezeV"]


@fault("glm-4", "glm-4v")
def config_key_missing_combine(c: Config, folder: Path) -> None:
    del c["combine"]


@fault("glm-4", "glm-4v")
def config_key_missing_freeze(c: Config, folder: Path) -> None:
    del c["freezeV"]


@fault()
def config_generation_missing(c: Config, folder: Path) -> None:
    del _arguments(c)["generation_config"]


@fault()
def config_generation_null(c: Config, folder: Path) -> None:
    _arguments(c)["generation_config"] = None


@fault()
def config_arguments_missing(c: Config, folder: Path) -> None:
    del c["training_args"]


@fault()
def config_key_unknown(c: Config, folder: Path) -> None:
    c["lora_rank"] = 8


@fault()
def config_key_misspelt(c: Config, folder: Path) -> None:
    c["max_input_lenght"] = c.pop("max_input_length")


@fault()
def config_data_key_unknown(c: Config, folder: Path) -> None:
    _files(c)["shuffle"] = True


@fault()
def config_data_key_misspelt(c: Config, folder: Path) -> None:
    _files(c)["vel_file"] = _files(c).pop("val_file")


@fault()
def config_argument_unknown(c: Config, folder: Path) -> None:
    _arguments(c)["quantum_mode"] = True


@fault()
def config_argument_misspelt(c: Config, folder: Path) -> None:
    _arguments(c)["learning_rat"] = 0.001


@fault()
def config_argument_renamed(c: Config, folder: Path) -> None:
    """Called as another release calls it."""
    old, new = "evaluation_strategy", "eval_strategy"
    here, there = (old, new) if old in _arguments(c) else (new, old)
    _arguments(c)[there] = _arguments(c).pop(here)


@fault()
def config_evaluation_off(c: Config, folder: Path) -> None:
    val = _files(c)["val_file"]
    _off(c)
    _files(c)["val_file"] = val


@fault()
def config_val_file_unnamed(c: Config, folder: Path) -> None:
    del _files(c)["val_file"]


@fault()
def config_generation_off(c: Config, folder: Path) -> None:
    _arguments(c)["predict_with_generate"] = False


@fault()
def config_generation_unwritten(c: Config, folder: Path) -> None:
    del _arguments(c)["predict_with_generate"]


@fault("glm-4", "glm-4v")
def config_generation_off_in_prediction(c: Config, folder: Path) -> None:
    _off(c)
    _arguments(c)["predict_with_generate"] = False


@fault()
def config_columns_removed(c: Config, folder: Path) -> None:
    _arguments(c)["remove_unused_columns"] = True


@fault()
def config_columns_unwritten(c: Config, folder: Path) -> None:
    del _arguments(c)["remove_unused_columns"]


@fault("glm-4", "glm-4v")
def config_columns_removed_in_prediction(c: Config, folder: Path) -> None:
    _off(c)
    _arguments(c)["remove_unused_columns"] = True


def _late(config: Config) -> None:
    """Evaluation that training never reaches; the test split is predicted after it."""
    _arguments(config)["eval_steps"] = 99


@fault("chatglm3")
def config_generation_off_where_predicted(c: Config, folder: Path) -> None:
    _late(c)
    _arguments(c)["predict_with_generate"] = False


@fault("chatglm3")
def config_columns_removed_where_predicted(c: Config, folder: Path) -> None:
    _late(c)
    _arguments(c)["remove_unused_columns"] = True


def _gone(c: Config, folder: Path, key: str) -> None:
    (folder / _files(c)[key]).unlink()


@fault()
def config_train_file_gone(c: Config, folder: Path) -> None:
    _gone(c, folder, "train_file")


@fault()
def config_val_file_gone(c: Config, folder: Path) -> None:
    _gone(c, folder, "val_file")


@fault()
def config_test_file_gone(c: Config, folder: Path) -> None:
    _gone(c, folder, "test_file")


@fault()
def config_train_file_unnamed(c: Config, folder: Path) -> None:
    del _files(c)["train_file"]


def _renamed(c: Config, folder: Path, key: str, ending: str) -> None:
    old = folder / _files(c)[key]
    _files(c)[key] = old.with_suffix(ending).name
    old.rename(folder / _files(c)[key])


@fault("glm-4", "glm-4v")
def config_train_file_json(c: Config, folder: Path) -> None:
    _renamed(c, folder, "train_file", ".json")


@fault("chatglm3")
def config_train_file_jsonl(c: Config, folder: Path) -> None:
    _renamed(c, folder, "train_file", ".jsonl")


@fault()
def config_train_file_text(c: Config, folder: Path) -> None:
    _renamed(c, folder, "train_file", ".txt")


@fault("glm-4", "glm-4v")
def config_val_file_text(c: Config, folder: Path) -> None:
    _renamed(c, folder, "val_file", ".txt")


@fault()
def config_evaluation_file_short(c: Config, folder: Path) -> None:
    """49 rows; ChatGLM3's script takes 50."""
    path = folder / _files(c)["val_file"]
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:49]), "utf-8")
