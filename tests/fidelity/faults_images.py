"""Faults of images and their placeholders."""

from __future__ import annotations

from typing import Any

from .mutate import IMAGES, Work, fault, picture

MIXED = ("glm-4v", "sharegpt", "swift")  # dialects that name an image by a plain path


def _put(work: Work, value: Any) -> str:
    """Set the image of the record to ``value``; its pointer."""
    if work.dialect == "glm-4v":
        work.turns[0]["image"] = value
        return work.at(0, "image")
    work.record["images"] = [value]
    return "/images/0"


def put_file(work: Work, name: str, data: bytes) -> str:
    """Set the image of the record to a file of these bytes; its pointer."""
    work.files[f"images/{name}"] = data
    return _put(work, f"images/{name}")


@fault(*IMAGES, variant="images")
def image_missing(w: Work) -> str:
    return _put(w, "images/nowhere.png")


@fault(*IMAGES, variant="images")
def image_path_empty(w: Work) -> str:
    return _put(w, "")


@fault(*IMAGES, variant="images")
def image_null(w: Work) -> str:
    return _put(w, None)


@fault(*IMAGES, variant="images")
def image_number(w: Work) -> str:
    return _put(w, 7)


@fault(*IMAGES, variant="images")
def image_nested_list(w: Work) -> str:
    return _put(w, ["images/0.png"])


@fault(*IMAGES, variant="images")
def image_url(w: Work) -> str:
    return _put(w, "http://127.0.0.1:47613/cat.png")


@fault(*MIXED, variant="images")
def image_data_uri(w: Work) -> str:
    return _put(w, "data:image/png;base64,iVBORw0KGgo=")


@fault(*IMAGES, variant="images")
def image_of_windows(w: Work) -> str:
    return _put(w, "C:\\data\\images\\0.png")


@fault(*IMAGES, variant="images")
def image_backslash(w: Work) -> str:
    return _put(w, "images\\0.png")


@fault(*IMAGES, variant="images")
def image_wrong_case(w: Work) -> str:
    return _put(w, "images/0.PNG")


@fault(*IMAGES, variant="images")
def image_folder(w: Work) -> str:
    return _put(w, "images")


@fault(*IMAGES, variant="images")
def image_zero_bytes(w: Work) -> str:
    return put_file(w, "empty.png", b"")


