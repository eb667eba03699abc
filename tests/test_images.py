"""Images: what the reader says of real files, sound and broken, and that it opens no more than it must."""

from __future__ import annotations

import base64
import io
import os
import pickle
import struct
import unicodedata
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from glm_schema_lint.record import DataFile, Dataset, Split
from glm_schema_lint.rules import Context, ConversationRule, by_name
from glm_schema_lint.sources import images as module
from glm_schema_lint.sources.images import ImageReader, classify
from glm_schema_lint.sources.sniff import sniff
from glm_schema_lint.targets import load
from glm_schema_lint.views import Viewer

BROKEN = {"truncated", "not-image", "decode-failed"}


def context(root: Path | None, target: str = "glm-4v", **given_settings: Any) -> Context:
    """What a rule would ask with, for a dataset folder."""
    files = [DataFile(root / "train.jsonl", "train.jsonl", "lines")] if root else []
    split = Split("train", "train", files, "glm")
    return Context(load(target), split, Dataset(root, [split]), settings=given_settings)


def photo(size: tuple[int, int] = (40, 30), mode: str = "RGB") -> Image.Image:
    """A picture that does not compress to nothing."""
    image = Image.effect_noise(size, 64)
    return image if mode == "L" else image.convert("RGB").convert(mode)


def packed(image: Image.Image, kind: str, **options: Any) -> bytes:
    """``image`` as a file of this kind."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def oriented(turn: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = turn
    return exif


def samples() -> dict[str, bytes]:
    """Every kind of file a camera, a browser or a script is likely to leave."""
    red, frames = photo(), [photo() for _ in range(3)]
    thumbnail = packed(photo((16, 12)), "JPEG")
    exif = b"Exif\0\0" + packed(photo((8, 8)), "TIFF")[:8] + b"\0\0\0\0\0\0" + thumbnail
    return {
        "jpeg": packed(red, "JPEG"),
        "jpeg progressive": packed(photo((200, 150)), "JPEG", progressive=True),
        "jpeg with thumbnail": packed(red, "JPEG", exif=exif),
        "jpeg turned": packed(red, "JPEG", exif=oriented(6)),
        "jpeg trailing": packed(red, "JPEG") + b"\0" * 100 + b"MotionPhoto" * 20_000,
        "jpeg profile": packed(red, "JPEG", icc_profile=os.urandom(150_000)),
        "jpeg grey": packed(photo(mode="L"), "JPEG"),
        "jpeg cmyk": packed(photo(mode="CMYK"), "JPEG"),
        "mpo": packed(red, "MPO", save_all=True, append_images=frames),
        "png": packed(red, "PNG"),
        "png large": packed(photo((400, 300)), "PNG"),
        "png palette": packed(photo(mode="P"), "PNG"),
        "png alpha": packed(photo(mode="RGBA"), "PNG", exif=oriented(3)),
        "png trailing": packed(red, "PNG") + b"\n\n",
        "apng": packed(red, "PNG", save_all=True, append_images=frames),
        "webp": packed(red, "WEBP"),
        "webp lossless": packed(photo(mode="RGBA"), "WEBP", lossless=True),
        "webp turned": packed(red, "WEBP", exif=oriented(8).tobytes()),
        "webp animated": packed(red, "WEBP", save_all=True, append_images=frames),
        "gif": packed(red, "GIF"),
        "gif animated": packed(red, "GIF", save_all=True, append_images=frames),
        "bmp": packed(red, "BMP"),
        "bmp palette": packed(photo(mode="P"), "BMP"),
        "tiff": packed(red, "TIFF"),
        "tiff deflate": packed(photo(), "TIFF", compression="tiff_deflate"),
        "tiff pages": packed(photo(), "TIFF", save_all=True, append_images=[photo(), photo()]),
        "ppm": packed(red, "PPM"),
        "ico": packed(red, "ICO"),
    }


SAMPLES = samples()


def opens(data: bytes) -> bool:
    """True if a trainer can make RGB of it: the second witness."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.convert("RGB")
    except Exception:  # noqa: BLE001  decoders raise what they like
        return False
    return True


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("level", ["header", "decode"])
def test_sound_image_has_no_problem_and_the_facts_pillow_has(name: str, level: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(SAMPLES[name])

    facts = ImageReader(level).look("a", context(tmp_path))

    with Image.open(io.BytesIO(SAMPLES[name])) as image:
        assert (facts.problem, facts.size, facts.orientation or 1) == (None, image.size, image.getexif().get(0x0112, 1))
        assert facts.mode in (image.mode, None) or image.format == "GIF"
    assert facts.bytes == len(SAMPLES[name])


@pytest.mark.parametrize("name", [n for n in SAMPLES if n not in ("ppm", "ico")])
def test_usual_formats_need_no_decoder(name: str) -> None:
    seen = sniff(io.BytesIO(SAMPLES[name]), len(SAMPLES[name]))

    assert not seen.doubt
    assert seen.problem is None


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.floats(0, 1), st.integers(0, 40))
def test_cut_image_is_called_broken_exactly_if_it_does_not_open(name: str, share: float, back: int) -> None:
    whole = SAMPLES[name]
    data = whole[: max(1, min(len(whole) - 1, int(len(whole) * share) - back))]

    facts = ImageReader().look(data, context(None, "trl"))

    assert (facts.problem in BROKEN) == (not opens(data)), facts


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=1, max_size=400), st.sampled_from(sorted(SAMPLES)), st.integers(0, 60))
def test_no_bytes_make_the_reader_raise(noise: bytes, name: str, kept: int) -> None:
    facts = ImageReader("decode").look(SAMPLES[name][:kept] + noise, context(None, "trl"))

    assert facts.kind == "bytes"


