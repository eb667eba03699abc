"""Orders against plain re-statements of what trainers do, and one rule per fault for turns and placeholders."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glm_schema_lint import rules, targets
from glm_schema_lint.record import Dataset, Split
from glm_schema_lint.rules import Context, ConversationRule
from glm_schema_lint.targets import behaviours
from glm_schema_lint.views import Viewer

OURS = [rule for rule in rules.load() if isinstance(rule, ConversationRule) and rule.family in ("CONV", "PH")]
ROLES = {"s": "system", "u": "user", "a": "assistant", "o": "observation", "f": "function", "t": "tool"}


def split(kind: str = "train", dialect: str = "glm", **mapping: Any) -> Split:
    """A split of no files, with a stanza's mapping if any is given."""
    return Split("s", kind, [], dialect=dialect, mapping=SimpleNamespace(**mapping) if mapping else None)  # type: ignore[arg-type]


def kinds(letters: str) -> list[str]:
    """``sua`` as kinds of turns."""
    return [ROLES[letter] for letter in letters]


def verdict(target: str, value: dict[str, Any], kind: str = "train", dialect: str = "glm", **chosen: Any) -> set[str]:
    """Names (with cases) of the CONV and PH rules that say something which the target minds."""
    contract = targets.load(target)
    part = split(kind, dialect)
    talk = Viewer(contract, part)(value)
    assert talk is not None
    ctx = Context(contract, part, Dataset(None, [part]), settings=chosen)
    said = set()
    for rule in OURS:
        for hit in rule.check(talk, ctx) if contract.applies(rule.name) else ():
            if contract.judge(rule.name, hit.case, kind, {}, chosen):
                said.add(f"{rule.name}:{hit.case}" if hit.case else rule.name)
    return said


def talk_of(letters: str) -> dict[str, Any]:
    """A record of messages with the roles ``letters`` stand for; other letters are unknown roles."""
    return {"messages": [{"role": ROLES.get(letter, letter), "content": "text"} for letter in letters]}


# --- the trainers' algorithms, said again in plain words


def converter_keeps(turns: list[str], openai: bool = False, ranking: bool = False) -> bool:
    """LLaMA-Factory: odd places ask, even places answer, the count is even (odd with ranking)."""
    body = turns[1:] if turns[:1] == ["system"] else turns
    if openai:
        joined: list[str] = []
        pending = False
        for role in body:
            if role == "observation":
                pending = True
                continue
            if pending:
                joined.append("observation")
                pending = False
            joined.append(role)
        body = joined
    sides = (("user", "observation"), ("assistant", "function"))
    if any(role not in sides[place % 2] for place, role in enumerate(body)):
        return False
    return len(body) % 2 == 1 if ranking else len(body) % 2 == 0 and len(body) > 0


def swift_encodes(turns: list[str]) -> bool:
    """ms-swift: merge, then take pairs; True if no assertion fails."""
    body = turns[1:] if turns[:1] == ["system"] else list(turns)
    body = ["assistant" if role == "function" else role for role in body]
    place = 0
    while place < len(body):
        if body[place] == "tool" and (place == 0 or body[place - 1] not in ("assistant", "tool")):
            if place == 0 or body[place - 1] != "user":
                return False
            while place < len(body) and body[place] == "tool":
                del body[place]
        else:
            place += 1
    merged: list[str] = []
    for role in body:
        if not (merged and merged[-1] == role and role in ("user", "assistant", "tool")):
            merged.append(role)
    if merged[:1] == ["assistant"]:
        merged.insert(0, "user")
    if len(merged) % 2:
        merged.append("assistant")
    return bool(merged) and all(
        ask in ("user", "tool") and answer == "assistant" for ask, answer in zip(merged[::2], merged[1::2], strict=True)
    )


