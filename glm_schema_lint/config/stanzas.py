"""dataset_info.json as LLaMA-Factory reads it (src/llamafactory/data/parser.py, loader.py)."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from ..location import pointer
from ..record import Problem
from ..show import safe
from .mapping import COLUMNS, FORMATTINGS, TAGS, Mapping, read_mapping

FILE: Final = "dataset_info.json"
TYPES: Final = {
    ".arrow": "arrow",
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "json",
    ".parquet": "parquet",
    ".txt": "text",
}
"""Suffixes the trainer opens, with the builder it takes (constants.py FILEEXT2TYPE)."""
READABLE: Final = frozenset({".json", ".jsonl", ".parquet", ".arrow"})
HUBS: Final = ("hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name")
SHIPPED: Final = frozenset({
    "identity.json", "self_cognition.json", "alpaca_en_demo.json", "alpaca_zh_demo.json",
    "glaive_toolcall_en_demo.json",
    "glaive_toolcall_zh_demo.json", "glaive_toolcall_10k.json", "mllm_demo.json", "mllm_audio_demo.json",
    "mllm_video_demo.json", "mllm_video_audio_demo.json", "dpo_en_demo.json", "dpo_zh_demo.json", "kto_en_demo.json",
    "wiki_demo.txt", "c4_demo.json", "c4_demo.jsonl", "alpaca_data_en_52k.json", "alpaca_data_zh_51k.json",
    "alpaca_gpt4_data_en.json", "alpaca_gpt4_data_zh.json", "lima.json", "oaast_sft.json", "oaast_sft_zh.json",
    "oaast_rm.json", "oaast_rm_zh.json", "comparison_gpt4_data_en.json", "comparison_gpt4_data_zh.json",
})  # fmt: skip
"""Files of the demo stanzas: people add their own to a copy of the shipped file and leave the demo data behind."""


@dataclass(frozen=True, slots=True)
class Stanza:
    """One entry. ``listed`` is every file the trainer opens, ``files`` those of them that are read here.

    ``source`` is ``file``, or the key of a hub, script or cloud entry: nothing of those is on this machine.
    """

    name: str
    mapping: Mapping
    source: str = "file"
    written: str = ""
    listed: list[Path] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    dialect: str | None = None
    """None: the records' own keys decide, as everywhere; ``mapping`` says how the trainer reads them."""
    keys: tuple[str, ...] = ()
    """What the entry holds, as written."""

    @property
    def sft(self) -> bool:
        """True for supervised fine-tuning; preference, KTO and pretraining stanzas are not judged as conversations."""
        return self.mapping.sft


def is_dataset_info(path: Path) -> bool:
    """True unless the file is one that `datasets` itself writes under the same name (save_to_disk, builder caches)."""
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return True
    try:
        info = json.loads(text)
    except (ValueError, RecursionError):
        return not re.search(r'"(features|builder_name|download_checksums)"\s*:', text)
    if not isinstance(info, dict):
        return True
    return not ({"features", "builder_name", "citation", "download_checksums"} & set(info)) or any(
        isinstance(v, dict) and ("file_name" in v or any(h in v for h in HUBS)) for v in info.values()
    )


def dataset_info(path: Path) -> tuple[list[Stanza], list[Problem]]:
    """The stanzas of a dataset_info.json, hub stanzas among them, and what is wrong with the file or a stanza."""
    try:
        info = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        reason = (error.strerror or "unreadable") if isinstance(error, OSError) else str(error) or type(error).__name__
        return [], [Problem("dataset-info-unreadable", line=line, values={"reason": reason})]
    if not isinstance(info, dict):
        return [], [Problem("dataset-info-unreadable", "not-object", found=_kind(info), values={"type": _kind(info)})]
    stanzas: list[Stanza] = []
    problems: list[Problem] = []
    for name, entry in ((safe(key), value) for key, value in info.items()):
        found = list(_faults(name, entry))
        problems.extend(found)
        if isinstance(entry, dict) and not any(p.case in ("block", "no-source") for p in found):
            stanza, more = _stanza(path.parent, name, entry)
            stanzas.append(replace(stanza, keys=tuple(map(safe, entry))))
            problems.extend(more)
    return stanzas, problems


def unregistered(root: Path, stanzas: list[Stanza]) -> list[Path]:
    """Data files directly in ``root`` that no stanza names: the trainer never sees them. Not a defect."""
    named = {file.resolve() for stanza in stanzas for file in stanza.listed}
    files = (p for p in sorted(root.iterdir()) if p.suffix in READABLE and p.name != FILE and p.is_file())
    return [p for p in files if p.resolve() not in named]


