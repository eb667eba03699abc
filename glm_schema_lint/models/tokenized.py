"""The dialect ``tokenized``: rows of token ids, as the collator of a trainer takes them. One model per split kind."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from .base import Model, described, key


class _Row(Model):
    input_ids: list[int] = key(
        "Token ids of the prompt (eval) or of prompt and answer (train).",
        "提示（评估）或提示加回答（训练）的 token id。",
        dtype="int64",
        shape="(tokens,)",
        read_by=["glm-4", "glm-4v", "chatglm3", "trl", "hf-trainer"],
    )
    attention_mask: list[int] | None = key(
        "1 for a token, 0 for padding.",
        "1 表示 token，0 表示填充。",
        None,
        dtype="int64",
        shape="(tokens,)",
        read_by=["glm-4v", "hf-trainer"],
    )
    position_ids: list[int] | None = key(
        "Position of each token; for GLM-4V 0, 1, 2 ... before the image is spread to 1600 places.",
        "每个 token 的位置；GLM-4V 在图片展开为 1600 个位置之前为 0、1、2……",
        None,
        dtype="int64",
        shape="(tokens,)",
        read_by=["glm-4v", "hf-trainer"],
    )
    images: Any = key(
        "GLM-4V: the normalised pixels of the one image.",
        "GLM-4V：唯一一张图片的归一化像素。",
        None,
        dtype="float32",
        shape="(3, 1120, 1120)",
        unit="CLIP-normalised intensity",
        read_by=["glm-4v"],
    )
    pixel_values: Any = key(
        "GLM-4.1V and later: the pixels of all images, one row per 14x14 patch.",
        "GLM-4.1V 及以后：所有图片的像素，每个 14x14 小块一行。",
        None,
        dtype="float32",
        shape="(patches, 1176)",
        unit="CLIP-normalised intensity",
        read_by=["hf-trainer"],
    )
    image_grid_thw: list[list[int]] | None = key(
        "Patches of each image: frames, rows, columns.",
        "每张图片的小块数：帧、行、列。",
        None,
        dtype="int64",
        shape="(images, 3)",
        unit="patches",
        read_by=["hf-trainer"],
    )
    mm_token_type_ids: list[int] | None = key(
        "0 for text, 1 for image, 2 for video; transformers 5 asks for it where media are given.",
        "0 为文本，1 为图片，2 为视频；transformers 5 在有媒体时必需。",
        None,
        dtype="int64",
        shape="(tokens,)",
        read_by=["hf-trainer"],
    )


class TrainRow(_Row):
    """A tokenized row to train on."""

    model_config = ConfigDict(json_schema_extra=described("用于训练的一行 token。"))

    labels: list[int] = key(
        "What is learned at each token: its id, or -100 for nothing.",
        "每个 token 处要学习的 id，-100 表示不学。",
        dtype="int64",
        shape="(tokens,)",
        read_by=["glm-4", "glm-4v", "chatglm3", "trl", "hf-trainer"],
    )


class EvalRow(_Row):
    """A tokenized row to evaluate on: a prompt, and the answer in ``output_ids`` (GLM-4 scripts) or ``labels``."""

    model_config = ConfigDict(
        json_schema_extra=described("用于评估的一行 token：提示，以及放在 output_ids（GLM-4 脚本）或 labels 中的答案。")
    )

    output_ids: list[int] | None = key(
        "Ids of the reference answer; the GLM-4 scripts take them out of the batch and score against them.",
        "参考答案的 id；GLM-4 脚本把它从 batch 中取出用于打分。",
        None,
        dtype="int64",
        shape="(answer tokens,)",
        read_by=["glm-4", "glm-4v", "chatglm3"],
    )
    labels: list[int] | None = key(
        'Beside `output_ids`: lets `del inputs["labels"]` of the GLM-4 scripts succeed under every transformers '
        "version. For a plain Trainer the targets of the loss.",
        '与 `output_ids` 并存：使 GLM-4 脚本的 `del inputs["labels"]` 在任何 transformers 版本下都成功；'
        "普通 Trainer 用它计算损失。",
        None,
        dtype="int64",
        shape="(tokens,)",
        read_by=["glm-4", "glm-4v", "trl", "hf-trainer"],
    )