def vision_references(turns: list[str]) -> list[list[int]] | None:
    """finetune_vision.py: which turns the reference of each answer holds; None for IndexError."""
    users = [place for place, role in enumerate(turns) if role == "user"]
    if not users:
        return None
    users.append(len(turns))
    found = []
    answers = [place for place, role in enumerate(turns) if role == "assistant"]
    for number, place in enumerate(answers, 1):
        if number >= len(users):
            return None
        found.append(list(range(place, users[number])))
    return found


@settings(max_examples=600)
@given(st.text("suaof", max_size=8), st.booleans(), st.booleans())
def test_odd_even_speaks_exactly_of_what_the_converter_drops(letters: str, openai: bool, ranking: bool) -> None:
    """A slip for every dropped record, none for a kept one; a lost trailing observation is said apart."""
    part = split(formatting="openai" if openai else "sharegpt", purpose="ranking" if ranking else "sft")
    slips = list(behaviours.odd_even(kinds(letters), part))

    kept = converter_keeps(kinds(letters), openai, ranking)

    lost = kept and openai and not ranking and letters.endswith("o")
    if ranking and openai:
        return  # stanzas of that sort exist in no documentation
    assert [(s.defect, s.case) for s in slips] == [("ends", "lost")] if lost else bool(slips) is not kept


@settings(max_examples=600)
@given(st.text("suatf", max_size=8))
def test_pairs_speaks_exactly_of_what_ms_swift_cannot_encode(letters: str) -> None:
    """Fatal slips and failing assertions agree; a record without an answer has nothing but that."""
    slips = list(behaviours.pairs(kinds(letters), split()))

    if not set(letters) & {"a", "f"}:
        assert [s.defect for s in slips] == ["no-answer"]
    else:
        fatal = [s for s in slips if s.defect == "system" or s.case in ("tool-first", "tool-user")]
        assert bool(fatal) is not swift_encodes(kinds(letters))


@settings(max_examples=600)
@given(st.text("uao", max_size=8))
def test_glm_4v_eval_speaks_exactly_of_references_that_are_not_the_answer(letters: str) -> None:
    """Crash, wrong reference and fine are told apart as the splitter would."""
    slips = list(behaviours.glm_4v_eval(kinds(letters), split("eval")))

    if "a" not in letters:
        assert [s.defect for s in slips] == ["no-answer"]
        return
    references = vision_references(kinds(letters))
    answers = [[place] for place, letter in enumerate(letters) if letter == "a"]
    assert bool(slips) is (references != answers)
    assert any(s.case == "crash" for s in slips) is (references is None)
    assert len({s.defect for s in slips}) == len(slips)


@settings(max_examples=300)
@given(st.text("suao", max_size=8))
def test_any_speaks_exactly_of_a_tail_that_is_not_the_answer(letters: str) -> None:
    """finetune.py with combine=true learns everything after the last assistant mark."""
    defects = {s.defect for s in behaviours.any_order(kinds(letters), split())}

    tail = letters[letters.rfind("a") + 1 :] if "a" in letters else ""
    assert ("no-answer" in defects) is ("a" not in letters)
    assert ("ends" in defects) is bool(set(tail) & {"u", "o"})
    assert ("system" in defects) is ("a" in letters and "s" in letters[1:])


@given(st.sampled_from(sorted(behaviours.ORDERS)), st.text("suaoft", max_size=8), st.sampled_from(["train", "eval"]))
def test_slips_point_at_turns_of_the_record(order: str, letters: str, kind: str) -> None:
    """No order fails on any sequence, whatever it contains."""
    for slip in behaviours.ORDERS[order](kinds(letters), split(kind)):
        assert -1 <= slip.turn < len(letters)


# --- one fault, one rule

