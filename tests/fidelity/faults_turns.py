"""Faults of roles and of the order of messages."""

from __future__ import annotations

from .mutate import CHAT, Work, fault


def _role(work: Work, who: str, value: object, *, last: bool = True) -> str:
    turn = work.turn(who, last=last)
    turn[work.keys.role] = value
    return work.at(turn, work.keys.role)


@fault(*CHAT)
def role_unknown(w: Work) -> str:
    return _role(w, "assistant", "robot")


@fault(*CHAT)
def role_of_another_dialect(w: Work) -> str:
    return _role(w, "assistant", "assistant" if w.dialect == "sharegpt" else "gpt")


@fault(*CHAT)
def user_role_of_another_dialect(w: Work) -> str:
    return _role(w, "user", "user" if w.dialect == "sharegpt" else "human")


@fault(*CHAT)
def role_capital(w: Work) -> str:
    return _role(w, "user", w.keys.user.capitalize(), last=False)


@fault(*CHAT)
def role_with_space(w: Work) -> str:
    return _role(w, "assistant", w.keys.assistant + " ")


@fault(*CHAT)
def role_empty(w: Work) -> str:
    return _role(w, "assistant", "")


@fault(*CHAT)
def role_null(w: Work) -> str:
    return _role(w, "assistant", None)


@fault(*CHAT)
def role_number(w: Work) -> str:
    return _role(w, "assistant", 2)


@fault(*CHAT)
def role_missing(w: Work) -> str:
    turn = w.turn("assistant", last=True)
    del turn[w.keys.role]
    return w.at(turn)


@fault(*CHAT)
def observation_of_another_dialect(w: Work) -> str:
    w.turns.insert(2, {w.keys.role: "observation" if w.keys.observation == "tool" else "tool", w.keys.text: "{}"})
    return w.at(2, w.keys.role)


@fault(*CHAT)
def assistant_missing(w: Work) -> str:
    w.turns[:] = [turn for turn in w.turns if turn[w.keys.role] == w.keys.user][:1]
    return f"/{w.keys.turns}"


@fault(*CHAT)
def ends_with_user(w: Work) -> str:
    w.turns.append(w.say("user", "And then?"))
    return w.at(len(w.turns) - 1)


@fault(*CHAT)
def starts_with_assistant(w: Work) -> str:
    w.turns.insert(0, w.say("assistant", "Hello, I am your guide."))
    return w.at(0)


@fault(*CHAT)
def two_users(w: Work) -> str:
    w.turns.insert(1, w.say("user", "I mean the first one."))
    return w.at(1)


@fault(*CHAT)
def two_assistants(w: Work) -> str:
    w.turns.insert(2, w.say("assistant", "And it is free."))
    return w.at(2)


@fault(*CHAT)
def three_assistants_at_end(w: Work) -> str:
    w.turns.extend([w.say("assistant", "And it is free."), w.say("assistant", "On Sundays.")])
    return w.at(len(w.turns) - 2)


@fault(*CHAT)
def swapped(w: Work) -> str:
    w.turns.reverse()
    return w.at(0)


@fault(*CHAT, variant="system")
def two_systems(w: Work) -> str:
    w.turns.insert(1, w.say("system", "Be brief."))
    return w.at(1)


@fault(*CHAT)
def system_late(w: Work) -> str:
    w.turns.insert(2, w.say("system", "Be brief."))
    return w.at(2)


@fault(*CHAT)
def system_last(w: Work) -> str:
    w.turns.append(w.say("system", "Be brief."))
    return w.at(len(w.turns) - 1)


@fault(*CHAT)
def system_alone(w: Work) -> str:
    w.turns[:] = [w.say("system", "Be brief.")]
    return f"/{w.keys.turns}"


@fault(*CHAT)
def observation_after_user(w: Work) -> str:
    w.turns.insert(1, w.say("observation", '{"sight": "none"}'))
    return w.at(1)


@fault(*CHAT)
def observation_between(w: Work) -> str:
    w.turns[2:2] = [w.say("observation", '{"sight": "none"}'), w.say("assistant", "There is none.")]
    return w.at(2)


@fault(*CHAT)
def ends_with_observation(w: Work) -> str:
    w.turns.append(w.say("observation", '{"sight": "none"}'))
    return w.at(len(w.turns) - 1)


@fault(*CHAT)
def messages_empty(w: Work) -> str:
    w.record[w.keys.turns] = []
    return f"/{w.keys.turns}"


@fault(*CHAT)
def messages_null(w: Work) -> str:
    w.record[w.keys.turns] = None
    return f"/{w.keys.turns}"


@fault(*CHAT)
def messages_missing(w: Work) -> str:
    w.record["dialogue"] = w.record.pop(w.keys.turns)
    return ""


@fault(*CHAT, whole=True)
def messages_misnamed(w: Work) -> str:
    for record in w.records:
        record["dialogue"] = record.pop(w.keys.turns)
    return ""


@fault(*CHAT)
def messages_as_string(w: Work) -> str:
    import json

    w.record[w.keys.turns] = json.dumps(w.turns)
    return f"/{w.keys.turns}"


@fault(*CHAT)
def messages_as_object(w: Work) -> str:
    w.record[w.keys.turns] = w.turns[0]
    return f"/{w.keys.turns}"


@fault(*CHAT)
def message_null(w: Work) -> str:
    w.turns[1] = None
    return w.at(1)


@fault(*CHAT)
def message_string(w: Work) -> str:
    w.turns[1] = "It is the harbour."
    return w.at(1)


@fault(*CHAT)
def message_nested(w: Work) -> str:
    w.turns[1] = [w.turns[1]]
    return w.at(1)


@fault(*CHAT, whole=True)
def every_answer_missing(w: Work) -> str:
    """No record is left where such records are dropped."""
    for record in w.records:
        turns = record[w.keys.turns]
        turns[:] = [turn for turn in turns if turn[w.keys.role] == w.keys.user][:1]
    return f"/{w.keys.turns}"
