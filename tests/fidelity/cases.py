"""The list of cases, fixed before any run: every clean form and every fault, in train and in evaluation, for each stack and target."""

from __future__ import annotations

import functools
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glm_schema_lint import targets

from . import configs, mutate, rows, stanzas
from .protocol import Case, Stack
from .stacks import CONFIGS

COUNT, INDEX = 8, 3
COUNTS = {"chatglm3": 56}  # its script takes the first 50 evaluation rows, and stops where there are fewer
KINDS = ("train", "eval")
SPLITS = {"train": "train", "eval": "validation", "test": "test"}
# Widths and heights about the limits of Glm4vImageProcessor: sides of 28, 200 times as long as wide, fewest and most pixels.
SIZES = (
    (1, 1), (1, 3), (3, 1), (1, 30), (14, 14), (14, 500), (500, 14), (27, 27), (27, 28), (28, 27), (28, 28), (27, 100), (100, 27),
    (28, 29), (41, 41), (42, 42), (43, 43), (28, 5600), (28, 5601), (5600, 28), (5601, 28), (30, 6000), (30, 6001), (6001, 30),
    (10, 2000), (10, 2001), (50, 9000), (9000, 50), (3, 599), (84, 84), (98, 98), (79, 79), (80, 80), (111, 113), (112, 112),
    (126, 140), (224, 224), (333, 777), (336, 336), (448, 448), (480, 640), (640, 480), (640, 640), (690, 3000), (1000, 1000),
    (1024, 768), (1120, 1120), (1280, 720), (1920, 1080), (2184, 2184), (2195, 2195), (2420, 2430), (2424, 2425), (3000, 4000),
    (3840, 2160), (4000, 3000), (3500, 1680), (3501, 1681), (5000, 2500), (8000, 1000),
)  # fmt: skip
# One dialect is enough for what is slow; and a sample for every push: one fault of each sort.
SAMPLE = (
    "clean", "role-unknown", "role-number", "content-null", "content-parts", "every-content-date", "line-cut", "mark-of-utf8",
    "array", "key-twice", "latin1-byte", "file-of-no-bytes", "column-number-then-text", "column-more", "late-column",
    "labels-ignored", "labels-longer", "mask-shorter", "id-negative", "ids-empty", "ids-float", "every-labels-absent",
    "keyerror-labels",
)  # fmt: skip


def cases(stack: Stack, root: Path, *, sample: bool = False, only: str = "") -> Iterator[Case]:
    """The cases of a stack, laid out under ``root``."""
    if stack.sizes:
        yield from (_sized(stack, size, root) for size in SIZES if only in f"image-{size[0]}x{size[1]}")
        return
    if stack.whole:
        yield from configs.cases(stack, root, only)
        return
    if stack.stanzas:
        yield from stanzas.cases(stack, root, only)
        return
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
                kinds = (*KINDS, "test") if _scripted(target, dialect) else KINDS  # predicted after training
                for kind in kinds if made else ("train",):
                    if made and _scripted(target, dialect) and not rows.applies(target, fault, kind):
                        continue
                    for form in made.formats if made and stack.columnar else ("jsonl",):
                        for loading in _loadings(stack, target):
                            yield _case(stack, target, dialect, title, made, variant, kind, form, loading, root)
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
    loading: str,
    root: Path,
) -> Case:
    size = COUNTS.get(target, COUNT)
    form_of = variant or (made.variant if made and made.variant in mutate.variants(dialect) else "plain")
    good = mutate.clean(dialect, form_of, count=3 * size)
    good.records = good.records[-size:]  # rows of its own: no leak between splits
    other = "eval" if kind == "train" else "train"
    first = None
    if _scripted(target, dialect):
        first = functools.partial(rows.prepare, target, kind)
        rows.prepare(target, other, good.records)
    bad = (
        mutate.broken(dialect, made.name, count=size, index=INDEX, prepare=first)
        if made
        else mutate.clean(dialect, form_of, count=size, index=INDEX)
    )
    if first and not made:
        first(bad.records)
    for record in good.records:
        record.update(bad.elsewhere)
        for name in bad.nowhere:
            record.pop(name, None)
    if first:
        rows.finish(kind, bad.records)
        rows.finish(other, good.records)
        if kind != "train" and bad.pointer:
            bad.pointer = bad.pointer.replace("/labels", "/output_ids")
    hurt = SPLITS[kind]
    works = {"train": bad, "validation": good} if kind == "train" else {"train": good, hurt: bad}
    extra: dict[str, Any] = {
        "splits": {split: f"{split}.{mutate.ENDINGS.get(target, form)}" for split in works},
        "dialect": dialect,
        "fault": title,
        "kind": kind,
    }
    way = f" {loading}" if loading and len(stack.loadings) > 1 else ""
    settings = {**stack.settings, "loading": loading} if loading else stack.settings
    folder = root / (stack.config or "plain") / dialect / title.replace(":", "-") / f"{kind}-{form}{loading}"
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
    name = f"{stack.name} {target} {dialect}/{title} {kind}" + ("" if form == "jsonl" else f" {form}") + way
    return Case(
        name, stack.name, target, dialect, title, kind, str(folder), extra["splits"], settings, stack.versions,
        hurt if made else None, record, pointer,
    )  # fmt: skip


def _loadings(stack: Stack, target: str) -> tuple[str, ...]:
    """How the splits are loaded, where that is the user's choice; one case for each."""
    return stack.loadings if "loading" in targets.load(target).settings else ("",)


def _scripted(target: str, dialect: str) -> bool:
    return dialect == "tokenized" and target in rows.SCRIPTS


def _sized(stack: Stack, size: tuple[int, int], root: Path) -> Case:
    """Good records, of which one names an image of the given size."""
    (target,) = stack.targets
    work, name = mutate.clean("openai", "images", count=COUNT, index=INDEX), f"image-{size[0]}x{size[1]}"
    work.record["images"] = ["images/odd.png"]
    folder = root / "sizes" / name
    (folder / "images").mkdir(parents=True, exist_ok=True)
    for path, data in {
        **work.files,
        "images/odd.png": mutate.picture(name, size=size),
        "train.jsonl": work.data,
    }.items():
        (folder / path).write_bytes(data)
    return Case(
        f"{stack.name} {target} {name}", stack.name, target, "openai", name, "train", str(folder), {"train": "train.jsonl"}, stack.settings, stack.versions,
        "train", INDEX, "/images/0",
    )  # fmt: skip


def _parquet(rows: list[Any]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def _story(stack: Stack, name: str, target: str, root: Path) -> Case:
    """The bug all this began with: train rows carry labels, evaluation rows carry output_ids."""
    made = mutate.clean("tokenized", count=3 * COUNT).records
    for row in made[COUNT:]:
        row["output_ids"] = [i for i in row.pop("labels") if i != -100]
    folder = root / "stories" / f"{name}-{target}"
    folder.mkdir(parents=True, exist_ok=True)
    parts = {"train": made[:COUNT], "validation": made[COUNT : 2 * COUNT]}
    if target == "glm-4v":
        for row in made:
            rows.with_image(row)
    else:
        for row in made:
            del row["attention_mask"]
    for split, part in parts.items():
        (folder / f"{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part), "utf-8")
    settings = {**stack.settings, "predict_with_generate": True}
    splits = {split: f"{split}.jsonl" for split in parts}
    return Case(
        f"{stack.name} {target} {name}", stack.name, target, "tokenized", name, "eval", str(folder), splits, settings, stack.versions,
        "validation", 0, "/labels",
    )  # fmt: skip