TURNS = [
    # target, split kind, roles, what is said
    ("glm-4", "train", "ua", set()),
    ("glm-4", "train", "sua", set()),
    ("glm-4", "train", "uaa", set()),
    ("glm-4", "train", "uua", set()),
    ("glm-4", "train", "auao", {"last-turn-not-assistant:observation"}),
    ("glm-4", "train", "au", {"last-turn-not-assistant:user"}),
    ("glm-4", "eval", "uau", {"last-turn-not-assistant:user"}),
    ("glm-4", "train", "u", {"assistant-missing"}),
    ("glm-4", "train", "us", {"assistant-missing"}),
    ("glm-4", "test", "", {"assistant-missing:empty"}),
    ("glm-4", "train", "uax", {"role-unknown"}),
    ("glm-4", "train", "xy", {"role-unknown"}),
    ("glm-4", "train", "usa", {"system-misplaced:not-first"}),
    ("glm-4", "train", "uas", {"system-misplaced:last"}),
    ("glm-4", "train", "ssua", {"system-misplaced:repeated"}),
    ("chatglm3", "train", "ua", set()),
    ("chatglm3", "train", "auuoaau", set()),
    ("chatglm3", "train", "u", {"assistant-missing"}),
    ("chatglm3", "eval", "", {"assistant-missing:empty"}),
    ("chatglm3", "train", "uta", {"role-unknown:tool"}),
    ("chatglm3", "train", "uxa", {"role-unknown"}),
    ("chatglm3", "train", "usa", {"system-misplaced:not-first"}),
    ("glm-4v", "train", "ua", set()),
    ("glm-4v", "train", "uua", set()),
    ("glm-4v", "train", "uaoa", set()),
    ("glm-4v", "train", "uau", set()),
    ("glm-4v", "train", "a", {"first-turn-assistant"}),
    ("glm-4v", "train", "u", {"assistant-missing"}),
    ("glm-4v", "train", "sua", {"system-misplaced:unsupported"}),
    ("glm-4v", "eval", "uaua", set()),
    ("glm-4v", "eval", "uau", set()),
    ("glm-4v", "eval", "uoa", set()),
    ("glm-4v", "eval", "uua", {"turns-not-alternating:user-user"}),
    ("glm-4v", "eval", "uauu", set()),
    ("glm-4v", "eval", "uaa", {"eval-turns-unpaired:crash"}),
    ("glm-4v", "test", "uaau", {"eval-turns-unpaired:wrong-answer"}),
    ("glm-4v", "eval", "uaoa", {"eval-turns-unpaired:crash"}),
    ("glm-4v", "eval", "uao", {"eval-turns-unpaired:wrong-answer"}),
    ("glm-4v", "eval", "oa", {"eval-turns-unpaired:crash"}),
    ("glm-4v", "eval", "a", {"first-turn-assistant:crash"}),
    ("glm-4v", "eval", "au", {"first-turn-assistant:wrong-answer"}),
    ("glm-4v", "eval", "ux", {"role-unknown"}),
    ("glm-4v", "eval", "", {"assistant-missing:empty"}),
    ("llama-factory", "train", "ua", set()),
    ("llama-factory", "train", "suaua", set()),
    ("llama-factory", "train", "uua", {"turns-not-alternating:user-user"}),
    ("llama-factory", "train", "uaa", {"turns-not-alternating:assistant-assistant"}),
    ("llama-factory", "train", "uao", {"last-turn-not-assistant:observation"}),
    ("llama-factory", "train", "aua", {"first-turn-assistant"}),
    ("llama-factory", "train", "u", {"assistant-missing"}),
    ("llama-factory", "train", "s", {"assistant-missing:no-user"}),
    ("llama-factory", "train", "", {"assistant-missing:empty"}),
    ("llama-factory", "train", "uta", {"role-unknown"}),
    ("llama-factory", "train", "uasua", {"system-misplaced:not-first"}),
    ("llama-factory", "train", "ssua", {"system-misplaced:repeated"}),
    ("ms-swift", "train", "ua", set()),
    ("ms-swift", "train", "a", set()),
    ("ms-swift", "train", "uaa", set()),
    ("ms-swift", "train", "uau", set()),
    ("ms-swift", "train", "uata", set()),
    ("ms-swift", "train", "uta", set()),
    ("ms-swift", "train", "uua", {"turns-not-alternating:user-user"}),
    ("ms-swift", "train", "uatua", {"turns-not-alternating:tool-user"}),
    ("ms-swift", "train", "ta", {"turns-not-alternating:tool-first"}),
    ("ms-swift", "train", "u", {"assistant-missing"}),
    ("ms-swift", "train", "", {"assistant-missing:empty"}),
    ("ms-swift", "train", "ux", {"role-unknown"}),
    ("ms-swift", "train", "usa", {"system-misplaced:not-first"}),
    ("trl", "train", "ua", set()),
    ("trl", "train", "auu", set()),
    ("trl", "train", "uta", set()),
    ("trl", "train", "u", {"assistant-missing"}),
    ("trl", "train", "", {"assistant-missing:empty"}),
    ("trl", "train", "uoa", {"role-unknown:observation"}),
    ("trl", "train", "uxa", {"role-unknown"}),
    ("trl", "train", "usa", {"system-misplaced:not-first"}),
    ("trl", "train", "ssua", set()),
]


