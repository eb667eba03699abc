"""Decide, before any shard starts: the dialect of every split and the target, from evidence, with the reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from functools import reduce
from operator import or_
from typing import Any, Final

from .. import models, sources
from ..record import Dataset, Split
from ..targets import NAMES, Target, load, load_all
from ..wording import Text
from .outline import PLACEHOLDER

SAMPLE = 100
BULK: Final = 5
"""A mark counts if more than one in so many carry it, of the sampled records in the splits of one dialect.

A trainer's own format marks most of its records, and where it mixes (text beside images, talk beside tool calls) a good
part of them; a slip of the pen marks a few. A slip is a finding, not a reason to judge by another trainer.
"""
EVERY: Final = "all"
"""What stands for every target, to compare them."""
_RAW: Final = tuple(name for name in NAMES if name != "hf-trainer")
"""The targets that read raw records."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The targets a run judges by: one, or several candidates; ``source`` is option, config, evidence or none."""

    names: tuple[str, ...]
    source: str
    reason: Text


@dataclass(slots=True)
class Evidence:
    """What the first records of the splits show."""

    dialects: Counter[str] = field(default_factory=Counter)
    """Splits by dialect."""
    records: Counter[str] = field(default_factory=Counter)
    """Records of a dialect of ours, by the dialect of their split."""
    talks: Counter[str] = field(default_factory=Counter)
    """Those that hold a list of messages."""
    message_keys: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Talks by the dialect of their split and the keys that some message of theirs fills."""
    roles: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Talks by the dialect of their split and the roles they name."""
    beside: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Records of a dialect of ours by the dialect of their split and their columns."""
    pictured: int = 0
    """Talks with images beside the messages."""
    columns: Counter[str] = field(default_factory=Counter)
    """All records by column."""
    plain: list[dict[str, Any]] = field(default_factory=list)
    """Records of columns: alpaca, or of no dialect of ours."""
    marked: int = 0
    """Pictured talks of which a text marks the place of an image."""

    def __or__(self, other: Evidence) -> Evidence:
        return Evidence(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def _bulk(counted: Counter[tuple[str, str]], records: Counter[str]) -> set[str]:
    """The marks that more than a fifth of the records of some dialect carry."""
    return {mark for (dialect, mark), number in counted.items() if number * BULK > records[dialect]}


def look(datasets: list[Dataset]) -> list[Evidence]:
    """Sample every split, set its dialect where no config did, and gather evidence for each dataset."""
    gathered = []
    for dataset in datasets:
        gathered.append(evidence := Evidence())
        for split in dataset.splits:
            values = _sample(split)
            if split.mapping is not None:
                split.mapping = split.mapping.seen(values)
            if split.dialect is None:
                votes = Counter(d for value in values if (d := models.detect(value)))
                split.dialect = votes.most_common(1)[0][0] if votes else None
            if split.dialect:
                evidence.dialects[split.dialect] += 1
            split.columns = frozenset(key for value in values if isinstance(value, dict) for key in value)
            first = next(iter(values), None)
            split.opens = (
                frozenset(k for k, v in first.items() if v is not None) if isinstance(first, dict) else split.opens
            )
            for value in values:
                _gather(value, split, evidence)
    return gathered


def _sample(split: Split) -> list[Any]:
    values: list[Any] = []
    for file in split.files:
        values.extend(record.value for record in sources.sample(file, SAMPLE - len(values)))
        if len(values) >= SAMPLE:
            break
    return values


def _gather(value: Any, split: Split, evidence: Evidence) -> None:
    if not isinstance(value, dict):
        return
    evidence.columns.update(value.keys())
    dialect, own = split.dialect or "", models.detect(value)
    if own in (None, "alpaca"):
        evidence.plain.append(value)
    if own is not None:
        evidence.records[dialect] += 1
        evidence.beside.update((dialect, column) for column in value)
    messages = value.get("messages", value.get("conversations"))
    if not isinstance(messages, list):
        return
    turns = [message for message in messages if isinstance(message, dict)]
    keys = {key for message in turns for key, item in message.items() if item is not None}
    roles = {role for message in turns if isinstance(role := message.get("role"), str)}
    evidence.talks[dialect] += 1
    evidence.message_keys.update((dialect, key) for key in keys)
    evidence.roles.update((dialect, role) for role in roles)
    if value.get("images"):
        evidence.pictured += 1
        evidence.marked += any(isinstance(m.get("content"), str) and PLACEHOLDER in m["content"] for m in turns)


def choose(option: str | None, datasets: list[Dataset], gathered: list[Evidence]) -> Choice:
    """The target: what was asked for, else what the evidence says, else every target that may read such records."""
    if option == EVERY:
        return Choice(NAMES, "option", Text("--target all", "--target all"))
    if option is not None:
        return Choice((option,), "option", Text("--target", "--target"))
    trained = {d.configs["training"].target: d.configs["training"].source for d in datasets if "training" in d.configs}
    if len(trained) == 1:
        name, source = next(iter(trained.items()))
        return Choice((name,), "config", Text(source, source))
    if any("dataset_info" in d.configs for d in datasets):
        return Choice(("llama-factory",), "config", Text("dataset_info.json", "dataset_info.json"))
    evidence = reduce(or_, gathered, Evidence())
    tuned = [d.configs["finetune"] for d in datasets if "finetune" in d.configs]
    if tuned:
        older = not {"combine", "freezeV"} & tuned[0].content.keys() and not evidence.columns
        if older or ("conversations" in evidence.columns and "messages" not in evidence.columns):
            return Choice(("chatglm3",), "config", Text("a finetune yaml", "finetune 配置文件"))
        vision = "image" in _bulk(evidence.message_keys, evidence.talks) if tuned[0].vision is None else tuned[0].vision
        name = "glm-4v" if vision or evidence.columns.keys() & {"images", "position_ids"} else "glm-4"
        return Choice((name,), "config", Text("a finetune yaml", "finetune 配置文件"))
    if gathered and all("tokenized" in own.dialects for own in gathered):
        return _tokenized(evidence)
    for dataset, own in zip(datasets, gathered, strict=True):
        dataset.targets = _tokenized(own).names if "tokenized" in own.dialects else tuple(_readers(dataset, own))
    fitting = [name for name in NAMES if any(name in dataset.targets for dataset in datasets)]
    for dataset in datasets:  # what nobody reads is judged by those who read its neighbours, or by everybody
        dataset.targets = dataset.targets or tuple(fitting or (target.name for target in _opening(dataset)))
    fitting = [name for name in NAMES if any(name in dataset.targets for dataset in datasets)]
    if len(fitting) == 1:
        return Choice((fitting[0],), "evidence", _why(fitting[0], evidence))
    return Choice(tuple(fitting or _RAW), "none", _shape(evidence))


def _opening(dataset: Dataset) -> list[Target]:
    return [target for target in load_all() if target.name in _RAW and _opens(target, [dataset])]


def _readers(dataset: Dataset, evidence: Evidence) -> list[str]:
    """Who reads such records; if nobody does, who nearly does."""
    raw = [target for target in load_all() if target.name in _RAW]
    opening = [target for target in raw if _opens(target, [dataset])]
    fitting = [target.name for target in opening if _fits(target, evidence)]
    if fitting := fitting or [target.name for target in raw if _fits(target, evidence)]:  # a suffix is easily mended
        as_it_is = [name for name in fitting if any(load(name).takes(value) is None for value in evidence.plain)]
        return as_it_is if as_it_is and set(evidence.dialects) == {"alpaca"} else fitting
    verdicts = {target.name: {target.takes(value) for value in evidence.plain} for target in opening}
    if reading := [name for name, said in verdicts.items() if None in said]:
        return reading
    return [name for name, said in verdicts.items() if said - {"format"}]


def _tokenized(evidence: Evidence) -> Choice:
    """Tokenized rows: the scripts of the GLM-4 repository are told by ``output_ids``, GLM-4V by what stands beside it."""
    if "output_ids" in evidence.columns:
        if evidence.columns.keys() & {"images", "position_ids"}:
            beside = ", ".join(c for c in ("output_ids", "images", "position_ids") if c in evidence.columns)
            return Choice(("glm-4v",), "evidence", Text(f"{beside} in tokenized rows", f"已分词的行里有 {beside}"))
        return Choice(("glm-4",), "evidence", Text("output_ids in tokenized rows", "已分词的行里有 output_ids"))
    return Choice(("hf-trainer",), "evidence", Text("tokenized rows without output_ids", "已分词的行，没有 output_ids"))


def _fits(target: Target, evidence: Evidence) -> bool:
    rules = target.detect
    if not set(evidence.dialects) & set(rules.dialects) or not evidence.dialects:
        return False
    keys, roles = _bulk(evidence.message_keys, evidence.talks), _bulk(evidence.roles, evidence.talks)
    if set(rules.never_message_keys) & keys or set(rules.never_roles) & roles:
        return False
    columns = _bulk(evidence.beside, evidence.records)
    if set(rules.never_columns) & columns or target.unpaired(columns):
        return False
    if rules.never_placeholders and evidence.marked * BULK > evidence.pictured:
        return False
    return {key for _, key in evidence.message_keys} >= set(rules.message_keys)  # a rare one rules out nobody


def _opens(target: Target, datasets: list[Dataset]) -> bool:
    """False if the target's script refuses the suffix of a training file: nobody keeps such files for it."""
    suffixes = target.files.train_suffix or target.files.suffixes
    names = [
        f.rel or "" for d in datasets for s in d.splits if s.kind == "train" for f in s.files if f.format != "memory"
    ]
    if not suffixes or not names:
        return True
    return any(name.removesuffix(".gz").removesuffix(".zst").endswith(tuple(suffixes)) for name in names)


def _why(name: str, evidence: Evidence) -> Text:
    keys = load(name).detect.message_keys
    if keys:
        return Text(f"'{keys[0]}' on messages", f"消息里有 '{keys[0]}'")
    return _shape(evidence)


def _shape(evidence: Evidence) -> Text:
    if not evidence.dialects and evidence.plain:
        keys = ", ".join(list(evidence.plain[0])[:4])
        return Text(f"records with {keys}", f"记录的键是 {keys}")
    kinds = ", ".join(sorted(evidence.dialects)) or "?"
    roles = sorted(r for r in _bulk(evidence.roles, evidence.talks) if r not in ("user", "assistant", "system"))[:3]
    if roles:
        return Text(f"{kinds} records, roles {', '.join(roles)}", f"{kinds} 记录，角色 {'、'.join(roles)}")
    return Text(f"{kinds} records", f"{kinds} 记录")