def _faults(name: str, entry: Any) -> list[Problem]:
    """What parser.py or the converter look-up fails on, wherever the data are."""

    def fault(case: str, found: Any, *at: str, **values: object) -> Problem:
        shown = repr(found)[:80] if isinstance(found, str) else _kind(found)
        return Problem("stanza-invalid", case, pointer=pointer(name, *at), found=shown, values={"name": name, **values})

    if not isinstance(entry, dict):
        return [fault("not-object", entry)]
    if any(hub in entry for hub in HUBS):
        return []
    if "file_name" not in entry:
        return [fault("no-source", ", ".join(map(str, entry))[:78])]
    found: list[Problem] = []
    if not isinstance(entry["file_name"], str):
        found.append(fault("not-a-name", entry["file_name"], "file_name", key="file_name"))
    formatting = entry.get("formatting", "alpaca")
    if formatting not in FORMATTINGS:
        found.append(fault("formatting", formatting, "formatting"))
    for block, known in (("columns", COLUMNS), ("tags", TAGS)):
        if block in entry and not isinstance(entry[block], dict):
            found.append(fault("block", entry[block], block, key=block))
        elif block in entry:
            odd = [(k, entry[block][k]) for k in known if not isinstance(entry[block].get(k), str | None)]
            found.extend(fault("not-a-name", value, block, k, key=k) for k, value in odd)
    split = entry.get("split", "train")
    if not isinstance(split, str) or not re.fullmatch(r"(train(\[.*?\])?)(\+train(\[.*?\])?)*", split):
        found.append(fault("split", split, "split"))
    return found


def _stanza(folder: Path, name: str, entry: dict[str, Any]) -> tuple[Stanza, list[Problem]]:
    mapping = read_mapping(entry)
    for hub in HUBS:
        if hub in entry:
            return Stanza(name, mapping, hub), []
    written = entry["file_name"]
    if not isinstance(written, str):
        return Stanza(name, mapping), []
    path, at = Path(os.path.join(folder, written)), pointer(name, "file_name")
    values: dict[str, object] = {"name": name, "path": written, "split": name, "kind": "train"}
    if os.path.isdir(path):  # unlike Path.is_dir, says no to a name that is too long
        listed = [path / child for child in sorted(os.listdir(path))]
        stanza = Stanza(
            name, mapping, "file", written, listed, [p for p in listed if p.suffix in READABLE and p.is_file()]
        )
        return stanza, _strays(listed, at, values)
    if os.path.isfile(path):
        return Stanza(name, mapping, "file", written, [path], [path] if path.suffix in READABLE else []), []
    if written in SHIPPED:
        return Stanza(name, mapping, "file", written), []
    case, expected = "", None
    parts = written.replace("\\", "/").removeprefix("./").split("/")
    tail = "/".join(parts[1:])
    if tail and os.path.exists(folder / tail):
        case, expected = "doubled", f"'{tail}'"
    return Stanza(name, mapping, "file", written), [
        Problem("split-file-missing", case, pointer=at, found=f"'{written}'"[:80], expected=expected,
                values={**values, "folder": os.path.join(folder, "")})
    ]  # fmt: skip


def _strays(listed: list[Path], at: str, values: dict[str, object]) -> list[Problem]:
    """A folder is read whole: every name in it must be of one type, hidden files and subfolders too."""
    if not listed:
        return [Problem("stray-file", "empty", pointer=at, found=f"'{values['path']}'"[:80], values=values)]
    kinds = [TYPES.get(p.suffix) for p in listed]
    known = [kind for kind in kinds if kind]
    if not known or len(set(kinds)) == 1:
        return []
    usual = max(known, key=known.count)
    odd = [p.name + ("/" if p.is_dir() else "") for p, kind in zip(listed, kinds, strict=True) if kind != usual]
    return [
        Problem(
            "stray-file",
            pointer=at,
            found=f"'{odd[0]}'"[:80],
            values={**values, "file": odd[0], "count": len(odd), "type": usual},
        )
    ]


def _kind(value: Any) -> str:
    names: dict[type, str] = {
        dict: "object",
        list: "list",
        str: "string",
        bool: "boolean",
        int: "integer",
        float: "number",
    }
    return "null" if value is None else names.get(type(value), type(value).__name__)
