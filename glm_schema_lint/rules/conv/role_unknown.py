"""CONV001 role-unknown."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import ClassVar, Final

from ...config.blame import config_explains
from ...finding import Hit
from ...record import MISSING, Conversation
from ...views import roles_of
from ...wording import NOTHING, Text
from .._base import Context, ConversationRule
from .._show import cut, quote

ALIASES: Final = {
    "human": "user", "prompter": "user", "question": "user", "instruction": "user", "用户": "user",
    "gpt": "assistant", "bot": "assistant", "model": "assistant", "chatgpt": "assistant", "ai": "assistant",
    "chatbot": "assistant", "answer": "assistant", "助手": "assistant",
    "developer": "system",
    "tool": "result", "tool_response": "result", "tool-response": "result", "function": "result", "ipython": "result",
    "function_response": "result", "observation": "result", "observations": "result", "tool_result": "result",
    "function_call": "function", "tool_call": "function", "tool-call": "function",
}  # fmt: skip
CASE: Final = Text(" (roles are case-sensitive)", "（角色区分大小写）")
KINDS: Final = {"result": ("observation", "tool"), "function": ("function", "assistant")}


class RoleUnknown(ConversationRule):
    """A role the trainer has no word for."""

    name: ClassVar[str] = "role-unknown"
    code: ClassVar[str] = "CONV001"
    title: ClassVar[Text] = Text("a message has a role the trainer does not know", "消息的角色不在训练程序认识的范围内")
    messages: ClassVar = {
        "": Text("the trainer knows no role {role}; it knows {known}", "训练程序不认识角色 {role}，它只认识 {known}"),
    }
    helps: ClassVar = {
        "": Text(
            "write {suggestion} for {role}{note}",
            "把 {role} 改写为 {suggestion}{note}",
        )
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Once per unknown role of the record, at its first message. Roles that are no strings belong to the models."""
        if config_explains(talk, ctx.split, ctx.target):
            return  # the tags of dataset_info.json are at fault, which has rules of its own
        roles = {kind: words for kind, words in roles_of(ctx.target, ctx.split).items() if words}
        seen: set[str] = set()
        for turn in talk.turns:
            if turn.kind is not None or not isinstance(turn.role, str) or turn.role in seen:
                continue
            seen.add(turn.role)
            known = [word for words in roles.values() for word in words]
            yield Hit(
                turn.role_pointer,
                self._case(turn.role, talk, ctx),
                quote(turn.role),
                cut(" | ".join(known)),
                {
                    "role": quote(turn.role),
                    "known": ", ".join(map(quote, known)),
                    "suggestion": suggest(turn.role, roles),
                    "note": CASE if turn.role.lower() in known else NOTHING,
                    "bare": turn.content is MISSING or turn.content is None,  # a new role alone mends nothing
                },
            )

    @staticmethod
    def _case(role: str, talk: Conversation, ctx: Context) -> str:
        if getattr(ctx.split.mapping, "formatting", "") == "openai":
            return "openai"
        if talk.images_pointer is not None:
            return "with-images"
        if role == "tool" and f"role-unknown:{role}" in ctx.target.outcomes:
            return role
        return "observation" if role == "observation" else ""


def suggest(role: str, roles: dict[str, list[str]]) -> str:
    """The spelling most likely meant: a known alias, else the nearest word, else all of them."""
    known = [word for words in roles.values() for word in words]
    meant = ALIASES.get(role.strip().lower())
    for kind in KINDS.get(meant, (meant,)) if meant else ():
        if kind in roles:
            return quote(roles[kind][0])
    near = get_close_matches(role.strip().lower(), known, 1)
    return quote(near[0]) if near else " / ".join(map(quote, known))
