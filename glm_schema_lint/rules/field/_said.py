"""Who says nothing, and where in the conversation: shared by content-null and text-blank."""

from __future__ import annotations

from ...record import Conversation, Turn


def calls(turn: Turn) -> bool:
    """True for a message that calls tools, so that it needs no text."""
    return isinstance(turn.raw, dict) and bool(turn.raw.get("tool_calls") or turn.raw.get("function_call"))


def says(turn: Turn) -> bool:
    """True if the message carries anything: text, parts or calls."""
    content = turn.content
    return calls(turn) or bool(content.strip() if isinstance(content, str) else content)


def place(talk: Conversation, turn: Turn) -> str:
    """The case of an empty message: which part it plays decides what training does with it.

    ``answer``: no assistant message says anything; ``last-answer``: the last one is empty, earlier ones are not;
    ``earlier-answer``: a later one speaks. ``response`` and ``task`` are the columns of an alpaca record, ``system`` a
    system prompt, ``prompt`` whatever else opens the conversation and ``later-prompt`` what comes later.
    """
    last = talk.turns[-1] is turn
    if turn.kind == "system":
        return "system"
    if talk.dialect == "alpaca" and last:
        return "response"
    if talk.dialect == "alpaca" and talk.turns[-2] is turn:
        return "task"
    if turn.kind == "assistant":
        if not any(says(other) for other in talk.of_kind("assistant")):
            return "answer"
        return "last-answer" if last else "earlier-answer"
    return "prompt" if talk.turns[0] is turn else "later-prompt"
