"""The list of cases, fixed before any run: every clean form and every fault, in train and in evaluation, for each stack and target."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import mutate
from .protocol import Case, Stack
from .stacks import CONFIGS

COUNT, INDEX = 8, 3
KINDS = ("train", "eval")
# One dialect is enough for what is slow; and a sample for every push: one fault of each sort.
SAMPLE = (
    "clean", "role-unknown", "role-number", "content-null", "content-parts", "every-content-date", "line-cut", "mark-of-utf8",
    "array", "key-twice", "latin1-byte", "file-of-no-bytes", "column-number-then-text", "column-more", "late-column",
    "labels-ignored", "labels-longer", "mask-shorter", "id-negative", "ids-empty", "ids-float", "every-labels-absent",
    "keyerror-labels",
)  # fmt: skip


def cases(stack: Stack, root: Path, *, sample: bool = False, only: str = "") -> Iterator[Case]:
    """The cases of a stack, laid out under ``root``."""
    for target, dialects in stack.targets.items():
        for dialect in dialects:
            plans = [("clean", variant) for variant in mutate.variants(dialect)] + [
                (name, "") for name in mutate.names(dialect)
            ]
            for fault, variant in plans:
                title = fault if fault != "clean" or variant == "plain" else f"clean:{variant}"
                if (sample and fault not in SAMPLE) or (only and only not in title):
                    continue
                if fault != "clean" and mutate.FAULTS[fault].heavy and dialect not in (stack.heavy or ()):
                    continue
                made = mutate.FAULTS.get(fault)
                for kind in KINDS if made else ("train",):
                    for form in made.formats if made and stack.columnar else ("jsonl",):
                        yield _case(stack, target, dialect, title, made, variant, kind, form, root)
    for name, target in stack.stories.items():
        if not (sample and name not in SAMPLE) and (not only or only in name):
            yield _story(stack, name, target, root)


def _case(
    stack: Stack,
    target: str,
    dialect: str,
    title: str,
    made: mutate.Fault | None,
    variant: str,
    kind: str,
    form: str,
    root: Path,
) -> Case:
    form_of = variant or (made.variant if made and made.variant in mutate.variants(dialect) else "plain")
    good = mutate.clean(dialect, form_of, count=3 * COUNT)
    good.records = good.records[-COUNT:]  # rows of its own: no leak between splits
    bad = (
        mutate.broken(dialect, made.name, count=COUNT, index=INDEX)
        if made
        else mutate.clean(dialect, form_of, count=COUNT, index=INDEX)
    )
    for record in good.records:
        record.update(bad.elsewhere)
        for name in bad.nowhere:
            record.pop(name, None)
    works = {"train": bad, "validation": good} if kind == "train" else {"train": good, "validation": bad}
    extra: dict[str, Any] = {
        "splits": {split: f"{split}.{form}" for split in works},
        "dialect": dialect,
        "fault": title,
        "kind": kind,
    }
    folder = root / (stack.config or "plain") / dialect / title.replace(":", "-") / f"{kind}-{form}"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for split, work in works.items():
        (folder / extra["splits"][split]).write_bytes(work.data if form == "jsonl" else _parquet(work.records))
        for name, data in work.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    if stack.config:
        for name, text in CONFIGS[stack.config]({split: work.records for split, work in works.items()}, extra).items():
            (folder / name).write_text(text, "utf-8")
    record, pointer = bad.hit if made else (None, None)
    name = f"{stack.name} {target} {dialect}/{title} {kind}" + ("" if form == "jsonl" else f" {form}")
    split = "train" if kind == "train" else "validation"
    return Case(
        name, stack.name, target, dialect, title, kind, str(folder), extra["splits"], stack.settings, stack.versions,
        split if made else None, record, pointer,
    )  # fmt: skip


def _parquet(rows: list[Any]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def _story(stack: Stack, name: str, target: str, root: Path) -> Case:
    """The bug all this began with: train rows carry labels, evaluation rows carry output_ids."""
    rows = mutate.clean("tokenized", count=3 * COUNT).records
    for row in rows[COUNT:]:
        row["output_ids"] = [i for i in row.pop("labels") if i != -100]
    folder = root / "stories" / f"{name}-{target}"
    folder.mkdir(parents=True, exist_ok=True)
    parts = {"train": rows[:COUNT], "validation": rows[COUNT : 2 * COUNT]}
    if target == "glm-4v":
        for row in rows:
            _with_image(row)
    else:
        for row in rows:
            del row["attention_mask"]
    for split, part in parts.items():
        (folder / f"{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part), "utf-8")
    settings = {**stack.settings, "predict_with_generate": True}
    splits = {split: f"{split}.jsonl" for split in parts}
    return Case(
        f"{stack.name} {target} {name}", stack.name, target, "tokenized", name, "eval", str(folder), splits, settings, stack.versions,
        "validation", 0, "/labels",
    )  # fmt: skip


def _with_image(row: dict[str, Any]) -> None:
    """Make a row of the text model one of GLM-4V-9B: the pair of image tokens, positions, a few pixels."""
    pair = [151339, 151329, 151340]
    row["input_ids"][3:3] = pair
    row["attention_mask"] = [1] * len(row["input_ids"])
    row["position_ids"] = list(range(len(row["input_ids"])))
    if "labels" in row:
        row["labels"][3:3] = [-100] * 3
    row["images"] = [[[0.5, 0.25], [0.0, 1.0]] for _ in range(3)]
