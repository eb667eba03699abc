"""CFG006: the config trains the last answer of a record only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import Context, ConversationRule
from ._place import in_config, own_config


class EarlierAnswersNotTrained(ConversationRule):
    """Speaks where the config says so in a line of its own; what holds by default is a note of the target."""

    name = "earlier-answers-not-trained"
    code = "CFG006"
    title = Text("the config trains the last answer only", "配置只训练最后一个回答")
    messages: ClassVar = {
        "": Text(
            "{key}: {value} trains the last answer of a record only; the answers before it count for nothing",
            "{key}: {value} 只训练每条记录的最后一个回答；之前的回答都不参与训练",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write  {key}: {other}  to train every answer, if that is what you want",
            "如果想训练每个回答，写上  {key}: {other}",
        )
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """One hit per record with more answers than one."""
        if ctx.split.kind != "train" or not ctx.target.turns.last_only:
            return
        key, value = ctx.target.turns.last_only
        config = own_config(ctx)
        if config is None or not config.at(key) or ctx.setting(key) is not (value == "true"):
            return
        if sum(turn.kind in ("assistant", "function") for turn in talk.turns) > 1:
            other = "false" if value == "true" else "true"
            yield Hit(
                location=in_config(ctx, config, key), found=value, values={"key": key, "value": value, "other": other}
            )
