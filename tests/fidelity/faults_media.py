"""Faults of lists of images and of placeholders, as ShareGPT and ms-swift records hold them."""

from __future__ import annotations

from typing import Any

from .mutate import Work, fault

BOTH = ("sharegpt", "swift")


def _every(work: Work, value: Any) -> str:
    for record in work.records:
        record["images"] = value
    return "/images"


@fault(*BOTH, variant="images")
def image_file_url(w: Work) -> str:
    w.record["images"] = ["file://images/0.png"]
    return "/images/0"


@fault(*BOTH, variant="images", whole=True)
def every_image_number(w: Work) -> str:
    return _every(w, [7])


@fault(*BOTH, variant="images", whole=True)
def every_image_in_lists(w: Work) -> str:
    return _every(w, [["images/0.png"]])


@fault(*BOTH, variant="images", whole=True)
def every_images_number(w: Work) -> str:
    return _every(w, 7)


@fault(*BOTH, variant="images")
def placeholder_in_question_and_answer(w: Work) -> str:
    w.turns[1][w.keys.text] += " It is seen in <image>."
    return w.at(1, w.keys.text)


@fault(*BOTH, variant="images")
def placeholder_in_each_question(w: Work) -> str:
    w.turns.extend([w.say("user", "<image>And what is behind it?"), w.say("assistant", "The castle.")])
    return w.at(2, w.keys.text)


@fault(*BOTH, variant="images")
def placeholder_in_system_too(w: Work) -> str:
    w.turns.insert(0, w.say("system", "Each question shows <image> first."))
    return w.at(0, w.keys.text)


@fault(*BOTH, variant="two-images")
def placeholder_one_for_two(w: Work) -> str:
    w.turns[0][w.keys.text] = w.turns[0][w.keys.text].replace("<image>", "", 1)
    return w.at(0, w.keys.text)


@fault(*BOTH, variant="two-images")
def placeholder_none_for_two(w: Work) -> str:
    w.turns[0][w.keys.text] = w.turns[0][w.keys.text].replace("<image>", "")
    return w.at(0, w.keys.text)


@fault(*BOTH, variant="images")
def placeholder_in_answer_without_images(w: Work) -> str:
    w.turns[0][w.keys.text] = w.turns[0][w.keys.text].replace("<image>", "")
    w.turns[1][w.keys.text] += " It is seen in <image>."
    w.record["images"] = []
    return w.at(1, w.keys.text)


@fault(*BOTH, variant="images")
def placeholder_of_earlier_answer(w: Work) -> str:
    """An answer that stands before the question of the image takes it."""
    w.turns[:0] = [w.say("user", "What will you show?"), w.say("assistant", "A sight: <image>.")]
    return w.at(1, w.keys.text)