@pytest.mark.parametrize(("data", "problem", "detail"), [
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12345\n", "lfs-pointer", "Git LFS"),
    (b"\n<!DOCTYPE html><html><body>404</body></html>", "error-page", "HTML"),
    (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "error-page", "XML"),
    (b'{"error": "not found"}', "error-page", "JSON"),
    (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not-image", "SVG"),
    (b"%PDF-1.7 ...", "not-image", "PDF"),
    (b"just words", "not-image", "text"),
    (b"\0\0\0\x18ftypheic" + b"\0" * 40, "not-image", "HEIC"),
    (b"\x89PNG\r\n\x1a\n", "truncated", ""),
])  # fmt: skip
def test_stranger_is_named(data: bytes, problem: str, detail: str, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(data)

    facts = ImageReader().look("a.jpg", context(tmp_path))

    assert facts.problem == problem
    assert detail in facts.detail


def png(width: int, height: int, *extra: tuple[bytes, bytes]) -> bytes:
    """A PNG that claims any size, with no pixels."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        *extra,
        (b"IDAT", zlib.compress(b"\0")),
        (b"IEND", b""),
    ]
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("level", ["header", "decode"])
def test_bomb_is_refused_by_its_header(level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bomb.png").write_bytes(png(40_000, 40_000))
    monkeypatch.setattr(Image, "open", lambda *_: pytest.fail("opened"))
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda *_: pytest.fail("decoded"))

    facts = ImageReader(level).look("bomb.png", context(tmp_path))

    assert (facts.problem, facts.size) == ("bomb", (40_000, 40_000))


@pytest.mark.parametrize("chunk", [
    (b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 3_000_000)),
    (b"iCCP", b"icc\0\0" + zlib.compress(b"x" * 3_000_000)),
    (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"x" * 3_000_000)),
])  # fmt: skip
def test_metadata_that_pillow_will_not_unpack(chunk: tuple[bytes, bytes], tmp_path: Path) -> None:
    data = png(2, 2, chunk)
    (tmp_path / "a.png").write_bytes(data)

    facts = ImageReader().look("a.png", context(tmp_path))

    assert facts.problem == "metadata"
    with pytest.raises(ValueError, match="MAX_TEXT_CHUNK"):
        Image.open(io.BytesIO(data)).load()


def test_sixteen_bit_values_that_rgb_cannot_hold(tmp_path: Path) -> None:
    deep = Image.new("I;16", (40, 40), 40_000)
    shallow = Image.new("I;16", (40, 40), 200)
    deep.save(tmp_path / "deep.png")
    shallow.save(tmp_path / "shallow.png")
    reader = ImageReader()

    assert reader.look("deep.png", context(tmp_path)).clipped
    assert not reader.look("shallow.png", context(tmp_path)).clipped
    with Image.open(tmp_path / "deep.png") as image:
        assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_only_regular_files_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "empty.png").touch()
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "dead.png").symlink_to("nowhere.png")
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened"))
    reader = ImageReader()

    problems = {
        name: reader.look(name, context(tmp_path)).problem
        for name in ("pipe.png", "folder.png", "empty.png", "loop.png", "dead.png", "a\0b.png", "x" * 5000)
    }

    assert problems == {
        "pipe.png": "not-regular",
        "folder.png": "not-regular",
        "empty.png": "empty",
        "loop.png": "missing",
        "dead.png": "missing",
        "a\0b.png": "missing",
        "x" * 5000: "missing",
    }


@pytest.mark.skipif(os.name != "posix", reason="permissions of a file")
def test_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(SAMPLES["png"])
    (tmp_path / "a.png").chmod(0)
    if os.geteuid() == 0:

        def refuse(*_: Any) -> int:
            raise PermissionError

        monkeypatch.setattr(os, "open", refuse)

    assert ImageReader().look("a.png", context(tmp_path)).problem == "no-permission"


def test_each_file_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = os.open
    monkeypatch.setattr(os, "open", lambda path, *rest: (opened.append(path), real(path, *rest))[1])
    for index in range(3):
        (tmp_path / f"{index}.png").write_bytes(SAMPLES["png"])
    reader = ImageReader()

    for target in ("glm-4v", "ms-swift"):
        for index in range(30):
            reader.look(f"{'./' * (index % 2)}{index % 3}.png", context(tmp_path, target))
            reader.look(str(tmp_path / f"{index % 3}.png"), context(tmp_path, target))

    assert len(opened) == 3
    assert reader.relative_seen
    assert reader.relative == 3


def test_level_exists_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(b"no image")
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened"))

    assert ImageReader("exists").look("a.png", context(tmp_path)).problem is None


def test_paths_start_at_the_dataset_never_at_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "cwd"
    for folder in (data / "img", elsewhere / "img"):
        folder.mkdir(parents=True)
    (elsewhere / "img" / "a.png").write_bytes(SAMPLES["png"])
    (data / "img" / "b.png").write_bytes(SAMPLES["png"])
    monkeypatch.chdir(elsewhere)

    assert ImageReader().look("img/a.png", context(data)).problem == "missing"
    assert ImageReader().look("img/b.png", context(data)).problem is None
    assert ImageReader(image_root=elsewhere).look("img/a.png", context(data)).problem is None
    assert ImageReader().look("img/a.png", context(None, "trl")).problem == "unanchored"


def test_media_dir_of_a_trainer_comes_first(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.png").write_bytes(SAMPLES["png"])

    inside = ImageReader().look("a.png", context(tmp_path, "llama-factory", media_dir="media"))
    without = ImageReader().look("a.png", context(tmp_path, "llama-factory"))

    assert inside.problem is None
    assert without.problem == "missing"


def test_lost_image_is_looked_for(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "Photos").mkdir(parents=True)
    (data / "Photos" / "Cat.JPG").write_bytes(SAMPLES["jpeg"])
    (data / "Photos" / unicodedata.normalize("NFD", "é.jpg")).write_bytes(SAMPLES["jpeg"])
    (tmp_path / "beside.jpg").write_bytes(SAMPLES["jpeg"])
    reader = ImageReader()

    def told(source: str) -> tuple[str | None, str, str | None]:
        facts = reader.look(source, context(data))
        return facts.problem, facts.detail, facts.place

    assert told("photos/cat.jpg") == ("name-differs", "case", "Photos/Cat.JPG")
    assert told(unicodedata.normalize("NFC", "Photos/é.jpg"))[:2] == ("name-differs", "unicode")
    assert told("Photos\\Cat.JPG") == ("backslash", "", "Photos/Cat.JPG")
    assert told("Photos\\Dog.JPG") == ("backslash", "", None)
    assert told("beside.jpg") == ("elsewhere", "above", "../beside.jpg")
    assert told("data/Photos/Cat.JPG") == ("elsewhere", "above", "Photos/Cat.JPG")
    assert told("Cat.JPG")[0] == "missing"
    assert told("/root/autodl-tmp/job/Photos/Cat.JPG") == ("another-machine", "", "Photos/Cat.JPG")
    assert told("C:\\Users\\me\\Photos\\Cat.JPG") == ("another-machine", "drive", "Photos/Cat.JPG")
    assert told("/root/autodl-tmp/job/x.jpg") == ("another-machine", "", None)
    assert told(str(data / "Photos" / "x.jpg")) == ("missing", "", None)
    assert told("Photos/x.jpg") == ("missing", "", None)


def test_forms_an_image_is_given_in() -> None:
    inline = base64.b64encode(SAMPLES["png"]).decode()
    reader = ImageReader()

    kinds = [classify(source)[0] for source in (
        "a.png", "/data/images/0001.png", "https://x/y.png", "s3://b/a.png", "file:///a.png",
        f"data:image/png;base64,{inline}",
        inline, SAMPLES["png"], {"bytes": SAMPLES["png"], "path": None}, {"bytes": None, "path": "a.png"},
        {"url": "http://x/y.png"}, 5, None, [], "", "C:\\a\\b.png",
    )]  # fmt: skip

    assert kinds == [
        "path",
        "path",
        "url",
        "url",
        "file-url",
        "data-uri",
        "base64",
        "bytes",
        "bytes",
        "path",
        "unknown",
        "unknown",
        "unknown",
        "unknown",
        "unknown",
        "path",
    ]
    assert reader.look(f"data:image/png;base64,{inline}", context(None, "trl")).size == (40, 30)
    assert reader.look(f"data:image/png;base64,{inline[:-200]}", context(None, "trl")).problem == "truncated"
    assert reader.look("data:image/png;base64", context(None, "trl")).problem == "bad-data-uri"
    assert reader.look("data:image/png;base64,@@@@", context(None, "trl")).problem == "bad-data-uri"
    assert reader.look(inline, context(None, "trl")).size == (40, 30)


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 10)
    reader, asker = ImageReader(), context(tmp_path)
    for index in range(50):
        (tmp_path / f"{index}.png").write_bytes(SAMPLES["png"])
        assert reader.look(f"{index}.png", asker).problem is None
        assert reader.look(f"{index}.png", context(tmp_path)).problem is None

    assert len(reader._files) <= 10
    assert len(reader._seats) <= 16
    assert all(len(seat.named) <= 10 for seat in reader._seats.values())


def test_reader_travels_to_a_worker_without_its_memory(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(SAMPLES["png"])
    reader = ImageReader("decode", tmp_path)
    reader.look("a.png", context(tmp_path))

    copy = pickle.loads(pickle.dumps(reader))

    assert (copy.level, copy.image_root) == ("decode", str(tmp_path))
    assert copy.look("a.png", context(tmp_path)) == reader.look("a.png", context(tmp_path))


OURS = [name for name, rule in by_name().items() if rule.family == "IMG" and isinstance(rule, ConversationRule)]


def findings(
    name: str, image: Any, root: Path, level: str = "header", target: str = "glm-4v"
) -> list[tuple[str, str, str]]:
    """(case, English, Chinese) of every hit of one rule on a record with one image on its first message."""
    rule = by_name()[name]
    ctx = context(root, target)
    ctx.images = ImageReader(level)
    split = ctx.split
    split.dialect = "glm"
    value = {"messages": [{"role": "user", "content": "?", "image": image}, {"role": "assistant", "content": "."}]}
    talk = Viewer(ctx.target, split)(value)
    assert talk is not None
    assert isinstance(rule, ConversationRule)
    hits = list(rule.check(talk, ctx))
    return [(hit.case, *(rule.message(hit.case).say(lang, **hit.values) for lang in ("en", "zh"))) for hit in hits]


def test_metadata_finding_names_the_chunk(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(2, 2, (b"iCCP", b"icc\0\0" + zlib.compress(b"x" * 3_000_000))))

    [(case, english, chinese)] = findings("image-oversized", "a.png", tmp_path)

    assert case == "metadata"
    assert "iCCP" in english
    assert "iCCP" in chinese


def test_damage_inside_is_found_by_decoding_only(tmp_path: Path) -> None:
    whole = bytearray(SAMPLES["png large"])
    whole[200:240] = bytes(40)
    (tmp_path / "a.png").write_bytes(whole)

    assert not opens(bytes(whole))
    assert findings("image-unreadable", "a.png", tmp_path) == []
    assert [case for case, *_ in findings("image-unreadable", "a.png", tmp_path, "decode")] == ["decode"]


def test_one_fault_is_one_finding(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "cut.jpg").write_bytes(SAMPLES["jpeg"][:500])
    (tmp_path / "page.jpg").write_bytes(b"<!DOCTYPE html>")
    (tmp_path / "bomb.png").write_bytes(png(40_000, 40_000))
    (tmp_path / "folder").mkdir()
    sources = ["empty.png", "cut.jpg", "page.jpg", "bomb.png", "folder", "no.png", "a\\b.png", "/root/autodl-tmp/x.png",
               "https://x/y.png", "file:///y.png", "data:image/png;base64,AAAA", ["a.png"], {"path": "a.png"},
               {"bytes": None, "path": "no.png"}, b"no image"]  # fmt: skip

    for source in sources:
        names = OURS
        fired = [name for name in names if findings(name, source, tmp_path)]
        assert len(fired) == 1, (source, fired)


def test_objects_that_are_no_json_are_left_alone(tmp_path: Path) -> None:
    assert findings("image-value-wrong", photo(), tmp_path) == []
    assert len(findings("image-value-wrong", SAMPLES["png"], tmp_path)) == 1


@pytest.mark.parametrize("name", [n for n in SAMPLES if "turned" not in n and n not in ("png alpha", "ico")])
def test_sound_image_has_no_finding(name: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(SAMPLES[name])

    several = any(word in name for word in ("animated", "apng", "pages"))
    fired = [rule for rule in OURS if findings(rule, "a", tmp_path, "decode")]
    assert fired == (["image-animated"] if several else [])


@pytest.mark.parametrize("name", ["jpeg turned", "webp turned", "png alpha"])
def test_trainers_line_does_not_turn_a_photo(name: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(SAMPLES[name])

    with Image.open(tmp_path / "a") as image:
        assert image.convert("RGB").size == (40, 30)
    assert len(findings("image-rotated", "a", tmp_path)) == 1
