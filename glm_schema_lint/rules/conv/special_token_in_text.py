"""CONV011 special-token-in-text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import MARKS, Context, ConversationRule
from .._marks import template_turn, tokens


class SpecialTokenInText(ConversationRule):
    """A message writes the name of a control token, and the tokenizer takes it for the token itself."""

    name: ClassVar[str] = "special-token-in-text"
    code: ClassVar[str] = "CONV011"
    outline: ClassVar[bool] = False
    needs: ClassVar = MARKS
    title: ClassVar[Text] = Text("a message contains the name of a control token", "消息文本里出现了控制 token 的字样")
    messages: ClassVar = {
        "": Text(
            "the text contains {token} (control tokens in this message: {count})",
            "文本里有 {token}（这条消息共有 {count} 处控制 token 字样）",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "if the text only speaks of the token, write it differently (< |user| >); if it was pasted with the "
            "output of a model, take it out",
            "如果只是在谈论这个 token，请换一种写法（如 < |user| >）；如果是连同模型输出一起粘贴进来的，请删掉",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Each message once. A record that went through a template has a rule of its own."""
        if template_turn(talk) is not None:
            return
        for turn in talk.turns:
            found = tokens(turn) if ">" in turn.text else []
            if found:
                values = {"token": found[0], "count": len(found)}
                yield Hit(turn.content_pointer, "", " ".join(found[:5]), None, values)
