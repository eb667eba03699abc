"""What a path means and which trainers read it: the words of the models, found again under a config's own names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from ..models.judge import MODELS
from ..record import Split
from ..targets import load_all
from ..wording import NOTHING, Text

Path = tuple[str, ...]
SAME: Final = {
    "messages": "messages", "conversations": "messages", "role": "role", "from": "role", "content": "content",
    "value": "content",
}  # fmt: skip
"""Keys of the models, with the field of Reads that says how trainers spell them."""
PAIRS: Final = {
    "labels": Text(
        "`output_ids`: the reference answer of evaluation rows in the GLM-4 scripts",
        "`output_ids`：GLM-4 脚本评估行里的参考答案",
    ),
    "output_ids": Text(
        "`labels`: what training rows, and every other trainer, call the answer",
        "`labels`：训练行以及其他训练程序对答案的叫法",
    ),
}
"""Two names for the answer of a tokenized row, and the start of all this: ``KeyError: 'labels'``."""
STANZA: Final = {
    "prompt": ("instruction",), "query": ("input",), "response": ("output",), "history": ("history",),
    "system": ("system",), "tools": ("tools",), "images": ("images",), "videos": ("videos",), "audios": ("audios",),
}  # fmt: skip
"""Columns of a dataset_info.json stanza, with the key of the model that they stand for."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the models say of one path. ``about`` is empty for a part of something that has a meaning."""

    about: Text = NOTHING
    read_by: tuple[str, ...] = ()
    dtype: str = ""
    shape: str = ""
    unit: str = ""
    column: str = ""
    """The column of dataset_info.json that names it."""
    within: str = ""
    """The path it is a part of, where only that has a meaning."""


def meaning(path: Path, split: Split) -> Meaning | None:
    """What ``path`` means in this split; None if it means nothing to any trainer."""
    meanings = known(_model(split))
    real, column = _canonical(path, split)
    found = meanings.get(real)
    if found is not None:
        return _readers(found, split, column)
    for size in range(len(real) - 1, 0, -1):
        above = meanings.get(real[:size])
        if above is not None:
            if any(key[:size] == real[:size] and len(key) > size for key in meanings):
                return None  # the models say what stands here, and this is none of it
            below = ".".join(part for part in path[:size] if part != "[]")
            return _readers(Meaning(read_by=above.read_by, within=below), split, "")
    return None


def _readers(found: Meaning, split: Split, column: str) -> Meaning:
    readers = ("llama-factory",) if split.mapping is not None else found.read_by
    return Meaning(found.about, readers, found.dtype, found.shape, found.unit, column, found.within)


def aliases(path: Path, dialect: str | None) -> list[str]:
    """Other spellings that trainers take for the last key of ``path``."""
    key = path[-1]
    if key not in SAME or (SAME[key] != "messages") != (len(path) > 1) or dialect in (None, "tokenized", "alpaca"):
        return []
    names: dict[str, None] = {}
    for target in load_all():
        for reads in target.reads.values():
            names.update(dict.fromkeys([getattr(reads, SAME[key]), *getattr(reads, SAME[key] + "_or")]))
    return sorted(name for name in names if name and name != key)


def _model(split: Split) -> str:
    if split.dialect == "tokenized":
        return "tokenized-train" if split.kind == "train" else "tokenized-eval"
    if split.mapping is not None:
        return str(split.mapping.formatting)
    return split.dialect or ""


def _canonical(path: Path, split: Split) -> tuple[Path, str]:
    """The model's own path for a path that dataset_info.json renames, and the column or tag that names it."""
    if split.mapping is None:
        return path, ""
    takes = split.mapping.takes
    model = split.mapping.formatting
    turns, role, content = (
        ("conversations", "from", "value") if model == "sharegpt" else ("messages", "role", "content")
    )
    if model != "alpaca" and path[0] == takes["messages"]:
        inside = {takes["role_tag"]: (role, "role_tag"), takes["content_tag"]: (content, "content_tag")}
        if len(path) > 2 and path[2] in inside:
            name, tag = inside[path[2]]
            return (turns, "[]", name, *path[3:]), tag
        return (turns, *path[1:]), "messages"
    for column, real in STANZA.items():
        if takes.get(column) == path[0] and (model == "alpaca" or column not in ("prompt", "query", "response")):
            return (*real, *path[1:]), column
    return ("", *path), ""


@cache
def known(model: str) -> dict[Path, Meaning]:
    """Every path of a model with what it says."""
    if model not in MODELS:
        return {}
    schema = MODELS[model].model_json_schema(by_alias=True)
    found: dict[Path, Meaning] = {}
    _collect(schema, schema.get("$defs", {}), (), found)
    return found


def _collect(schema: dict[str, Any], defs: dict[str, Any], path: Path, found: dict[Path, Meaning]) -> None:
    name = schema.get("$ref", "").rpartition("/")[2]
    if name:
        _collect(defs[name], defs, path, found)
    for way in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(way, []):
            _collect(one, defs, path, found)
    if isinstance(schema.get("items"), dict):
        _collect(schema["items"], defs, (*path, "[]"), found)
    for key, below in schema.get("properties", {}).items():
        here = (*path, key)
        about = Text(below.get("description", ""), below.get("x-description-zh", ""))
        facts = {fact: str(below.get(f"x-{fact}", "")) for fact in ("dtype", "shape", "unit")}
        found[here] = Meaning(about, tuple(below.get("x-read-by", ())), **facts)
        _collect(below, defs, here, found)
