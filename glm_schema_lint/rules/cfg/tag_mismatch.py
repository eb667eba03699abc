"""CFG010: a role tag of the stanza is not the word the records use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

from ...config.blame import fitting_tags, mapping_in_force, wrong_tags
from ...config.mapping import Mapping
from ...finding import Hit
from ...record import Conversation, Turn
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote
from ._place import place


class TagMismatch(ConversationRule):
    """All role tags but an absent system_tag, which is a rule of its own."""

    name = "tag-mismatch"
    code = "CFG010"
    title = Text("role tag that the records do not use", "与记录不符的角色标签")
    messages: ClassVar = {
        "unset": Text(
            "'{name}' has no {tag}; records use role '{role}'", "'{name}' 没有 {tag}；而记录使用角色 '{role}'"
        ),
        "other": Text(
            "{tag} of '{name}' is '{says}'; records use role '{role}'",
            "'{name}' 的 {tag} 是 '{says}'；而记录使用角色 '{role}'",
        ),
        "tool-calls": Text(
            "'{name}' has no {tag}, and messages carry tool_calls", "'{name}' 没有 {tag}，而消息带有 tool_calls"
        ),
    }
    helps: ClassVar = {
        "": Text(
            'write "tags" whole, a tag not listed is None: {{{keys}{talk}{rest}}}',
            '把 "tags" 写完整，没有列出的标签会是 None：{{{keys}{talk}{rest}}}',
        ),
        "tool-calls": Text(
            'write "{tag}": "function_call" in tags (any word that is no other tag)',
            '在 tags 中写上 "{tag}": "function_call"（任何不与其他标签相同的词都可以）',
        ),
    }

    def message(self, case: str) -> Text:
        """The openai cases differ only in what training does with them."""
        return self.messages[case.removesuffix("-openai")]

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """One hit per record and tag."""
        mapping = mapping_in_force(ctx.split, ctx.target)
        if mapping is None:
            return
        stanza, suffix = ctx.split.stanza or "", "-openai" if mapping.formatting == "openai" else ""
        done: set[str] = set()
        for wrong in wrong_tags(talk, mapping):
            turn, tag, case = wrong
            if tag not in done and not (tag == "system_tag" and case == "unset"):
                done.add(tag)
                yield Hit(
                    turn.role_pointer, case + suffix, quote(turn.role), location=place(ctx, stanza, "tags", tag),
                    values={"name": stanza, "tag": tag, "role": turn.role, "says": mapping.takes[tag] or "",
                            **_parts(fitting_tags(mapping, wrong))},
                )  # fmt: skip
        calling = self._lost_call(talk, mapping)
        if calling is not None:
            yield Hit(
                calling.pointer + "/tool_calls",
                "tool-calls",
                location=place(ctx, stanza, "tags", "function_tag"),
                values={"name": stanza, "tag": "function_tag"},
            )

    @staticmethod
    def _lost_call(talk: Conversation, mapping: Mapping) -> Turn | None:
        """A call takes function_tag for its role; None is then looked up, and system's None wins over function's."""
        if mapping.formatting != "openai" or mapping.takes["function_tag"] or mapping.takes["system_tag"]:
            return None
        messages = talk.value.get(mapping.reads.messages)
        for message, turn in zip(messages if isinstance(messages, list) else (), talk.turns, strict=False):
            if turn.kind == "assistant" and isinstance(message, dict) and message.get("tool_calls"):
                return turn
        return None


def _parts(block: dict[str, str]) -> dict[str, str]:
    """The block as JSON without its braces, in three: reports cut single values that are long."""
    written = [f"{json.dumps(tag)}: {json.dumps(word, ensure_ascii=False)}" for tag, word in block.items()]
    keys, talk, rest = written[:2], written[2:4], written[4:]
    return {
        "keys": ", ".join(keys),
        "talk": "".join(f", {part}" for part in talk),
        "rest": "".join(f", {part}" for part in rest),
    }
