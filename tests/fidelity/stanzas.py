"""Hand-written cases of LLaMA-Factory: a faulty training yaml, or a faulty dataset_info.json, beside good data.

Each entry of STORIES changes one thing of a run that trains. With a ``yaml`` the worker starts as `llamafactory-cli train` does
(get_train_args, template, get_dataset); without one it goes record by record through what dataset_info.json names.
"""

from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path
from typing import Any

from . import mutate
from .protocol import Case, Stack

COUNT = 6
SHAREGPT = {"file_name": "train.jsonl", "formatting": "sharegpt", "columns": {"messages": "conversations"}}
OPENAI = {
    "file_name": "train.jsonl", "formatting": "openai", "columns": {"messages": "messages", "tools": "tools"},
    "tags": {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant",
             "system_tag": "system", "observation_tag": "tool", "function_tag": "function"},
}  # fmt: skip
ALPACA = {"file_name": "train.jsonl", "columns": {"prompt": "instruction", "query": "input", "response": "output"}}
RUN = {
    "model_name_or_path": "THUDM/GLM-4-9B-0414", "stage": "sft", "do_train": True, "finetuning_type": "lora", "dataset": "train",
    "dataset_dir": ".", "template": "glm4", "output_dir": "out", "cutoff_len": 2048, "report_to": "none",
}  # fmt: skip
STREAMED = {"streaming": True, "max_steps": 10}
TWO = {"dataset": "train,more"}
GONE: Any = object()
"""A key with this value is taken out."""


@dataclasses.dataclass(frozen=True)
class Story:
    """One case: what differs from a run that trains."""

    dialect: str = "sharegpt"
    variant: str = "plain"
    stanza: Any = None  # laid over the good stanza of the dialect; what is no dict replaces it
    yaml: dict[str, Any] | None = None  # laid over RUN
    info: str | None = None  # the whole of dataset_info.json
    files: dict[str, str] = dataclasses.field(default_factory=dict)
    records: dict[str, Any] = dataclasses.field(default_factory=dict)  # laid over every record
    file: str = "train.jsonl"
    record: int | None = None
    start: Any = None  # a message put before each conversation
    parsed: bool = False  # arguments of calls as objects
    end: Any = None  # a message put behind each conversation
    template: str = "glm4"


def _columns(**columns: Any) -> dict[str, Any]:
    return {"columns": columns}


def _tags(**tags: Any) -> dict[str, Any]:
    return {"tags": tags}