@pytest.mark.parametrize(("target", "kind", "letters", "expected"), TURNS)
def test_one_fault_of_turns_is_said_once(target: str, kind: str, letters: str, expected: set[str]) -> None:
    """The exact set of rules for a sequence of roles."""
    value, dialect = talk_of(letters), "glm"
    if target == "chatglm3":
        value, dialect = {"conversations": value["messages"]}, "sharegpt"

    assert verdict(target, value, kind, dialect) == expected


def test_settings_change_what_is_minded() -> None:
    """finetune.py with combine=false masks a trailing question; its own tokenizer keeps system turns in place."""
    assert verdict("glm-4", talk_of("uau"), combine=False) == set()
    assert verdict("glm-4", talk_of("u"), combine=False) == {"assistant-missing"}
    assert verdict("glm-4", talk_of("usa"), chat_template="python") == set()


def test_system_is_silent_where_an_image_comes_too_late_because_of_it() -> None:
    """That fault belongs to image-not-on-first-message."""
    value = talk_of("sua")
    value["messages"][1]["image"] = "a.png"

    assert verdict("glm-4v", value) == set()


def test_trl_refuses_observation_beside_images() -> None:
    """Only its vision path looks at roles."""
    assert verdict("trl", {**talk_of("uoa"), "images": ["a.png"]}) == {"role-unknown:with-images"}


PLACEHOLDERS = [
    # target, texts of user and assistant in turn, number of images (None: no such key), what is said
    ("llama-factory", ["<image>q", "a"], 1, set()),
    ("llama-factory", ["q", "a<image>"], 1, set()),
    ("llama-factory", ["q", "a"], None, set()),
    ("llama-factory", ["q", "a"], 1, {"placeholder-missing:one"}),
    ("llama-factory", ["q", "a"], 2, {"placeholder-missing:several"}),
    ("llama-factory", ["<image><image>q", "a"], 1, {"placeholder-count-mismatch:more"}),
    ("llama-factory", ["<image>q", "a"], 2, {"placeholder-count-mismatch:fewer"}),
    ("llama-factory", ["<image>q", "a"], 0, {"placeholder-count-mismatch:no-images"}),
    ("llama-factory", ["<image>q", "a"], None, {"placeholder-count-mismatch:text-only"}),
    ("llama-factory", ["<image>q", "a<image>"], 1, {"placeholder-in-answer"}),
    ("llama-factory", ["q", "a<image>"], 0, {"placeholder-in-answer:no-images"}),
    ("llama-factory", ["q", "a<image>"], None, {"placeholder-in-answer:text-only"}),
    ("llama-factory", ["<image>q", "a", "<image>r", "b"], 1, {"placeholder-repeated"}),
    ("llama-factory", ["<image>q", "a", "<image>r", "b"], 2, set()),
    ("ms-swift", ["<image>q", "a"], 1, set()),
    ("ms-swift", ["q", "a"], 1, set()),
    ("ms-swift", ["q", "a"], 2, {"placeholder-missing:several"}),
    ("ms-swift", ["<image>q", "a"], 2, {"placeholder-count-mismatch:fewer"}),
    ("ms-swift", ["<image><image>q", "a"], 1, {"placeholder-count-mismatch:more"}),
    ("ms-swift", ["<image>q", "a<image>"], 1, set()),
    ("ms-swift", ["q", "a<image>", "<image>r", "b"], 1, {"placeholder-in-answer:takes-image"}),
    ("ms-swift", ["q", "a<image>"], None, set()),
    ("ms-swift", ["<image>q", "a", "<image>r", "b"], 1, {"placeholder-repeated"}),
    ("trl", ["q", "a"], 2, set()),
    ("trl", ["<image>q", "a"], 1, {"placeholder-count-mismatch:literal"}),
    ("trl", ["<image>q", "a"], None, set()),
    ("glm-4", ["<image>q", "a<image>"], None, set()),
    ("glm-4v", ["<image>q", "a"], None, set()),
]


