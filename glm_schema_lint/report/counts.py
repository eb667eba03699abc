"""How much of each split a block of findings concerns: records, or files where it is about files."""

from __future__ import annotations

from ..engine.run import Result
from ..finding import Group
from ..rules._show import safe
from ..wording import Lang


def concerned(block: list[Group], result: Result, lang: Lang) -> str:
    """How many records of each split are concerned; of what is said of files, how many files."""
    splits = {split.name: split for split in result.splits}
    merged: dict[str, list[Group]] = {}
    for group in block:
        merged.setdefault(group.key.split or group.key.file or "", []).append(group)
    parts = []
    for name, groups in merged.items():
        split = splits.get(name)
        files = {group.key.file for group in groups}
        if split is not None and len(split.files) > 0 and all(_of_file(group) for group in groups):
            parts.append(f"{safe(name)}: {_share(len(files & set(split.files)), len(split.files), lang)}")
        else:
            total = split.records + split.unread if split is not None else 0
            parts.append(f"{safe(name)}: {_part(sum(group.records for group in groups), total, lang)}")
        if len(parts) == 4 and len(merged) > 4:
            parts.append("…")
            break
    return ", ".join(parts)


def _of_file(group: Group) -> bool:
    """True if the finding is about a file or a split as such: it names no record, and counts none."""
    return group.records == 1 and all(finding.location.record is None for finding in group.examples)


def _share(files: int, total: int, lang: Lang) -> str:
    """Files of a split, in words where there is but one; none of them if it is the split that a finding is about."""
    if not files:
        return "整个划分" if lang == "zh" else "the whole split"
    if total == 1:
        return "整个文件" if lang == "zh" else "the whole file"
    return f"{files} / {total} 个文件" if lang == "zh" else f"{files} of {total} files"


def _part(records: int, total: int, lang: Lang) -> str:
    """Records of a split, and their share if it is not all of them."""
    if not total or records > total:
        return f"{records:,}"
    share = "" if records == total else f" ({records / total:.1%})" if records / total >= 0.001 else " (<0.1%)"
    return f"{records:,} / {total:,} 条{share}" if lang == "zh" else f"{records:,} of {total:,}{share}"
