"""THINK004 answer-wrapper-wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import THOUGHTS, Context, ConversationRule
from .._show import quote
from ._tags import rest


class AnswerWrapperWrong(ConversationRule):
    """A thinking answer is not wrapped as the model was taught."""

    name: ClassVar[str] = "answer-wrapper-wrong"
    code: ClassVar[str] = "THINK004"
    outline: ClassVar[bool] = False
    needs: ClassVar = THOUGHTS
    title: ClassVar[Text] = Text(
        "a thinking answer is wrapped otherwise than the model was taught",
        "带思考的回答与模型学过的包装方式不同",
    )
    messages: ClassVar = {
        "unwrapped": Text(
            "the answer after the thought is not in <answer>...</answer>",
            "思考之后的回答没有放在 <answer>...</answer> 里",
        ),
        "wrapped": Text(
            "the answer stands in <answer>...</answer>, which later models do not use",
            "回答放在 <answer>...</answer> 里，而后来的模型不用这对标签",
        ),
        "after": Text(
            "text stands after </answer>, where generation stops",
            "</answer> 之后还有文本，而生成到这里就会停止",
        ),
    }
    helps: ClassVar = {
        "": Text(
            "write <think>...</think><answer>...</answer> for GLM-4.1V",
            "GLM-4.1V 请写成 <think>...</think><answer>...</answer>",
        ),
        "wrapped": Text(
            "leave the <answer> tags out for GLM-4.5V and 4.6V",
            "GLM-4.5V、4.6V 请去掉 <answer> 标签",
        ),
    }

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """Answers with one whole thought."""
        for turn in talk.of_kind("assistant"):
            answer = rest(turn.text)
            if answer is None:
                continue
            head, mark, tail = answer.partition("</answer>")
            if not mark or "<answer>" not in head:
                yield Hit(turn.content_pointer, "unwrapped", quote(answer.strip()))
            else:
                yield Hit(turn.content_pointer, "wrapped", quote(answer.strip()))
                if tail.strip():
                    yield Hit(turn.content_pointer, "after", quote(tail.strip()))
