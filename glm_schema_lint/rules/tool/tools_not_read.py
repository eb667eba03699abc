"""TOOL013 tools-not-read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...location import pointer
from ...record import Conversation
from ...views import reads_of
from ...wording import Text
from .._base import TOOLS, Context, ConversationRule
from .._show import quote


class ToolsNotRead(ConversationRule):
    """Tools stand where the trainer does not look, or refuses them."""

    name: ClassVar[str] = "tools-not-read"
    code: ClassVar[str] = "TOOL013"
    outline: ClassVar[bool] = False
    needs: ClassVar = TOOLS
    title: ClassVar[Text] = Text(
        "tools stand where the trainer does not look",
        "工具写在了训练程序不读取的位置",
    )
    messages: ClassVar = {
        "beside": Text(
            "tools stands beside the messages; the script reads tools of the system message only",
            "tools 写在 messages 旁边，而脚本只读取 system 消息上的 tools",
        ),
        "refused": Text(
            "tools stands beside the messages; the script takes no tools and stops at any value but null",
            "tools 写在 messages 旁边，而脚本不支持工具，只要不是 null 就会停下",
        ),
        "message": Text(
            "tools stands on a message of another role than system: it is deleted, or read out of place",
            "tools 写在 system 以外的消息上：会被删除，或出现在不该出现的位置",
        ),
        "template": Text(
            "the chat template of the model does not look at the tools of a message",
            "模型的聊天模板不看消息上的 tools",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "move the tools to the system message, the first of the conversation",
            "把 tools 移到对话最前面的 system 消息上",
        ),
        "refused": Text(
            "take the key out, or write null; a description of the tools may stand in the text of the system message",
            "删掉这个键，或写成 null；工具的说明可以写进 system 消息的文本",
        ),
        "template": Text(
            "write the tools into the text of the system message, as the model was taught to read them",
            "按模型学过的格式，把工具写进 system 消息的文本",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Once for each place."""
        on, refused = ctx.target.tools.on, ctx.target.tools.refused
        reads = reads_of(ctx.target, ctx.split)
        if refused and talk.value.get(refused) is not None:
            yield Hit(pointer(refused), "refused", quote(talk.value[refused]), "null")
        if not on or reads is None:
            return
        if not reads.tools and talk.value.get("tools"):
            yield Hit("/tools", "beside", quote(talk.value["tools"]))
        for turn in talk.turns:
            if isinstance(turn.raw, dict) and turn.raw.get("tools"):
                yield Hit(
                    turn.pointer + "/tools", "template" if turn.kind == on else "message", quote(turn.raw["tools"])
                )
