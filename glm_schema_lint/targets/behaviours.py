"""Named behaviours: the few algorithms a single trainer has and no table can state.

An *order* takes the kinds of a conversation's turns (all of them known to the target) and the split, and says what the
trainer's code trips over. Each slip names one defect, and each defect has one rule, so that one fault is said once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple, TypeGuard

from ..record import Conversation, Split

Defect = Literal["no-answer", "starts", "ends", "order", "system", "unpaired"]
Order = Callable[[Sequence[str], Split], Iterator["Slip"]]

ANSWERS: Final = frozenset({"assistant", "function"})
RESULTS: Final = frozenset({"observation", "tool"})


class Slip(NamedTuple):
    """``turn`` is the index of the message at fault; -1 stands for the whole list."""

    defect: Defect
    turn: int
    case: str = ""


def any_order(kinds: Sequence[str], _split: Split) -> Iterator[Slip]:
    """No order is checked: what matters is that an answer exists, that it is last, and that the system turn leads."""
    if missing := _no_answer(kinds):
        yield missing
        return
    last = max(turn for turn, kind in enumerate(kinds) if kind != "system")
    for slip in _misplaced_system(kinds):
        yield slip._replace(case="last") if slip.turn == len(kinds) - 1 and kinds[last] in ANSWERS else slip
    if kinds[last] not in ANSWERS:
        yield Slip("ends", last, kinds[last])


def odd_even(kinds: Sequence[str], split: Split, ranking: bool = False, joined: bool = False) -> Iterator[Slip]:
    """After one leading system turn, asking and answering sides take turns, an answer last (converter.py:161-181).

    With ``formatting: openai`` neighbouring observations are joined first, and those at the very end are lost
    (:265-276). With ``ranking`` the answers stand in ``chosen`` and ``rejected``, so the messages end with a question.
    """
    ranking = ranking or getattr(split.mapping, "purpose", "sft") == "ranking"
    joined = joined or getattr(split.mapping, "formatting", "") == "openai"
    if not ranking and (missing := _no_answer(kinds)):
        yield missing
        return
    yield from _misplaced_system(kinds)
    turns = [(turn, kind) for turn, kind in enumerate(kinds) if kind != "system"]
    if not turns:
        yield Slip("no-answer", -1)
        return
    if turns[0][1] in ANSWERS:
        yield Slip("starts", turns[0][0])
    for (_, before), (turn, kind) in pairwise(turns):
        if (before in ANSWERS) == (kind in ANSWERS) and not (joined and before == kind == "observation"):
            yield Slip("order", turn, f"{before}-{kind}")
    last, kind = turns[-1]
    if ranking:
        if kind in ANSWERS:
            yield Slip("order", last, f"{kind}-chosen")
    elif kind not in ANSWERS:
        answered = next((k for _, k in reversed(turns) if k != "observation"), "") in ANSWERS
        yield Slip("ends", last, "lost" if joined and answered else kind)


def pairs(kinds: Sequence[str], _split: Split) -> Iterator[Slip]:
    """Turns are merged, then consumed as (user or tool, assistant) pairs (template/base.py:1256-1370).

    Calls count as assistant turns; neighbours of one role are joined; a tool result without a call joins the user turn
    before it; a leading assistant turn gets an empty user turn. What remains wrong fails an assertion.
    """
    if missing := _no_answer(kinds):
        yield missing
        return
    yield from _misplaced_system(kinds)
    turns = [(turn, kind) for turn, kind in enumerate(kinds) if kind != "system"]
    if turns[0][1] == "tool":
        yield Slip("order", turns[0][0], "tool-first")
    result = ""
    for (_, before), (turn, kind) in pairwise(turns):
        if before != "tool":
            result = "tool-user" if before in ANSWERS else "user-user"  # what a user turn after tool results runs into
        if before == kind == "user":
            yield Slip("order", turn, "user-user")
        elif before == "tool" and kind == "user" and result:
            yield Slip("order", turn, result)


def glm_4v_eval(kinds: Sequence[str], split: Split) -> Iterator[Slip]:
    """Train rows take any order; evaluation cuts answer k at user turn k + 1 (finetune_vision.py:341-361)."""
    if missing := _no_answer(kinds):
        yield missing
        return
    slips: list[Slip] = []
    if split.kind == "train":
        if kinds[0] == "assistant":
            slips.append(Slip("starts", 0))
    elif verdict := _cut(kinds):
        slips = list(_blame(list(enumerate(kinds)), verdict))
    if "system" in kinds and not any(kinds[slip.turn] == "system" for slip in slips):
        yield Slip("system", kinds.index("system"), "unsupported")
    yield from slips


def _cut(kinds: Sequence[str]) -> str:
    """What becomes of the reference answers: "" if each is its own turn, else ``wrong-answer`` or ``crash``."""
    users = [turn for turn, kind in enumerate(kinds) if kind == "user"]
    if not users:
        return "crash"
    users.append(len(kinds))
    wrong = False
    for number, turn in enumerate((t for t, kind in enumerate(kinds) if kind == "assistant"), 1):
        if number >= len(users):
            return "crash"
        wrong = wrong or users[number] != turn + 1
    return "wrong-answer" if wrong else ""


def _blame(turns: Sequence[tuple[int, str]], verdict: str) -> Iterator[Slip]:
    """The first turn of each kind that throws the pairing off."""
    said: set[Defect] = set()
    surplus = -1
    asked, before = 0, ""
    for turn, kind in turns:
        if kind == "system" and not before:
            continue
        slip: Slip | None = None
        if kind == "user":
            asked += 1
            if asked == 2 and surplus < 0:
                surplus = turn
        elif kind == "assistant":
            if surplus >= 0 and "order" not in said:
                said.add("order")
                yield Slip("order", surplus, "user-user")
            if not before:
                slip = Slip("starts", turn, verdict)
            elif not asked and before != "assistant":
                slip = Slip("unpaired", turn, verdict)
            asked = 0
        if before == "assistant" and kind != "user":
            slip = Slip("unpaired", turn, verdict)
        if slip and slip.defect not in said:
            said.add(slip.defect)
            yield slip
        before = kind


def _no_answer(kinds: Sequence[str]) -> Slip | None:
    if not kinds:
        return Slip("no-answer", -1, "empty")
    if ANSWERS.intersection(kinds):
        return None
    return Slip("no-answer", -1, "" if "user" in kinds else "no-user")


def _misplaced_system(kinds: Sequence[str]) -> Iterator[Slip]:
    """System turns behind the first place: straight after another leading one, or in the middle."""
    leading = True
    for turn, kind in enumerate(kinds):
        if kind != "system":
            leading = False
        elif turn:
            yield Slip("system", turn, "repeated" if leading else "not-first")


ORDERS: Final[dict[str, Order]] = {
    "any": any_order,
    "odd-even": odd_even,
    "pairs": pairs,
    "glm-4v-eval": glm_4v_eval,
}


def every_answer(messages: Sequence[object], role: str, _content: str, answers: frozenset[str]) -> int:
    """A row for each assistant turn (finetune.py:301-315, combine: false), as far as max_input_length reaches."""
    return sum(_answers(turn, role, answers) for turn in messages)


def written_answers(messages: Sequence[object], role: str, content: str, answers: frozenset[str]) -> int:
    """A row for each <|assistant|> in the tokens: a turn without text is left out, but for the first, which has the image.

    tokenization_chatglm.py of glm-4v-9b: apply_chat_template; finetune_vision.py:337, 344-367.
    """
    return sum(
        _answers(turn, role, answers) and (not number or bool(turn.get(content)))
        for number, turn in enumerate(messages)
    )


def _answers(turn: object, role: str, answers: frozenset[str]) -> TypeGuard[dict[str, object]]:
    said = turn.get(role) if isinstance(turn, dict) else None
    return isinstance(said, str) and said in answers


def one_row(_messages: Sequence[object], _role: str, _content: str, _answers: frozenset[str]) -> int:
    """A record is a row."""
    return 1


ROWS: Final[dict[str, Callable[[Sequence[object], str, str, frozenset[str]], int]]] = {
    "per-record": one_row,
    "per-assistant-turn": every_answer,
    "per-written-answer": written_answers,
}
"""How many rows a record becomes, from its messages, the keys of role and content, and the roles that answer."""


def slips(talk: Conversation, order: str, split: Split) -> Iterator[Slip]:
    """What the order called ``order`` trips over.

    Nothing while a role is unknown, which is a defect of its own; nor in alpaca records, whose turns we made ourselves.
    """
    if talk.dialect == "alpaca":
        return
    kinds = [turn.kind for turn in talk.turns]
    known = [kind for kind in kinds if kind is not None]
    if len(known) != len(kinds):
        return
    if order == "odd-even" and split.mapping is None:
        # Whoever writes the stanza of preference data, or of calls as OpenAI has them, says so there.
        pair = [talk.value.get(key) for key in ("chosen", "rejected")]
        preference = all(isinstance(one, dict) for one in pair) and bool(known) and known[-1] not in ANSWERS
        yield from odd_even(known, split, ranking=preference, joined=openai_calls(talk))
    else:
        yield from ORDERS[order](known, split)


def openai_calls(talk: Conversation) -> bool:
    """True if some message calls a tool the way OpenAI writes it."""
    return any(isinstance(turn.raw, dict) and bool(turn.raw.get("tool_calls")) for turn in talk.turns)


def empty_slots(talk: Conversation) -> int:
    """Slots TRL fills from the image list (data_utils.py:80-106): before the first user text, and unfilled parts."""
    slots, placed = 0, False
    for turn in talk.turns:
        if turn.kind == "user" and isinstance(turn.content, str) and not placed:
            slots, placed = slots + len(listed(talk)), True
        elif isinstance(turn.content, list) and turn.kind != "tool":
            slots += sum(isinstance(p, dict) and p.get("type") == "image" and "image" not in p for p in turn.content)
    return slots


def listed(talk: Conversation) -> list[object]:
    """The entries of the image list beside the messages; one value alone counts as a list of one."""
    if talk.images_pointer is None or talk.images_value is None:
        return []
    return talk.images_value if isinstance(talk.images_value, list) else [talk.images_value]
