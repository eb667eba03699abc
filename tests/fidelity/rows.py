"""Tokenized rows as the GLM-4 repository's scripts make them: what their collator and prediction_step read.

No script reads tokenized files: their data managers map the conversation in every case. The rows stand for the output of
``process_batch`` (train: labels) and ``process_batch_eval`` (output_ids, the answer alone).
"""

from __future__ import annotations

from typing import Any

from . import mutate

SCRIPTS = ("glm-4", "glm-4v", "chatglm3")
# finetune.py and finetune_hf.py make rows without a mask; and an answer under the name output_ids is no fault of an evaluation row.
WITHOUT = {"glm-4": ("mask-",), "glm-4v": (), "chatglm3": ("mask-",)}
CHATGLM3 = {151331: 64790, 151333: 64792, 151336: 64795, 151337: 64796}  # [gMASK] sop <|user|> <|assistant|>
TRAIN_ONLY = ("every-labels-named-output-ids",)


def applies(target: str, fault: str, kind: str) -> bool:
    """Whether a fault of tokenized rows is one of such rows too: from no file, of whole numbers, without further columns."""
    made = mutate.FAULTS[fault].apply.__module__ == mutate.faults_others.__name__ and fault not in (
        "extra-text-column",
        "labels-of-fractions",
        "every-ids-absent",
    )
    return made and not fault.startswith(WITHOUT[target]) and not (kind != "train" and fault in TRAIN_ONLY)


def prepare(target: str, kind: str, rows: list[dict[str, Any]]) -> None:
    """Give clean rows the columns of a script; an evaluation row holds its answer under labels until `finish`."""
    for row in rows:
        if target == "glm-4v":
            with_image(row)
        else:
            row.pop("attention_mask", None)
        if target == "chatglm3":
            for key in ("input_ids", "labels"):
                row[key] = [CHATGLM3.get(token, token) for token in row[key][:-1]] + [2]
        if kind != "train":
            row["labels"] = [i for i in row["labels"] if i != -100]


def finish(kind: str, rows: list[Any]) -> None:
    """Name the answers of evaluation rows as the scripts do."""
    for row in rows if kind != "train" else ():
        if isinstance(row, dict) and "labels" in row:
            row["output_ids"] = row.pop("labels")


def with_image(row: dict[str, Any]) -> None:
    """Make a row of the text model one of GLM-4V-9B: the pair of image tokens, positions, a few pixels."""
    pair = [151339, 151329, 151340]
    row["input_ids"][3:3] = pair
    row["attention_mask"] = [1] * len(row["input_ids"])
    row["position_ids"] = list(range(len(row["input_ids"])))
    if "labels" in row:
        row["labels"][3:3] = [-100] * 3
    row["images"] = [[[0.5, 0.25], [0.0, 1.0]] for _ in range(3)]
