"""Config files beside the data: dataset_info.json, the finetune yaml, what says which package versions are in use."""

from __future__ import annotations

from .errors import UsageError
from .finetune import Finetune, finetune_yaml, folder_of, is_finetune_yaml
from .mapping import Mapping
from .options import parse_set, parse_with
from .stanzas import FILE as DATASET_INFO
from .stanzas import Stanza, dataset_info, is_dataset_info, unregistered
from .training import SUFFIXES, Training, is_training_json, not_training, read_training, sole
from .versions import installed, resolve, versions_beside

__all__ = [
    "DATASET_INFO", "SUFFIXES", "Finetune", "Mapping", "Stanza", "Training", "UsageError", "dataset_info",
    "finetune_yaml", "folder_of", "installed", "is_dataset_info", "is_finetune_yaml", "is_training_json", "not_training", "parse_set",
    "parse_with", "read_training", "resolve", "sole", "unregistered", "versions_beside",
]  # fmt: skip
