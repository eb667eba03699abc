"""What a trainer does with data, fact by fact in two languages, each with its source: what ``glm-lint targets NAME`` prints.

One file for each target, and one for what `datasets` does for all of them. Rules never ask here: what they need stands in
the target itself. So nothing of this is read by a check.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ...wording import Text
from .. import Target, halves
from ..versions import in_words

TOPICS: Final[dict[str, Text]] = {
    "files": Text("files", "文件"),
    "loading": Text("loading", "加载"),
    "records": Text("records", "记录"),
    "roles": Text("roles", "角色"),
    "order": Text("order", "顺序"),
    "learned": Text("trained on", "参与训练"),
    "images": Text("images", "图片"),
    "size": Text("image size", "图片尺寸"),
    "placeholders": Text("placeholders", "占位符"),
    "tools": Text("tools", "工具"),
    "thinking": Text("thinking", "思考"),
    "rows": Text("tokenized rows", "分词后的行"),
    "ids": Text("special ids", "特殊 id"),
    "length": Text("length", "长度"),
    "dropped": Text("dropped", "丢弃"),
    "changed": Text("changed", "改动"),
}
"""The topics in the order they are printed."""


class Fact(BaseModel):
    """One thing a trainer does, and for which settings and package versions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    say: str
    """``"English | 中文"``."""
    source: str = Field(min_length=1)
    """Where the trainer's code says so: path and lines at the commit of the target, or package, version and file."""
    evidence: Literal["ran", "read"] = "ran"
    when: dict[str, Any] = {}
    """A setting of the target with the values, or a package with the versions, for which it holds; empty: always."""

    @property
    def text(self) -> Text:
        """The sentence in both languages."""
        return halves(self.say)

    def condition(self, target: Target) -> Text:
        """For which settings and versions it holds, in words; empty if always."""
        said = []
        for key, wanted in self.when.items():
            values = wanted if isinstance(wanted, list) else [wanted]
            if key in target.settings:
                shown = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
                said.append(Text(f"{key} {', '.join(shown)}", f"{key} 为 {'、'.join(shown)}"))
            else:
                words = in_words(values)
                said.append(Text(f"{key} {words.en}", f"{key} {words.zh}"))
        return Text("; ".join(one.en for one in said), "；".join(one.zh for one in said))


def facts(target: Target) -> dict[str, list[Fact]]:
    """The facts of a target by topic, in the order of TOPICS; those of the files it extends come last in each."""
    own = [_read(name) for name in (target.name, *target.extends)]
    return {topic: found for topic in TOPICS if (found := [fact for one in own for fact in one.get(topic, [])])}


def _read(name: str) -> dict[str, list[Fact]]:
    file = files(__package__).joinpath(f"{name}.toml")
    if not file.is_file():
        return {}
    with file.open("rb") as handle:
        raw: dict[str, list[dict[str, Any]]] = tomllib.load(handle)
    return {topic: [Fact.model_validate(one) for one in listed] for topic, listed in raw.items()}
