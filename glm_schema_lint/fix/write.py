"""Writes the repaired dataset into a place: data files, the configs and images that belong to them, then the verdict on it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ..engine.run import Options, Result, check
from ..record import DataFile
from ..saving import settle
from ..sources import columnar
from ..sources.discover import discover
from .account import Account
from .belongs import beside, config_names, folder, is_lock, renamed
from .conversion import Conversion, edited
from .edit import Editor, Hunk
from .encoding import recoded
from .errors import FixError
from .pictures import Pictures
from .place import Place
from .plan import TEXT, Plan, Task
from .text import TextWriter, rewrite
from .values import dumped

WORK: Final = ".work"


def editor(plan: Plan, task: Task, account: Account, hunk: Hunk | None = None) -> Editor:
    """The repairs of one file, with its name as the user would type it."""
    rel = task.file.rel or ""
    shown = plan.before.shown.get(rel, rel)
    return Editor(plan.chains(task), account, rel, shown, plan.witness(task), hunk)


def preview(plan: Plan, hunk: Hunk) -> Account:
    """Everything that would be repaired, told to ``hunk``; nothing is written."""
    account = Account()
    turns = Conversion(plan, account, hunk) if plan.wish.to is not None else None
    for task in plan.tasks:
        edit = turns.editor(task) if turns is not None else editor(plan, task, account, hunk)
        for _ in edited(task, edit, None):
            pass
        _file_repairs(task, account, turns is not None)
    return account


def write(plan: Plan, place: Place) -> Account:
    """Write all files of the plan into ``place``."""
    account = Account()
    pictures = Pictures(plan, place, account)
    if plan.wish.to is not None:
        Conversion(plan, account, None).write(place, pictures)
    for task in plan.tasks if plan.wish.to is None else ():
        edit = pictures.watching(task, editor(plan, task, account))
        if task.file.format in TEXT:
            _text(task, place, edit)
        elif task.lines:
            _rows_as_lines(task, place, edit)
        else:
            _columnar(task, place, edit)
    for task in plan.tasks:
        _file_repairs(task, account, plan.wish.to is not None)
    _configs(plan, place)
    stray = next((g.key.file for g in plan.before.groups if g.key.rule == "stray-file"), None)
    if stray is not None and plan.wish.to is None:
        account.note("stray-left-out", stray, "files")
    shutil.rmtree(os.path.join(place.folder, WORK), ignore_errors=True)
    if account.read and not account.made:
        raise FixError("every record would be dropped; nothing was written", "所有记录都会被去掉；没有写出任何文件")
    return account


def _file_repairs(task: Task, account: Account, converted: bool) -> None:
    shown = task.file.rel or ""
    if converted:
        pass
    elif task.rel != shown:
        account.note("name-and-format", f"{shown} -> {task.rel}", "files")
    elif task.lines:
        account.note("one-object-per-line", shown, "files")
    for number in sorted(task.first) if not converted else ():
        account.note("schema-first", f"{shown}@{number}")
    if task.unmark and not converted:
        account.note("plain-utf-8", shown, "files")
    if task.recode:
        account.note("guessed-encoding", shown, "files")


def _text(task: Task, place: Place, edit: Any) -> None:
    renamed_ = task.rel != task.file.rel
    with recoded(task.file, task.recode, place.path(f"{WORK}/utf-8")) as file, place.create(task.rel) as out:
        changed = rewrite(file, out, edit, task.lines, None if renamed_ else True, task.first)
    if not changed and not task.recode and task.file.path is not None:
        os.remove(place.path(task.rel))
        place.copy(task.file.path, task.rel)


def _rows_as_lines(task: Task, place: Place, edit: Any) -> None:
    with place.create(task.rel) as out:
        lines = TextWriter(out, "lines", None)
        for value in edited(task, edit, None):
            lines(dumped(value, None, one_line=True))
        lines.close()


def _columnar(task: Task, place: Place, edit: Any) -> None:
    file = task.file
    try:
        with place.create(task.rel) as out:
            done = columnar.rewrite(file, out, edit.rows, task.types)
            settle(out)
    except ValueError as error:
        raise FixError(f"{file.rel}: {error}; nothing was written", f"{file.rel}：{error}；没有写出任何文件") from None
    if file.path is None:
        raise FixError("rows in memory are not written", "内存中的行不会写出")
    if done.schema is None:
        os.remove(place.path(task.rel))
        place.copy(file.path, task.rel)
    _saved(file, place, task.rel, done)


def _saved(file: DataFile, place: Place, rel: str, done: Any) -> None:
    """What save_to_disk keeps beside its Arrow files; its list of features is left out where columns changed."""
    if file.format != "arrow" or file.path is None or not (file.path.parent / "state.json").is_file():
        return
    here, there = file.path.parent, folder(rel)
    for name in ("state.json", "dataset_info.json"):
        target = place.path(there + name)
        if (here / name).is_file() and not os.path.exists(target):
            place.copy(here / name, there + name)
        if done.schema is not None and os.path.exists(target):
            value = json.loads(Path(target).read_bytes())
            if name == "dataset_info.json":
                value.update({"features": None, "splits": None})
            else:  # caches of map are found by it
                value["_fingerprint"] = f"{int(str(value.get('_fingerprint') or '0')[:15] or '0', 16) ^ 0x5EED:016x}"
            with open(target, "wb") as out:
                out.write(json.dumps(value, indent=2).encode())
                settle(out)
    above = here.parent / "dataset_dict.json"
    if "/" in rel and above.is_file() and not os.path.exists(place.path(folder(there.rstrip("/")) + above.name)):
        place.copy(above, folder(there.rstrip("/")) + above.name)


def _configs(plan: Plan, place: Place) -> None:
    """Configs as they are, but for the names of files that changed."""
    names = renamed(plan)
    for path, rel in config_names(plan):
        target = place.path(rel)
        if os.path.exists(target) or not os.path.isfile(path) or (plan.wish.to is not None and not is_lock(path)):
            continue
        data = Path(path).read_bytes()
        prefix = folder(rel)
        for old, new in names.items():
            old, new = old.removeprefix(prefix), new.removeprefix(prefix)
            data = data.replace(f'"{old}"'.encode(), f'"{new}"'.encode())
            if rel.endswith((".yaml", ".yml")):
                data = data.replace(f": {old}\n".encode(), f": {new}\n".encode())
        with place.create(rel) as out:
            out.write(data)
            settle(out)


def left_behind(plan: Plan, place: Place) -> Iterator[str]:
    """Files directly in the input folder that the output does not have: a README, a licence, a script."""
    read = {task.file.rel for task in plan.tasks} | {rel for _, rel in config_names(plan)}
    typed = {os.path.realpath(path) for path in plan.paths if os.path.isdir(path)}
    roots = {str(d.root): d for d in plan.datasets if d.root is not None and os.path.realpath(d.root) in typed}
    for root, dataset in roots.items():
        for entry in sorted(os.scandir(root), key=lambda e: e.name):
            name = f"{dataset.prefix}/{entry.name}" if dataset.prefix else entry.name
            inner = any((rel or "").startswith(f"{name}/") for rel in read)
            there = os.path.lexists(os.path.join(place.folder, name))
            if not (entry.name.startswith(".") or there or inner or name in read):
                yield entry.name + ("/" if entry.is_dir() else "")


def judged(plan: Plan, place: Place) -> Result:
    """The lint result of what was written, with addresses as they will be under the output's name."""
    typed = [os.path.join(place.folder, name) for name in _typed(plan)]
    datasets, _ = discover(typed, plan.wish.splits)
    out = place.shown.rstrip("/")
    for dataset in datasets:
        inner = os.path.relpath(dataset.root or place.folder, place.folder)
        dataset.shown = out if inner == "." else f"{out}/{inner}"
    root = plan.wish.image_root
    if root is not None and plan.datasets[0].root is not None:
        inner = os.path.relpath(os.path.realpath(root), os.path.realpath(plan.datasets[0].root))
        root = os.path.join(place.folder, inner) if not inner.startswith("..") else root
    target = plan.wish.to or plan.wish.target or (plan.choice.names[0] if len(plan.choice.names) == 1 else None)
    options = Options(
        target, versions=plan.versions, settings=plan.wish.settings, images=plan.wish.images, image_root=root
    )
    return check(datasets, options, plan.versions)


def _typed(plan: Plan) -> list[str]:
    """What to lint in place of the paths that were typed: the output's folders and files, and configs that lie elsewhere."""
    if plan.wish.to is not None:
        return [""]
    names: list[str] = []
    changed = renamed(plan)
    folders = {os.path.realpath(path) for path in plan.paths if os.path.isdir(path)}
    for dataset in plan.datasets:
        tuned, training = dataset.configs.get("finetune"), dataset.configs.get("training")
        if tuned is not None:
            names.append(f"{dataset.prefix}/{tuned.source}" if dataset.prefix else tuned.source)
        elif training is not None and not dataset.prefix and not beside(dataset, training.path):
            names += [os.path.abspath(training.path), ""]
        elif dataset.configs or (dataset.root is not None and os.path.realpath(dataset.root) in folders):
            names.append(dataset.prefix)
        else:
            rels = [file.rel or "" for split in dataset.splits for file in split.files]
            names += [changed.get(rel, rel) for rel in rels]
    return list(dict.fromkeys(names))
