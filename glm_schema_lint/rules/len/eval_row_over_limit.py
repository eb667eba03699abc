"""LEN005 eval-row-over-limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...finding import Hit
from ...record import Conversation
from ...wording import Text
from .._base import LENGTH, Context, ConversationRule, Need
from ._measure import measure


class EvalRowOverLimit(ConversationRule):
    """An evaluation record whose prompt or reference answer is surely longer than the script keeps."""

    name: ClassVar[str] = "eval-row-over-limit"
    code: ClassVar[str] = "LEN005"
    title: ClassVar[Text] = Text(
        "prompt or reference answer of an evaluation row is too long",
        "评估行的提示或参考答案过长",
    )
    messages: ClassVar = {
        "input": Text(
            "at least {tokens} tokens stand before this answer, and the input of an evaluation row holds {limit}",
            "这个回答之前至少有 {tokens} 个 token，而评估行的输入最多 {limit} 个",
        ),
        "reference": Text(
            "the answer has at least {tokens} tokens, of which {limit} are kept as the reference",
            "回答至少有 {tokens} 个 token，作为参考答案只保留 {limit} 个",
        ),
    }
    helps: ClassVar = {
        "input": Text(
            "raise max_input_length, or shorten what stands before the answer",
            "调高 max_input_length，或缩短回答之前的内容",
        ),
        "reference": Text(
            "raise max_output_length, or take shorter answers for evaluation",
            "调高 max_output_length，或在评估集中使用较短的回答",
        ),
    }
    outline: ClassVar[bool] = False
    needs: ClassVar[frozenset[Need]] = LENGTH

    def check(self, talk: Conversation, ctx: Context) -> Iterator[Hit]:
        """The first answer behind too long an input, and the first that is too long a reference."""
        if ctx.split.kind == "train":
            return
        bounds = [
            ctx.setting(name) if name else None
            for name in (ctx.target.length.eval_input, ctx.target.length.eval_output)
        ]
        said = set()
        for span in measure(talk, ctx).spans:
            if span.turn.kind != "assistant":
                continue
            for case, tokens, most in zip(
                ("input", "reference"), (span.start, span.end - span.start), bounds, strict=True
            ):
                if type(most) is int and tokens > most and case not in said:
                    said.add(case)
                    yield Hit(span.turn.pointer, case, values={"tokens": f"{tokens:,}", "limit": f"{most:,}"})
