"""``--to``: every split becomes one file of JSON Lines in the form of another trainer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from .. import sources
from ..config.mapping import read_mapping
from ..record import DataFile, Split
from ..saving import settle
from .account import Account
from .convert import DIALECTS, Convert
from .convert.run import pictured, stanza
from .edit import Editor, Hunk
from .encoding import recoded
from .pictures import Pictures
from .place import Place
from .plan import TEXT, Plan, Task
from .text import TextWriter, entries
from .values import dumped


def edited(task: Task, edit: Any, work: str | None) -> Iterator[Any]:
    """All values that ``edit`` makes of a file, in order; ``work`` is where text of a guessed encoding is recoded."""
    if task.file.format in TEXT:
        with recoded(task.file, task.recode, work) as file:
            for entry in entries(file):
                yield from edit(entry)
    else:
        for batch in sources.read(task.file):
            for record in batch.records:
                yield from edit.rows(record.value, record.index, True)


class Conversion:
    """Names of the new files, and how each split is read by the trainer they are for."""

    def __init__(self, plan: Plan, account: Account, hunk: Hunk | None) -> None:
        self._plan, self._account, self._hunk = plan, account, hunk
        self._to = str(plan.wish.to)
        self._names: dict[int, str] = {}
        for task in plan.tasks:
            if id(task.split) not in self._names:
                self._names[id(task.split)] = self._name(task.split)
        self._parts = self._to == "trl" and any(
            pictured(task.split, value) for task in plan.tasks for value in edited(task, _Look(), None)
        )
        self._becomes = {id(t.split): self._split(t.split) for t in plan.tasks}

    def _name(self, split: Split) -> str:
        stem = re.sub(r"\.(jsonl|json|ndjson|parquet|arrow|gz|zst)\b", "", split.name)
        name = re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "data"
        taken = set(self._names.values())
        number = 2
        while name in taken:
            name, number = f"{stem}-{number}", number + 1
        return name

    def _split(self, split: Split) -> Split:
        """The split as the trainer finds it in the output."""
        name = self._names[id(split)]
        file = DataFile(None, f"{name}.jsonl", "lines")
        made = Split(name, split.kind, [file], DIALECTS[self._to], declared=split.declared)
        if self._to == "llama-factory":
            made.stanza, made.kind = name, "train"
            made.mapping = read_mapping(stanza(f"{name}.jsonl", tools=True, images=True))
        return made

    def editor(self, task: Task) -> Editor:
        """What turns the records of a file."""
        rel = task.file.rel or ""
        becomes = self._becomes[id(task.split)]
        edit = Editor(
            [], self._account, rel, self._plan.before.shown.get(rel, rel), self._plan.witness(task, becomes), self._hunk
        )  # fmt: skip
        convert = Convert(task.split, self._to, edit.lose, self._parts)
        edit.use(self._plan.converting(task, becomes, convert))
        return edit

    def write(self, place: Place, pictures: Pictures) -> None:
        """Write the files, and the config that names them where the trainer wants one."""
        stanzas: dict[str, Any] = {}
        for number in dict.fromkeys(id(task.split) for task in self._plan.tasks):
            name = self._names[number]
            seen: set[str] = set()
            with place.create(f"{name}.jsonl") as out:
                lines = TextWriter(out, "lines", None)
                for task in self._plan.tasks:
                    if id(task.split) == number:
                        edit = pictures.watching(task, self.editor(task))
                        for value in edited(task, edit, place.path(".work/utf-8")):
                            seen.update(value)
                            lines(dumped(value, None, one_line=True))
                lines.close()
            stanzas[name] = stanza(f"{name}.jsonl", "tools" in seen, "images" in seen)
        if self._to == "llama-factory":
            with place.create("dataset_info.json") as out:
                out.write((json.dumps(stanzas, ensure_ascii=False, indent=2) + "\n").encode())
                settle(out)


class _Look:
    """Gives every value back as it is."""

    def __call__(self, entry: Any, count: bool = True) -> list[Any]:  # noqa: ARG002  an editor is asked so
        return [entry.record.value]

    def rows(self, row: Any, number: int, count: bool) -> list[Any]:  # noqa: ARG002
        """The same for a row of a columnar file."""
        return [row]
