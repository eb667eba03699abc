"""Video files: an MP4 without its index is told from a whole one, and no file makes the reader fail."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glm_schema_lint import lint
from glm_schema_lint.sources import videos

KINDS = st.sampled_from([b"ftyp", b"free", b"mdat", b"moov", b"wide", b"udta"])
BOXES = st.lists(st.tuples(KINDS, st.binary(max_size=40), st.booleans()), max_size=6)


def box(kind: bytes, body: bytes, *, long: bool = False) -> bytes:
    """An ISO box; ``long`` writes its size as 64 bits."""
    if long:
        return b"\x00\x00\x00\x01" + kind + (16 + len(body)).to_bytes(8, "big") + body
    return (8 + len(body)).to_bytes(4, "big") + kind + body


@settings(max_examples=300, deadline=None)
@given(BOXES, st.integers(0, 300))
def test_a_cut_mp4_is_told_by_whether_its_index_was_reached(boxes: list[tuple[bytes, bytes, bool]], keep: int) -> None:
    """Cut anywhere: unfinished exactly where no whole head of a ``moov`` box is left."""
    parts = [box(b"ftyp", b"isom"), *(box(kind, body, long=long) for kind, body, long in boxes)]
    data = b"".join(parts)
    data = data[: max(8, len(data) - keep)]
    starts = [sum(map(len, parts[:n])) for n in range(len(parts))]
    kinds = [b"ftyp", *(kind for kind, _, _ in boxes)]
    whole = any(kind == b"moov" and start + 8 <= len(data) for kind, start in zip(kinds, starts, strict=True))
    assert (videos.look(io.BytesIO(data), len(data)).problem is None) == whole


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\x00\x00\x00\x10ftyp", b"\x00\x00\x00\x01mdat"]))
def test_no_bytes_make_the_reader_fail(data: bytes, before: bytes) -> None:
    """Sizes of zero, of one, beyond the end: a verdict, never an exception."""
    assert videos.look(io.BytesIO(before + data), len(before + data)).problem in (
        None, "unfinished", "lfs-pointer", "error-page",
    )  # fmt: skip


def test_a_file_of_very_many_boxes_is_believed() -> None:
    """The walk is bounded."""
    data = box(b"ftyp", b"isom") + box(b"free", b"") * (videos.BOXES + 1)
    assert videos.look(io.BytesIO(data), len(data)).problem is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes")
def test_only_regular_files_are_opened_and_levels_are_kept(tmp_path: Path) -> None:
    """A pipe does not stop the run; --images exists does not look inside, none not at all."""
    (tmp_path / "cut.mp4").write_bytes(box(b"ftyp", b"isom") + box(b"mdat", b"x"))
    os.mkfifo(tmp_path / "pipe.mp4")
    ask = [{"role": "user", "content": "<video>What?"}, {"role": "assistant", "content": "A cat."}]
    rows = [{"messages": ask, "videos": [name]} for name in ("cut.mp4", "pipe.mp4", "gone.mp4")]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    told = {}
    for level in ("none", "exists", "header", "decode"):
        report = lint(tmp_path, target="ms-swift", settings={"template": "glm4_5v"}, images=level).to_dict()
        told[level] = sorted(g["case"] for g in report["groups"] if g["rule"] == "video-unreadable")
    assert told == {
        "none": [], "exists": ["missing"], "header": ["missing", "unfinished"], "decode": ["missing", "unfinished"],
    }  # fmt: skip