@pytest.mark.parametrize(("target", "texts", "images", "expected"), PLACEHOLDERS)
def test_one_fault_of_placeholders_is_said_once(
    target: str, texts: list[str], images: int | None, expected: set[str]
) -> None:
    """The exact set of rules for placeholders and images."""
    messages = [{"role": "assistant" if i % 2 else "user", "content": text} for i, text in enumerate(texts)]
    value: dict[str, Any] = {"messages": messages}
    if images is not None:
        value["images"] = [f"{number}.png" for number in range(images)]

    assert verdict(target, value, dialect="swift" if images else "glm") == expected


def test_template_decides_over_text_placeholders() -> None:
    """A text template of LLaMA-Factory keeps the word in an answer; a vision template fails on it."""
    value = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a<image>"}]}

    assert verdict("llama-factory", value, template="glm4") == set()
    assert verdict("llama-factory", value, template="glm4v") == {"placeholder-in-answer:text-only"}


def test_placeholders_wait_for_roles() -> None:
    """An unknown role hides its placeholders: only the role is said."""
    messages = [{"role": "x", "content": "<image>"}, {"role": "assistant", "content": "a"}]
    value = {"messages": messages, "images": ["a.png"]}

    assert verdict("llama-factory", value, dialect="swift") == {"role-unknown:with-images"}


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("ms-swift", set()),
        ("trl", {"placeholder-count-mismatch:literal"}),
        ("llama-factory", set()),
    ],
)
def test_a_single_image_beside_the_messages(target: str, expected: set[str]) -> None:
    """All take ``image`` for a list of one, LLaMA-Factory by its stanza; TRL has no placeholder in the text."""
    messages = [{"role": "user", "content": "<image>q"}, {"role": "assistant", "content": "a"}]

    assert verdict(target, {"messages": messages, "image": "a.png"}) == expected


@pytest.mark.parametrize("empty", ["", [None], [""]])
def test_empty_entries_are_not_counted(empty: object) -> None:
    """They have a rule of their own."""
    messages = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]

    assert verdict("llama-factory", {"messages": messages, "images": empty}, dialect="swift") == set()


def test_alpaca_records_have_no_order() -> None:
    """Their turns are made by the view."""
    value = {"instruction": "q", "input": "", "output": "a", "history": [["h", "i"]]}

    assert verdict("llama-factory", value, dialect="alpaca") == set()


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.name)
def test_every_target_has_a_word_on_the_rule(rule: ConversationRule) -> None:
    """An outcome or a reason why not."""
    for contract in targets.load_all():
        assert contract.applies(rule.name) or contract.why_not(rule.name), contract.name
