"""The trainers that are run, one entry each: environment, worker, targets, what stands in for real code."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .protocol import Stack
from .trainers import TRAINERS, VISION

TORCH = "torch==2.13.0"  # a CPU build where an index offers one
TF446 = (
    TORCH,
    "transformers==4.46.3",
    "accelerate==1.1.1",
    "numpy==2.2.6",
    "datasets==3.6.0",
    "pandas==2.3.3",
    "pyarrow==26.0.1",
)
TF457 = (
    TORCH,
    "transformers==4.57.1",
    "accelerate==1.15.0",
    "numpy==2.2.6",
    "datasets==3.6.0",
    "pandas==2.3.3",
    "pyarrow==26.0.1",
    "pillow==13.0.0",
)
FILES = {"glm-4": ("glm",), "glm-4v": ("glm-4v",), "trl": ("openai",), "hf-trainer": ("tokenized",)}
HF_STUBS = (
    "model: GlmForCausalLM of one layer, hidden size 8, random weights, vocabulary 151552",
    "tokenizer: PreTrainedTokenizerFast over a one-word vocabulary; only its pad is used, and that is real",
)

STORIES = {"keyerror-labels": "glm-4", "keyerror-labels-vision": "glm-4v"}

STACKS: list[Stack] = [
    Stack(
        "datasets-3.6.0", "hf_datasets", ("datasets==3.6.0", "pandas==3.1.1", "pyarrow==26.0.1"),
        targets={k: v for k, v in FILES.items() if k != "trl"}, versions={"datasets": "3.6.0"}, stages=("load", "map"), heavy=("glm",), columnar=True, facts="datasets", sample=True, loadings=("one-call",),
    ),
    Stack(
        "datasets-5.2.0", "hf_datasets", ("datasets==5.2.0", "pandas==3.1.1", "pyarrow==26.0.1"),
        targets=FILES, versions={"datasets": "5.2.0"}, stages=("load", "map"), heavy=("glm",), columnar=True, facts="datasets", loadings=("one-call",),
    ),
    Stack(
        "transformers-4.46.3", "hf_trainer", TF446, targets={"hf-trainer": ("tokenized",)}, settings={"collator": "seq2seq"},
        versions={"transformers": "4.46.3", "datasets": "3.6.0"}, stages=("load", "collate", "step", "eval", "predict"), stubs=HF_STUBS, stories=STORIES, loadings=("one-call", "per-split"), sample=True,
    ),
    Stack(
        "transformers-4.57.1", "hf_trainer", TF457, VISION, targets={"hf-trainer": ("tokenized",)}, settings={"collator": "seq2seq"},
        versions={"transformers": "4.57.1", "datasets": "3.6.0"}, stages=("load", "collate", "step", "eval", "predict"), stubs=HF_STUBS, stories=STORIES, loadings=("one-call", "per-split"),
    ),
]  # fmt: skip


def dataset_info(records: dict[str, list[Any]], case: dict[str, Any]) -> dict[str, str]:
    """LLaMA-Factory's registry for the splits of a case."""
    calls = '"tool_calls"' in json.dumps(records)
    formatting = {"alpaca": {}, "sharegpt": {"formatting": "sharegpt"}}.get(case["dialect"], {
        "formatting": "openai" if calls else "sharegpt", "columns": {"messages": "messages"},
        "tags": {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant", "system_tag": "system",
                 "observation_tag": "tool", "function_tag": "function"},
    })  # fmt: skip
    columns = dict(formatting.get("columns", {"messages": "conversations"} if case["dialect"] == "sharegpt" else {}))
    seen = {key for rows in records.values() for row in rows if isinstance(row, dict) for key in row}
    if case["dialect"] == "alpaca":
        columns = {"prompt": "instruction", "query": "input", "response": "output"}
    columns |= {key: key for key in ("system", "tools", "images", "history") if key in seen}
    stanzas = {split: {"file_name": name, **formatting, "columns": columns} for split, name in case["splits"].items()}
    return {"dataset_info.json": json.dumps(stanzas, indent=2)}


STACKS += TRAINERS
CONFIGS: dict[str, Callable[[dict[str, list[Any]], dict[str, Any]], dict[str, str]]] = {"dataset_info": dataset_info}
