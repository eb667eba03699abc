"""Images: a bare path as a list, paths as the files are called, the image where the trainer looks, one for each record."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ...record import Conversation, ImageRef
from ...rules.img._look import on_messages, opened
from ..seat import Seat
from ..values import replaced


class ListImages:
    """images-in-list: what stands where a list is wanted becomes a list of one."""

    name = "images-in-list"

    def __init__(self, seat: Seat) -> None:
        image = seat.target.image
        self._key = seat.reads.images if seat.reads is not None and image.list_is == "list" else ""
        self._minds = bool(self._key) and seat.minds("images-not-list")

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The record with its images in a list."""
        held = value.get(self._key) if self._minds else None
        return [{**value, self._key: [held]}] if isinstance(held, str | dict) and held else [value]


class Paths:
    """path-as-on-disk: slashes for backslashes, the file's own spelling, and the way from the dataset folder."""

    name = "path-as-on-disk"

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        rules = ("image-path-backslash", "image-name-mismatch", "image-missing")
        cases = ("", "found", "case", "unicode", "elsewhere", "start-above")
        self._minds = any(seat.minds(rule, case) for rule in rules for case in cases)
        self._moved = seat.images.image_root

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The record with its paths mended."""
        talk = self._seat.viewer(value) if self._minds else None
        made = value
        for ref in opened(talk, self._seat.ctx) if talk is not None else ():
            path = self._better(ref)
            if path is not None:
                made = replaced(made, ref.pointer if isinstance(ref.source, str) else f"{ref.pointer}/path", path)
        return [made]

    def _better(self, ref: ImageRef) -> str | None:
        written = ref.source.get("path") if isinstance(ref.source, dict) else ref.source
        if not isinstance(written, str):
            return None
        facts = self._seat.images.look(ref.source, self._seat.ctx)
        root = self._seat.dataset.root
        if facts.problem == "backslash" and facts.place:
            slashed = written.replace("\\", "/")
            base = self._seat.images.image_root or (str(root) if root is not None else "")
            place = os.path.join(str(root), facts.place)
            return slashed if os.path.realpath(os.path.join(base, slashed)) == os.path.realpath(place) else None
        if facts.problem not in ("name-differs", "elsewhere") or not _inside(facts.place):
            return None
        if Path(written).is_absolute():  # it stays so: where it starts is no part of what is wrong with it
            return os.path.normpath(os.path.join(os.path.abspath(str(root)), str(facts.place)))
        if self._moved is None:
            return facts.place
        place = os.path.relpath(
            os.path.join(os.path.abspath(str(root)), str(facts.place)), os.path.abspath(self._moved)
        )
        return place.replace(os.sep, "/") if _inside(place) else None


def _inside(place: str | None) -> bool:
    return bool(place) and place is not None and not place.startswith("..")


class FirstMessage:
    """image-to-first: the one image of a record moves to message 0; a system text before it joins the message it stood on."""

    name = "image-to-first"

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._minds = seat.target.image.where == "first-message" and seat.minds("image-not-on-first-message")

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """The record with its image in front; untouched if it has several."""
        seat = self._seat
        talk = seat.viewer(value) if self._minds else None
        named = on_messages(talk) if talk is not None else []
        if talk is None or seat.reads is None or len(named) != 1 or not named[0].turn:
            return [value]
        key, at, content = seat.reads.message_image, seat.reads.messages, seat.reads.content
        messages = [dict(message) if isinstance(message, dict) else message for message in value[at]]
        if not all(isinstance(message, dict) for message in messages):
            return [value]
        image = messages[named[0].turn].pop(key)
        first, second = messages[0], messages[1]
        texts = (first.get(content), second.get(content))
        if (
            talk.turns[0].kind == "system"
            and all(isinstance(text, str) for text in texts)
            and talk.turns[1].kind == "user"
            and not first.get("tools")
        ):
            messages = [{**second, content: f"{texts[0]}\n\n{texts[1]}"}, *messages[2:]]
        messages[0][key] = image
        return [{**value, at: messages}]


class SplitImages:
    """one-image-each: a record is cut before every turn that brings another image than the model can take."""

    name = "one-image-each"

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        image = seat.target.image
        self._most = image.max_by_template.get(str(seat.ctx.setting("template")), image.max)
        self._minds = bool(self._most) and seat.minds("too-many-images")

    def __call__(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        """Records of at most so many images, each from a user turn to an answer; the record itself if it cannot be cut so."""
        seat = self._seat
        talk = seat.viewer(value) if self._minds else None
        if talk is None or seat.reads is None or self._most is None:
            return [value]
        messages = value.get(seat.reads.messages)
        if not isinstance(messages, list) or len(talk.turns) != len(messages):
            return [value]
        held = self._held(talk)
        if held is None or sum(map(len, held)) <= self._most or max(map(len, held)) > self._most:
            return [value]
        lead = 1 if talk.turns[0].kind == "system" and not held[0] else 0
        pieces: list[list[int]] = [[]]
        for turn in range(lead, len(messages)):
            full = sum(len(held[t]) for t in pieces[-1]) + len(held[turn]) > self._most
            if full and pieces[-1]:
                pieces.append([])
            pieces[-1].append(turn)
        if not all(talk.turns[p[0]].kind == "user" and talk.turns[p[-1]].kind == "assistant" for p in pieces):
            return [value]
        made = []
        for piece in pieces:
            new = {**value, seat.reads.messages: [*messages[:lead], *(messages[t] for t in piece)]}
            if talk.images_pointer is not None and seat.reads.images in value:
                new[seat.reads.images] = [source for t in piece for source in held[t]]
            made.append(new)
        return made

    def _held(self, talk: Conversation) -> list[list[Any]] | None:
        """The images of each turn: on its message, or by its placeholders; None if the two do not say."""
        held: list[list[Any]] = [[] for _ in talk.turns]
        if self._seat.target.image.where == "first-message":
            for ref in on_messages(talk):
                held[ref.turn or 0].append(ref.source)
            return held
        beside = talk.images_value if isinstance(talk.images_value, list) else None
        if beside is None or sum(turn.placeholders for turn in talk.turns) != len(beside):
            return None
        left = iter(beside)
        for number, turn in enumerate(talk.turns):
            held[number] = [next(left) for _ in range(turn.placeholders)]
        return held
