"""What every worker does alike: read cases, print answers, name an exception. Standard library only.

Importing it takes this folder off the module path: a worker may be named as the package it runs.
"""

import copy
import http.server
import io
import json
import os
import struct
import sys
import threading
import traceback
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [p for p in sys.path if os.path.abspath(p or ".") != HERE]


def words(error):
    """Type and text of the innermost cause: what a wrapper hides is what people search for."""
    while error.__cause__ is not None:
        error = error.__cause__
    return f"{type(error).__name__}: {error}"[:600]


class Answer:
    """Collects what the trainer did with one case."""

    def __init__(self, case):
        self.case, self.events, self.notes, self.stubbed, self.skipped = case, [], [], [], ""
        self.tokens = []

    def event(self, effect, stage, split=None, record=None, error="", detail=""):
        if error.startswith(("ModuleNotFoundError", "ImportError")):  # our environment, not the data
            raise RuntimeError(error)
        self.events.append(
            {"effect": effect, "stage": stage, "error": error, "split": split, "record": record, "detail": detail[:300]}
        )

    def crash(self, stage, error, split=None, record=None):
        self.event("crash", stage, split, record, words(error), where(error))

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def to_dict(self):
        return {
            "id": self.case["id"], "events": self.events, "skipped": self.skipped, "stubbed": self.stubbed, "notes": self.notes,
            "tokens": self.tokens,
        }  # fmt: skip


def where(error):
    """The last line of code outside this folder that the exception passed."""
    while error.__cause__ is not None:
        error = error.__cause__
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(HERE)]
    return f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""


def records(path):
    """The records of a file as `json` reads them: JSON lines or an array; None where they cannot be read so."""
    try:
        with open(path, encoding="utf-8-sig") as handle:
            text = handle.read()
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            found = json.loads(text)
        if len(found) == 1 and isinstance(found[0], list):
            found = found[0]
        return found if isinstance(found, list) else None
    except (ValueError, OSError):
        return None


def same(said, loaded):
    """True if a loaded value says what the JSON value says: keys filled with None do not count."""
    if isinstance(said, dict) and isinstance(loaded, dict):
        return all(same(said.get(k), loaded.get(k)) for k in said.keys() | loaded.keys())
    if isinstance(said, list) and isinstance(loaded, list):
        return len(said) == len(loaded) and all(map(same, said, loaded))
    if isinstance(said, bool) or isinstance(loaded, bool) or said is None or loaded is None:
        return said is loaded
    if isinstance(said, int | float) and isinstance(loaded, int | float):
        return said == loaded
    return type(said) is type(loaded) and said == loaded


def plain(value):
    """A copy that the trainer may change as it likes."""
    return copy.deepcopy(value)


def faithful(path):
    """The picture of a file as a person sees it: held upright, all of its grades scaled to 8 bits."""
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(Image.open(io.BytesIO(PICTURE) if path.startswith(SITE) else path))
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("RGB")


def without_operators():
    """Let torchvision be imported: its wheel was built for another torch, so two operators are declared, never called."""
    from torch import library

    operators = library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return operators


class _Pictures(http.server.BaseHTTPRequestHandler):
    """Answers every request with one image."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(PICTURE)))
        self.end_headers()
        self.wfile.write(PICTURE)

    def log_message(self, *_):
        """Say nothing of it."""


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURE = (
    b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(48 * (b"\0" + 64 * b"\x30\x60\x90"))) + _chunk(b"IEND", b"")
)  # fmt: skip
"""A real image of 64 by 48 pixels."""


PORT = 47613
SITE = f"http://127.0.0.1:{PORT}/"
"""Where an image stands at every path, as faults_images.py names it."""


def pictures():
    """Serve that image; several workers may do so at once."""
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    made = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), _Pictures, bind_and_activate=False)
    made.allow_reuse_port, made.daemon_threads = True, True
    made.server_bind()
    made.server_activate()
    threading.Thread(target=made.serve_forever, daemon=True).start()


def main(make):
    """Serve: `make(stack name)` gives packages, stubs and a function that runs a case into an Answer."""
    out, sys.stdout = sys.stdout, sys.stderr
    home = os.getcwd()
    packages, stubs, run = make(sys.argv[1] if len(sys.argv) > 1 else "")
    print(json.dumps({"ready": {"packages": packages, "stubs": stubs}}), file=out, flush=True)
    for line in sys.stdin:
        if not line.strip():
            continue
        answer = Answer(json.loads(line))
        os.chdir(answer.case["folder"])
        try:
            run(answer.case, answer)
        except Exception as error:  # a fault of the worker, not of the trainer: never counted as a verdict
            traceback.print_exc()
            answer.events, answer.skipped = [], f"worker failed: {words(error)}"
        os.chdir(home)
        print(json.dumps(answer.to_dict(), ensure_ascii=False, default=str), file=out, flush=True)
