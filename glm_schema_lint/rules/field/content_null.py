"""FIELD004 content-null."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...location import pointer
from ...record import MISSING, Conversation, Turn
from ...targets.behaviours import RESULTS
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import cut, safe
from ._said import calls, place

USUAL: Final = {"content", "value"}


class ContentNull(ConversationRule):
    """A message without content: null, or no such key."""

    name: ClassVar[str] = "content-null"
    code: ClassVar[str] = "FIELD004"
    title: ClassVar[Text] = Text("a message has no content", "消息没有内容")
    messages: ClassVar = {
        **{
            case: Text("the {kind} message has no key for its content", "{kind} 消息没有内容键")
            for case in ("missing", "missing-answer", "missing-last-answer", "missing-earlier-answer")
        },
        "": Text("the content of the {kind} message is {state}", "{kind} 消息没有内容（{state}）"),
        "part": Text("a text part of the {kind} message has no text", "{kind} 消息的 text 片段没有 text"),
    }
    helps: ClassVar = {
        "": Text(
            "write the text, or remove the message with the turn it belongs to",
            "补上文本，或把这条消息连同所属的一轮一起删除",
        ),
        "part": Text(
            'write {{"type": "text", "text": …}}; a text under another key (value, content) is never read',
            '写成 {{"type": "text", "text": …}}；放在其他键（value、content）下的文本不会被读取',
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every message without content, but an assistant message that calls tools instead of speaking."""
        for turn in talk.turns:
            if isinstance(turn.content, list) and turn.kind not in (None, *RESULTS, "function"):
                yield from self._parts(turn)
            if turn.kind is None or (turn.content is not None and turn.content is not MISSING) or calls(turn):
                continue
            if turn.content is MISSING and turn.raw is None:
                continue  # a column of an alpaca record: required-key-missing
            if turn.content is MISSING and ctx.split.mapping is not None and USUAL & turn.raw.keys():
                continue  # the text is there under another usual name: the config's mistake
            case = place(talk, turn)
            if turn.content is MISSING and turn.kind != "system":  # without a word on it, the target reads it as null
                known = [
                    name for name in (f"missing-{case}", "missing") if f"{self.name}:{name}" in ctx.target.outcomes
                ]
                case = known[0] if known else case
            found = "missing" if turn.content is MISSING else "null"
            yield Hit(turn.content_pointer, case, found, "string", {"kind": turn.kind, "state": found})

    def _parts(self, turn: Turn) -> Iterator[Hit]:
        """The first text part without a text."""
        for index, part in enumerate(turn.content):
            if isinstance(part, dict) and part.get("type") == "text" and part.get("text") is None:
                found = "null" if "text" in part else "keys " + ", ".join(map(str, part))
                yield Hit(
                    turn.content_pointer + pointer(index, "text"), "part", cut(safe(found)), "string",
                    {"kind": turn.kind},
                )  # fmt: skip
                break
