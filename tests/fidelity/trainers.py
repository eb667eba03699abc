"""Stacks of the trainers proper: the GLM-4 repository's scripts, LLaMA-Factory, ms-swift, TRL."""

from __future__ import annotations

import dataclasses

from .protocol import Stack

TORCH = "torch==2.13.0"  # a CPU build where an index offers one
GLM4 = (
    TORCH, "transformers==4.57.1", "datasets==3.6.0", "accelerate==1.11.0", "peft==0.17.1", "tiktoken==0.14.0", "pillow==13.0.0",
    "jieba==0.42.1", "nltk==3.10.4", "rouge-chinese==1.0.3", "ruamel.yaml==0.19.1", "typer==0.29.2",
)  # fmt: skip
GLM3 = (
    TORCH, "transformers==4.40.0", "accelerate==0.30.1", "numpy==2.2.6", "datasets==3.6.0", "pandas==2.3.3", "pyarrow==26.0.1",
    "peft==0.10.0", "jieba==0.42.1", "nltk==3.10.4", "rouge-chinese==1.0.3", "ruamel.yaml==0.19.1", "typer==0.29.2", "pillow==13.0.0",
)  # fmt: skip
STAGES = ("load", "map", "collate", "step", "eval", "predict")
BYTES = "tokenizer: over bytes, with the special tokens and rules of GLM-4; no vocabulary file is at hand"
GLM4_STUBS = (BYTES, "image transform: 8 px in place of 1120", "model: a random GlmForCausalLM of one layer")
GLM3_STUBS = (
    "tokenizer: bytes in place of the sentencepiece model; special ids, role header and padding as in chatglm3-6b",
    "model: a random LlamaForCausalLM of one layer, with the arguments of ChatGLM3's forward",
)
LF = (TORCH, "transformers==5.2.0", "datasets==4.0.0", "accelerate==1.11.0", "omegaconf==2.4.0", "pillow==13.0.0")
LF_STUBS = (
    BYTES,
    "processor: Glm4vImageProcessor with its defaults",
    "torchaudio: an empty module",
    "model: none; the collator gets None",
)
SWIFT = (
    TORCH, "transformers==4.57.1", "datasets==4.8.4", "accelerate==1.11.0", "peft==0.18.1", "modelscope==1.40.2",
    "json_repair==0.64.6", "pydantic==2.14.3", "pillow==13.0.0",
)  # fmt: skip
SWIFT_STUBS = (
    BYTES,
    "processor: Glm4vImageProcessor with its defaults",
    "model: none; collating and the forward pass are not run",
)
VISION = ("torchvision==0.28.0",)  # without dependencies: its wheel is bound to a torch with CUDA
OPERATORS = (
    "torchvision: its operators nms and qnms are declared and never called, so that it imports on a CPU build of torch"
)
TRL = (TORCH, "trl==1.16.0", "transformers==5.2.0", "datasets==5.2.0", "jinja2==3.1.6", "pillow==13.0.0")
TRL_STUBS = (
    BYTES,
    "processor: Glm4vProcessor with its defaults and a chat template of our own for images",
    OPERATORS,
    "model: none",
)
SIZES_STUBS = (
    "processor: Glm4vImageProcessor and Glm4vImageProcessorFast with their defaults, no checkpoint's preprocessor_config",
    OPERATORS,
)


def _glm4(name: str, target: str, *dialects: str, **settings: object) -> Stack:
    return Stack(
        name, "glm4", GLM4, source="GLM4_REPO", environment="glm-4", targets={target: dialects}, settings=settings,
        versions={"transformers": "4.57.1", "datasets": "3.6.0"}, stages=STAGES, stubs=GLM4_STUBS,
    )  # fmt: skip


def _llamafactory(name: str, template: str, *dialects: str) -> Stack:
    return Stack(
        name, "llamafactory", LF, ("llamafactory==0.9.5", "peft==0.18.1"), environment="llamafactory",
        targets={"llama-factory": dialects}, settings={"template": template}, config="dataset_info",
        versions={"transformers": "5.2.0", "datasets": "4.0.0"}, stages=("load", "map", "collate"), stubs=LF_STUBS,
    )  # fmt: skip


def _swift(name: str, *, strict: bool) -> Stack:
    return Stack(
        name, "swift", SWIFT, ("ms-swift==4.5.2",), environment="ms-swift",
        targets={"ms-swift": ("swift", "openai", "sharegpt", "alpaca")}, settings={"strict": strict},
        versions={"transformers": "4.57.1", "datasets": "4.8.4"}, stages=("load", "map", "step"), stubs=SWIFT_STUBS,
    )  # fmt: skip


def _sizes(name: str, environment: str, transformers: str) -> Stack:
    return Stack(
        name, "glm4v_images", (), environment=environment, targets={"trl": ("openai",)}, settings={"chat_template": "glm4_5"},
        versions={"transformers": transformers}, stages=("collate",), stubs=SIZES_STUBS, sizes=True,
    )  # fmt: skip


OLD = {"transformers": "4.40.0", "datasets": "3.6.0"}
CHATGLM3 = Stack(
    "chatglm3", "chatglm3", GLM3, source="CHATGLM3_REPO", targets={"chatglm3": ("chatglm3", "tokenized")},
    versions=OLD, stages=STAGES, stubs=GLM3_STUBS,
)  # fmt: skip


def _whole(environment: str, source: str, requires: tuple[str, ...], versions: dict[str, str], *targets: str) -> Stack:
    """The scripts' main(), on training configs."""
    return Stack(
        f"{environment}-main", "scripts", requires, source=source, environment=environment, targets=dict.fromkeys(targets, ()),
        versions=versions, stages=("config", *STAGES), stubs=GLM3_STUBS if source == "CHATGLM3_REPO" else GLM4_STUBS, whole=True,
    )  # fmt: skip


TRAINERS: list[Stack] = [
    CHATGLM3,
    _whole("chatglm3", "CHATGLM3_REPO", GLM3, OLD, "chatglm3"),
    _whole("glm-4", "GLM4_REPO", GLM4, {"transformers": "4.57.1", "datasets": "3.6.0"}, "glm-4", "glm-4v"),
    _glm4("glm-4", "glm-4", "glm", "tokenized", combine=True, chat_template="python"),
    _glm4("glm-4-turns", "glm-4", "glm", combine=False, chat_template="python"),
    _glm4("glm-4v", "glm-4v", "glm-4v", "tokenized"),
    _llamafactory("llamafactory", "glm4v", "sharegpt", "alpaca"),
    _llamafactory("llamafactory-text", "glm4", "sharegpt", "alpaca", "openai"),
    _llamafactory("llamafactory-4.5v", "glm4_5v", "sharegpt"),
    dataclasses.replace(
        _llamafactory("llamafactory-configs", "glm4"), stanzas=True, settings={}, stages=("config", "load", "map", "collate")
    ),
    _swift("ms-swift", strict=False),
    _swift("ms-swift-strict", strict=True),
    Stack(
        "trl", "trl", TRL, VISION, targets={"trl": ("openai", "tokenized")}, settings={"chat_template": "glm4_5"}, versions={"transformers": "5.2.0", "datasets": "5.2.0"},
        stages=("load", "map", "collate", "step", "eval"), stubs=TRL_STUBS,
    ),
    _sizes("glm4v-images-4.57.1", "transformers-4.57.1", "4.57.1"),
    _sizes("glm4v-images-5.2.0", "trl", "5.2.0"),
]  # fmt: skip
