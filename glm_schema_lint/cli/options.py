"""Options that several commands share, each a decorator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from .bilingual import option

LEVELS = click.Choice(["none", "exists", "header", "decode"])
splits_option = option(
    "--split",
    "splits",
    multiple=True,
    metavar="NAME=GLOB",
    en="Which files are a split, e.g. validation=held_out*.jsonl.",
    zh="划分的文件，如 validation=held_out*.jsonl。",
)
with_option = option(
    "--with",
    "with_",
    multiple=True,
    metavar="PACKAGE=VERSION",
    en="A version training will use, e.g. transformers=4.46.3.",
    zh="训练时的软件版本，如 transformers=4.46.3。",
)
set_option = option(
    "--set",
    "set_",
    multiple=True,
    metavar="KEY=VALUE",
    en="A setting of the trainer, e.g. combine=false.",
    zh="训练程序的设置，如 combine=false。",
)
images_option = option(
    "--images",
    type=LEVELS,
    default="header",
    show_default=True,
    en="How far image files are read.",
    zh="图片文件检查到什么程度。",
)
image_root_option = option(
    "--image-root",
    type=click.Path(exists=True, file_okay=False),
    en="Folder that relative image paths start from.",
    zh="图片相对路径的起始目录。",
)


def typed(options: Mapping[str, Any]) -> list[str]:
    """These options as the user typed them, one word each; defaults are left out."""
    words: list[str] = []
    for name, option_ in (("splits", "--split"), ("with_", "--with"), ("set_", "--set")):
        for value in options[name]:
            words += [option_, value]
    if options["images"] != "header":
        words += ["--images", options["images"]]
    if options["image_root"] is not None:
        words += ["--image-root", options["image_root"]]
    return words
