"""Whether the training arguments of a script leave ``remove_unused_columns`` on, which takes the reference out of the rows."""

from __future__ import annotations

import ast
from typing import Final

from .knowledge import last
from .source import Source

ARGUMENTS: Final = frozenset({"TrainingArguments", "Seq2SeqTrainingArguments"})
TRAINERS: Final = frozenset({"Trainer", "Seq2SeqTrainer"})
OPTION: Final = "remove_unused_columns"
KEEPS: Final = "label_names"
"""Columns that this option names are kept as well."""
OWN: Final = frozenset(
    {"_remove_unused_columns", "_set_signature_columns_if_needed", "get_train_dataloader", "get_eval_dataloader", "get_test_dataloader"}
)  # fmt: skip


def drops(source: Source, key: str) -> int | None:
    """Line of the arguments under which transformers removes the column ``key`` before it makes a batch; None: unknown, or kept.

    Columns that the model's ``forward`` does not take are removed unless ``remove_unused_columns=False``
    (transformers 4.46.3 trainer.py: _remove_unused_columns, and RemoveColumnsCollator for rows that are no `datasets.Dataset`).
    Arguments that a config file or a command line gives are not known, nor are those of other trainers.
    """
    own = {node.name for node in source.classes}
    named = {last(node) for node in source.nodes if isinstance(node, ast.Name | ast.Attribute)}
    trainers = {source.imported.get(name, name) for name in named if name not in own or name in source.imported}
    if any(name.endswith("Trainer") and name not in TRAINERS for name in trainers) or OWN & source.methods.keys():
        return None
    forward = source.methods.get("forward")
    if forward is not None and any(one.arg == key for one in (*forward.args.args, *forward.args.kwonlyargs)):
        return None
    if any(_speaks(node) for node in source.nodes):
        return None
    calls = [node for node in source.nodes if isinstance(node, ast.Call) and _makes(source, node)]
    plain = not any(
        any(keyword.arg is None for keyword in call.keywords) or any(isinstance(one, ast.Starred) for one in call.args)
        for call in calls
    )
    return calls[0].lineno if calls and plain and "HfArgumentParser" not in trainers else None


def _makes(source: Source, call: ast.Call) -> bool:
    name = last(call.func)
    return source.imported.get(name, name) in ARGUMENTS and name not in {node.name for node in source.classes}


def _speaks(node: ast.AST) -> bool:
    """True if a part of the script may keep the column."""
    if isinstance(node, ast.keyword):
        on = isinstance(node.value, ast.Constant) and node.value.value is True
        return node.arg == KEEPS or (node.arg == OPTION and not on)
    word = node.attr if isinstance(node, ast.Attribute) else node.value if isinstance(node, ast.Constant) else None
    return word in (OPTION, KEEPS) if isinstance(word, str) else False
