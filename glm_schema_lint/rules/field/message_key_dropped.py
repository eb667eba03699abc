"""FIELD008 message-key-dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ...finding import Hit
from ...location import pointer
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from .._show import quote

WATCHED: Final = {
    "image": "image", "images": "image", "image_url": "image", "video": "image", "videos": "image", "audio": "image",
    "audios": "image", "tools": "tools", "functions": "tools", "tool_calls": "calls", "function_call": "calls",
    "reasoning_content": "thought", "reasoning": "thought", "thinking": "thought",
}  # fmt: skip
"""Keys that carry something to learn from, and what; others are harmless to lose."""


class MessageKeyDropped(ConversationRule):
    """A message carries an image, tools, a call or a thought under a key the trainer throws away."""

    name: ClassVar[str] = "message-key-dropped"
    code: ClassVar[str] = "FIELD008"
    title: ClassVar[Text] = Text("a key of a message is thrown away", "消息里的键会被丢弃")
    messages: ClassVar = {
        "": Text(
            "the trainer keeps {kept} of a message; {key} is thrown away",
            "训练器只保留消息的 {kept}，{key} 会被丢弃",
        )
    }
    helps: ClassVar = {
        "image": Text(
            "put the file into a list beside the messages that the trainer reads, with a placeholder in the text, "
            "or choose the trainer the record was written for",
            "把文件放进训练器读取的、与 messages 并列的列表，并在文本里加占位符；或换用这种写法对应的训练器",
        ),
        "tools": Text("put the tools where the trainer reads them", "把工具放到训练器读取的位置"),
        "calls": Text(
            "write the call as text of its own message, in the role the trainer has for it",
            "把调用写成单独一条消息的文本，并使用训练器规定的角色",
        ),
        "thought": Text(
            "write the thought into the content, in <think> tags", "把思考过程写进内容，用 <think> 标签包住"
        ),
    }
    fix: ClassVar = "safe"

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Every watched key with a value that the target does not keep."""
        kept = ctx.target.turns.message_keys
        if kept is None:
            return
        spared = {"tool_calls"} if getattr(ctx.split.mapping, "formatting", "") == "openai" else set()
        for turn in talk.turns:
            for key in turn.raw if isinstance(turn.raw, dict) else ():
                if key in WATCHED and key not in kept and key not in spared and turn.raw[key]:
                    values = {"key": quote(key), "kept": ", ".join(kept)}
                    yield Hit(turn.pointer + pointer(key), WATCHED[key], quote(turn.raw[key]), None, values)
