"""Config files beside the data: dataset_info.json, the finetune yaml, what says which package versions are in use."""

from __future__ import annotations

from .errors import UsageError
from .finetune import Finetune, finetune_yaml, is_finetune_yaml
from .mapping import Mapping
from .options import parse_set, parse_with
from .stanzas import FILE as DATASET_INFO
from .stanzas import Stanza, dataset_info, is_dataset_info, unregistered
from .versions import installed, resolve, versions_beside

__all__ = [
    "DATASET_INFO", "Finetune", "Mapping", "Stanza", "UsageError", "dataset_info", "finetune_yaml", "installed",
    "is_dataset_info", "is_finetune_yaml", "parse_set", "parse_with", "resolve", "unregistered", "versions_beside",
]  # fmt: skip
