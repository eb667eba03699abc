"""CFG003: a listed tags block without system_tag, over records that begin with a system message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...config.blame import mapping_in_force, wrong_tags
from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote
from ._place import place


class SystemTagMissing(ConversationRule):
    """A block that lists some tags sets all the others to None."""

    name = "system-tag-missing"
    code = "CFG003"
    title = Text(
        "tags without system_tag, records with a system message", "tags 中缺少 system_tag，而记录带有 system 消息"
    )
    messages: ClassVar = {
        "": Text(
            "tags of '{name}' list no system_tag, so it is None; records begin with role '{role}'",
            "'{name}' 的 tags 没有列出 system_tag，它的值就是 None；而记录以 '{role}' 角色开头",
        ),
    }
    helps: ClassVar = {"": Text('add "system_tag": "{role}" to tags', '在 tags 中加上 "system_tag": "{role}"')}

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """One hit per record that opens with a system message the stanza cannot know."""
        mapping = mapping_in_force(ctx.split, ctx.target)
        if mapping is None:
            return
        stanza = ctx.split.stanza or ""
        for turn, tag, case in wrong_tags(talk, mapping):
            if tag == "system_tag" and case == "unset":
                yield Hit(
                    turn.role_pointer, "openai" if mapping.formatting == "openai" else "", quote(turn.role),
                    values={"name": stanza, "role": turn.role}, location=place(ctx, stanza, "tags", tag),
                )  # fmt: skip
