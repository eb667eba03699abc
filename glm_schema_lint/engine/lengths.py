"""Limits of length: which records may go beyond one, and what is said where lengths or texts are not looked at."""

from __future__ import annotations

from ..rules import Context
from ..targets import Target
from ..targets.plain import PAIRED, SIDES
from ..wording import Text
from .job import Job
from .summary import SplitSummary


def room(contexts: list[Context]) -> int | None:
    """The least length that is too long for some target: no row has more tokens than its record has bytes of JSON.

    Every byte is a token at most, and the marks around a message are more than the tokens around a turn. Images and
    tools come on top: records that hold them are always measured.
    """
    bounds = []
    for ctx in contexts:
        length = ctx.target.length
        named = [ctx.setting(name) for name in (length.eval_input, length.eval_output) if name]
        bounds += [bound for bound in (ctx.limit(), *named) if type(bound) is int]
    return min(bounds, default=None)


def lengths_unknown(job: Job, contracts: list[Target]) -> list[Text]:
    """What is not known of lengths: the tokens of text, or how many are allowed."""
    several = len(contracts) > 1
    taken = [f"{t.name} {said}" if several else said for t in contracts if (said := _taken(t))]
    own = Text("", "")
    if taken:
        own = Text(f"; {', '.join(taken)} unless set", f"；不设置时 {'、'.join(taken)}")
    bounded = any(target.length.most(job.settings.get, job.max_length) is not None for target in contracts)
    if job.counter is None or not job.counter.exact:
        if not bounded:
            none = f"token lengths (no --tokenizer; no limit is known: --max-length N{own.en})"
            return [Text(none, f"token 长度（没有 --tokenizer；也不知道上限：--max-length N{own.zh}）")]
        only = "token lengths (no --tokenizer): only what is surely over the limit is reported"
        return [Text(only, "token 长度（没有 --tokenizer）：只报告必定超过上限的记录")]
    if not bounded:
        none = f"token lengths (no limit is known: --max-length N{own.en})"
        return [Text(none, f"token 长度（不知道上限：--max-length N{own.zh}）")]
    return []


def pairs_unread(contracts: list[Target], splits: list[SplitSummary]) -> list[Text]:
    """What no rule looks at where a target trains from ``prompt`` and ``completion``: all that stands inside the two."""
    if not any(target.plain_by in PAIRED for target in contracts):
        return []
    if not any(split.dialect is None and SIDES.issubset(split.columns) for split in splits):
        return []
    return [
        Text(
            "roles, texts and lengths inside prompt and completion",
            "prompt 和 completion 里面的角色、文字和长度",
        )
    ]


def _taken(target: Target) -> str:
    """The limit a trainer takes where nobody sets one, by the name of its setting: ``max_length=1024``."""
    known = ((name, target.settings.get(name)) for name in target.length.limit)
    return ", ".join(f"{name}={one.unset}" for name, one in known if one is not None and one.unset is not None)
