"""CFG005: formatting openai writes a line of its own into the system prompt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...config.blame import mapping_in_force
from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._place import place


class SystemPromptInjected(ConversationRule):
    """Only where the record has no tools. A system prompt with a line on thinking is left alone; texts are not read here."""

    name = "system-prompt-injected"
    code = "CFG005"
    title = Text("formatting openai adds to the system prompt", "formatting: openai 会改写系统提示")
    messages: ClassVar = {
        "": Text(
            "'{name}' has formatting openai: a record without tools gets 'detailed thinking off' as its system prompt, or "
            "at the end of it",
            "'{name}' 的 formatting 是 openai：没有 tools 的记录会以 'detailed thinking off' 作为系统提示，或在系统提示末尾加上它",
        ),
    }
    helps: ClassVar = {
        "": Text(
            'write  "formatting": "sharegpt"  and name the roles in tags; the line is meant for another family of models',
            '写成  "formatting": "sharegpt"，并在 tags 中写明各角色；“detailed thinking off”是给另一类模型用的',
        )
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """One hit per record, at the line of the entry that causes it."""
        mapping = mapping_in_force(ctx.split, ctx.target)
        if mapping is None or mapping.formatting != "openai" or mapping.lost:
            return
        tools = talk.value.get(mapping.takes["tools"] or "")
        # A list is written out as JSON before it is looked at, so that an empty one counts as tools (converter.py:340-344).
        if tools or isinstance(tools, list | dict) or not talk.turns:
            return
        stanza = ctx.split.stanza or ""
        yield Hit(
            location=place(ctx, stanza, "formatting"), found="'openai'", expected="'sharegpt'", values={"name": stanza}
        )