USUAL = {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt"}
STORIES: dict[str, Story] = {
    "config-clean": Story(yaml={}),
    "config-clean-two-datasets": Story(yaml=TWO),
    "config-clean-evaluation": Story(yaml={"eval_dataset": "more", "eval_strategy": "steps", "eval_steps": 5}),
    "val-size-beside-eval-dataset": Story(yaml={"eval_dataset": "more", "val_size": 0.1, "eval_strategy": "steps", "eval_steps": 5}),
    "val-size-without-dataset": Story(
        yaml={"do_train": False, "dataset": GONE, "eval_dataset": None, "val_size": 0.1}
    ),
    "no-dataset": Story(yaml={"dataset": GONE, "eval_dataset": "more"}),
    "no-eval-data": Story(yaml={"eval_strategy": "steps", "eval_steps": 5}),
    "probs-with-concat": Story(yaml={**TWO, "interleave_probs": "0.5,0.5"}),
    "probs-too-few": Story(yaml={**TWO, "mix_strategy": "interleave_under", "interleave_probs": "1.0"}),
    "streaming-val-size": Story(yaml={**STREAMED, "val_size": 0.1}),
    "streaming-max-samples": Story(yaml={**STREAMED, "max_samples": 4}),
    "streaming-without-max-steps": Story(yaml={"streaming": True}),
    "mask-history-and-train-on-prompt": Story(yaml={"mask_history": True, "train_on_prompt": True}),
    "predict-with-generate-off-sft": Story(yaml={"stage": "pt", "predict_with_generate": True}),
    "predict-without-generate": Story(yaml={"do_train": False, "do_predict": True, "dataset": GONE, "eval_dataset": "more"}),
    "mask-history-off-sft": Story(yaml={"stage": "pt", "mask_history": True}),
    "pixels-crossed": Story(yaml={"image_max_pixels": 1000, "image_min_pixels": 2000}),
    "mix-unknown": Story(yaml={**TWO, "mix_strategy": "shuffle"}),
    "key-misspelt": Story(yaml={"cutof_len": 1024}),
    "key-removed": Story(yaml={"eval_dataset": "more", "evaluation_strategy": "steps", "eval_steps": 5}),
    "max-samples-zero": Story(yaml={"max_samples": 0}),
    "dataset-misspelt": Story(yaml={"dataset": "trian"}),
    "ranking-in-sft": Story(dialect="alpaca", yaml={}, stanza={"ranking": True, **_columns(prompt="instruction", chosen="output", rejected="input")}, records={"input": "I do not know."}),
    "plain-in-dpo": Story(yaml={"stage": "dpo", "pref_beta": 0.1}),
    "kto-in-sft": Story(stanza=_columns(messages="conversations", kto_tag="label"), yaml={}, records={"label": True}),
    "template-misspelt": Story(yaml={"template": "glm-4"}),
    "template-trains-prompt": Story(yaml={"train_on_prompt": True}),
    "datasets-of-other-types": Story(
        yaml=TWO, stanza=_columns(messages="conversations", tools="tools"), records={"tools": [{"name": "look_up"}]},
        files={"more.jsonl": '{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}], "tools": "[]"}\n'},
    ),
    "tokenized-before": Story(yaml={"tokenized_path": "cache"}),
    # ---- dataset_info.json
    "info-no-json": Story(info='{"train": {"file_name": "train.jsonl",}', yaml={}),
    "info-a-list": Story(info='[{"file_name": "train.jsonl"}]', yaml={}),
    "stanza-a-text": Story(stanza="train.jsonl", yaml={}),
    "stanza-of-no-file": Story(stanza={"file_name": GONE}, yaml={}),
    "stanza-formatting-unknown": Story(stanza={"formatting": "chatml"}),
    "stanza-columns-a-list": Story(stanza={"columns": ["conversations"]}, yaml={}),
    "stanza-column-a-number": Story(stanza=_columns(messages=7)),
    "stanza-column-a-list": Story(stanza=_columns(messages=["conversations"])),
    "stanza-tag-a-number": Story(stanza=_tags(**{**USUAL, "user_tag": 7})),
    "stanza-split-unknown": Story(stanza={"split": "dev"}),
    "stanza-key-misspelt": Story(yaml={}, stanza={"formatting": GONE, "formating": "sharegpt"}),
    "stanza-tag-misspelt": Story(stanza={"formatting": "sharegpt", **_tags(**{**{k: v for k, v in USUAL.items() if k != "assistant_tag"}, "asistant_tag": "gpt"})}),
    "stanza-column-misspelt": Story(stanza={"columns": {"messages": "conversations", "sistem": "system"}}, records={"system": "Be brief."}),
    "stanza-file-missing": Story(stanza={"file_name": "nowhere.jsonl"}, yaml={}),
    "columns-of-nothing": Story(stanza=_columns(messages="messages")),
    "columns-without-messages": Story(stanza=_columns(system="system"), records={"system": "Be brief."}),
    "columns-empty": Story(yaml={}, dialect="alpaca", stanza=_columns(system="system"), records={"system": "Be brief."}),
    "columns-of-another-formatting": Story(yaml={}, stanza={"formatting": "alpaca"}),
    "columns-of-images-absent": Story(stanza=_columns(messages="conversations", images="images")),
    "column-left-out": Story(dialect="alpaca", stanza={"columns": {"prompt": "instruction", "response": "output"}}, records={"input": "In one word."}),
    "column-system-left-out": Story(stanza=_columns(messages="conversations"), records={"system": "Be brief."}),
    "column-tools-left-out": Story(variant="tools", stanza=_columns(messages="conversations")),
    "response-left-out": Story(yaml={}, dialect="alpaca", stanza={"columns": {"prompt": "instruction", "query": "input"}}),
    "response-misspelt": Story(yaml={}, dialect="alpaca", stanza={"columns": {"prompt": "instruction", "query": "input", "respons": "output"}}),
    "images-left-out": Story(variant="images", template="glm4v"),
    "images-misspelt": Story(variant="images", template="glm4v", stanza=_columns(messages="conversations", image="images")),
    "images-left-out-of-text": Story(variant="images"),
    "images-misspelt-in-text": Story(variant="images", stanza=_columns(messages="conversations", image="images")),
    "no-columns": Story(dialect="alpaca", stanza={"columns": GONE}, records={"instruction": GONE, "input": GONE, "question": "Where?", "output": GONE, "answer": "Here."}),
    "tags-of-another-dialect": Story(stanza=_tags(**{**USUAL, "user_tag": "user", "assistant_tag": "assistant"})),
    "tags-without-system": Story(stanza=_tags(**USUAL), start={"from": "system", "value": "Be brief."}),
    "tags-without-observation": Story(variant="tools", stanza={**_tags(**USUAL), **_columns(messages="conversations", tools="tools")}),
    "openai-clean": Story("openai", "tools"),
    "openai-without-tools": Story("openai"),
    "openai-tags-without-system": Story("openai", "system", stanza=_tags(**{k: v for k, v in OPENAI["tags"].items() if k != "system_tag"})),
    "openai-tags-without-observation": Story("openai", "tools", stanza=_tags(**{k: v for k, v in OPENAI["tags"].items() if k != "observation_tag"})),
    "openai-tags-of-another-dialect": Story("openai", stanza=_tags(**{**OPENAI["tags"], "user_tag": "human", "assistant_tag": "gpt"})),
    "openai-calls-as-sharegpt": Story("openai", "tools", stanza={"formatting": "sharegpt"}),
    "openai-role-unknown": Story("openai", "tools", end={"role": "robot", "content": "I am one."}),
    "openai-calls-without-function-tag": Story(
        "openai", "tools", parsed=True, stanza=_tags(**{k: v for k, v in OPENAI["tags"].items() if k not in ("function_tag", "system_tag")})
    ),
    "openai-ends-with-result": Story(parsed=True, dialect="openai", variant="tools", end={"role": "tool", "content": '{"sight": "none"}', "tool_call_id": "call_9"}),
    "file-of-another-kind": Story(stanza={"file_name": "train.bin"}, file="train.bin"),
    "folder-with-stray-file": Story(stanza={"file_name": "data"}, file="data/train.jsonl", files={"data/notes.csv": "a,b\n1,2\n"}),
    "folder-empty": Story(stanza={"file_name": "data"}, files={"data/": ""}),
    "records-of-another-dialect": Story(dialect="alpaca", stanza={"columns": GONE}, records={"instruction": GONE, "input": GONE, "output": GONE, "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]}),
    "records-single-messages": Story(dialect="alpaca", stanza={"columns": GONE}, records={"instruction": GONE, "input": GONE, "output": GONE, "role": "user", "content": "Hi"}),
    "records-wrapped": Story(info='{"train": {"file_name": "train.json", "formatting": "sharegpt"}}', files={"train.json": '{"train": {"conversations": []}, "rows": [{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}]}, {"conversations": []}]}'}, file="train.json"),
}  # fmt: skip
GOOD = {"sharegpt": SHAREGPT, "alpaca": ALPACA, "openai": OPENAI}


def cases(stack: Stack, root: Path, only: str) -> Any:
    """The cases, laid out under ``root``."""
    for name, story in STORIES.items():
        if only in name:
            yield _case(stack, name, story, root)


def _over(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**base, **more}.items() if value is not GONE}


def _case(stack: Stack, name: str, story: Story, root: Path) -> Case:
    folder = root / "configs" / name
    (folder / Path(story.file).parent).mkdir(parents=True, exist_ok=True)
    work = mutate.clean(story.dialect, story.variant, count=COUNT)
    for record in work.records:
        for key, value in story.records.items():
            record.pop(key, None)
            if value is not GONE:
                record[key] = copy.deepcopy(value)
        for call in (one for turn in record.get("messages", ()) if story.parsed for one in turn.get("tool_calls", ())):
            call["function"]["arguments"] = json.loads(call["function"]["arguments"])
        if story.start is not None:
            record[work.keys.turns].insert(0, dict(story.start))
        if story.end is not None:
            record[work.keys.turns].append(dict(story.end))
    stanza = copy.deepcopy(GOOD[story.dialect])
    stanza = _over(stanza, story.stanza or {}) if not isinstance(story.stanza, str) else story.stanza
    others = {"more": {**SHAREGPT, "file_name": "more.jsonl"}} if story.yaml is not None else {}
    if "more.jsonl" in story.files:
        others["more"]["columns"] = {"messages": "conversations", "tools": "tools"}
    elif others:
        more = mutate.clean("sharegpt", count=2 * COUNT).records[COUNT:]
        (folder / "more.jsonl").write_text("".join(json.dumps(row) + "\n" for row in more), "utf-8")
    (folder / story.file).write_bytes(work.data)
    for path, data in work.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / "dataset_info.json").write_text(story.info or json.dumps({"train": stanza, **others}), "utf-8")
    for path, text in story.files.items():
        (folder / path if path.endswith("/") else (folder / path).parent).mkdir(parents=True, exist_ok=True)
        if text:
            (folder / path).write_text(text, "utf-8")
    settings = {**stack.settings, "template": story.template}
    if story.yaml is not None:
        (folder / "train.yaml").write_text(json.dumps(_over({**RUN, "template": story.template}, story.yaml)), "utf-8")
        settings = {}
    good = "clean" in name
    return Case(
        f"{stack.name} llama-factory {name}", stack.name, "llama-factory", story.dialect, "clean" if good else name, "train", str(folder),
        {"train": story.file}, settings, stack.versions, None if good else "train", None, None,
        "train.yaml" if story.yaml is not None else "",
    )  # fmt: skip