@fault(*IMAGES, variant="images")
def image_truncated(w: Work) -> str:
    data = picture("cut", "PNG", (200, 200), noise=True)
    return put_file(w, "cut.png", data[: len(data) // 2])


@fault(*IMAGES, variant="images")
def image_lfs_pointer(w: Work) -> str:
    return put_file(
        w, "lfs.png", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"
    )


@fault(*IMAGES, variant="images")
def image_web_page(w: Work) -> str:
    return put_file(w, "page.png", b"<!DOCTYPE html><html><body>404 Not Found</body></html>")


@fault(*IMAGES, variant="images")
def image_text(w: Work) -> str:
    return put_file(w, "text.png", b"not an image at all\n" * 8)


@fault(*IMAGES, variant="images")
def image_tiny(w: Work) -> str:
    return put_file(w, "tiny.png", picture("tiny", "PNG", (1, 1)))


@fault(*IMAGES, variant="images")
def image_small(w: Work) -> str:
    return put_file(w, "small.png", picture("small", "PNG", (20, 20)))


@fault(*IMAGES, variant="images")
def image_very_long(w: Work) -> str:
    return put_file(w, "long.png", picture("long", "PNG", (6100, 30)))


@fault(*IMAGES, variant="images")
def image_with_alpha(w: Work) -> str:
    return put_file(w, "alpha.png", picture("alpha", "PNG", mode="RGBA"))


@fault(*IMAGES, variant="images")
def image_grey(w: Work) -> str:
    return put_file(w, "grey.png", picture("grey", "PNG", mode="L"))


@fault(*IMAGES, variant="images")
def image_sixteen_bit(w: Work) -> str:
    return put_file(w, "deep.png", picture("deep", "PNG", mode="I;16"))


@fault(*IMAGES, variant="images")
def image_cmyk(w: Work) -> str:
    return put_file(w, "cmyk.jpg", picture("cmyk", "JPEG", mode="CMYK"))


@fault(*IMAGES, variant="images")
def image_gif(w: Work) -> str:
    return put_file(w, "one.gif", picture("one", "GIF", mode="P"))


@fault(*IMAGES, variant="images")
def image_webp(w: Work) -> str:
    return put_file(w, "one.webp", picture("one", "WEBP"))


@fault(*IMAGES, variant="images")
def image_absent(w: Work) -> str:
    if w.dialect == "glm-4v":
        del w.turns[0]["image"]
        return w.at(0)
    del w.record["images"]
    return ""


@fault("sharegpt", "swift", "openai", variant="images")
def images_empty(w: Work) -> str:
    w.record["images"] = []
    return "/images"


@fault("sharegpt", "swift", "openai", variant="images")
def images_null(w: Work) -> str:
    w.record["images"] = None
    return "/images"


@fault("sharegpt", "swift", "openai", variant="images")
def images_string(w: Work) -> str:
    w.record["images"] = w.record["images"][0]
    return "/images"


@fault("sharegpt", "swift", "openai", variant="images")
def images_one_too_many(w: Work) -> str:
    w.record["images"].append("images/0.png")
    return "/images/1"


@fault("sharegpt", "swift", variant="images")
def placeholder_one_too_many(w: Work) -> str:
    w.turns[0][w.keys.text] = "<image>" + w.turns[0][w.keys.text]
    return w.at(0, w.keys.text)


@fault("sharegpt", "swift", variant="images")
def placeholder_none(w: Work) -> str:
    w.turns[0][w.keys.text] = w.turns[0][w.keys.text].replace("<image>", "")
    return w.at(0, w.keys.text)


@fault("sharegpt", "swift", variant="images")
def placeholder_of_another_trainer(w: Work) -> str:
    w.turns[0][w.keys.text] = w.turns[0][w.keys.text].replace("<image>", "<|image|>")
    return w.at(0, w.keys.text)


@fault("sharegpt", variant="images")
def placeholder_in_system_only(w: Work) -> str:
    w.turns[0][w.keys.text] = w.turns[0][w.keys.text].replace("<image>", "")
    w.turns.insert(0, w.say("system", "Look at <image> first."))
    return w.at(0, w.keys.text)


@fault("sharegpt", "swift", "openai", variant="images")
def image_token_beside_image(w: Work) -> str:
    """One image token more than the image has features."""
    said = w.turns[0][w.keys.text]
    if isinstance(said, list):
        said[-1]["text"] += " What is <|image|>?"
        return f"{w.at(0, w.keys.text)}/{len(said) - 1}/text"
    w.turns[0][w.keys.text] = f"{said} What is <|image|>?"
    return w.at(0, w.keys.text)


@fault("sharegpt", "swift", variant="images")
def placeholder_in_answer_only(w: Work) -> str:
    w.turns[0][w.keys.text] = w.turns[0][w.keys.text].replace("<image>", "")
    w.turns[1][w.keys.text] = "<image>" + w.turns[1][w.keys.text]
    return w.at(1, w.keys.text)


@fault("glm-4v")
def image_on_second_user(w: Work) -> str:
    w.turns[2]["image"] = w.turns[0].pop("image")
    return w.at(2, "image")


@fault("glm-4v")
def image_after_system(w: Work) -> str:
    w.turns.insert(0, w.say("system", "Be brief."))
    return w.at(1, "image")


@fault("glm-4v")
def image_on_answer(w: Work) -> str:
    w.turns[1]["image"] = "images/1.png"
    return w.at(1, "image")


@fault("glm-4v")
def image_twice(w: Work) -> str:
    w.turns[2]["image"] = "images/1.png"
    return w.at(2, "image")


@fault("glm-4v")
def image_on_record(w: Work) -> str:
    w.record["image"] = w.turns[0].pop("image")
    return "/image"


@fault("glm-4v", whole=True)
def every_image_absent(w: Work) -> str:
    for record in w.records:
        del record["messages"][0]["image"]
    return "/messages/0"


@fault("glm-4v", whole=True)
def every_image_in_list(w: Work) -> str:
    for record in w.records:
        record["messages"][0]["image"] = [record["messages"][0]["image"]]
    return "/messages/0/image"


@fault("glm-4v", whole=True)
def every_image_as_bytes(w: Work) -> str:
    for record in w.records:
        record["messages"][0]["image"] = {"bytes": None, "path": record["messages"][0]["image"]}
    return "/messages/0/image"
