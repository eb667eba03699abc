"""Hugging Face `datasets`: load_dataset over all splits of a case in one call, then read every row and compare it with the file."""

import contextlib
import json
import os
import sys
import tempfile

OUT = sys.stdout
sys.stdout = sys.stderr
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"

import datasets  # noqa: E402
import pandas as pd  # noqa: E402
import pyarrow as pa  # noqa: E402

datasets.disable_progress_bars()


def chain(error):
    """All exceptions of a chain, outermost first: users see any of them."""
    texts = []
    while error is not None:
        text = f"{type(error).__name__}: {error}"
        if text not in texts:
            texts.append(text)
        error = error.__cause__ or error.__context__
    return " <- ".join(texts)


def originals(path):
    """What the file says, as `json` reads it; None where it is no JSON. A line that is not text stands as `NOT_TEXT`."""
    with open(path, "rb") as file:
        data = file.read()
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "gbk"):
        with contextlib.suppress(ValueError):
            text = data.decode(encoding)
            break
    else:
        return [json.loads(line) if is_text(line) else NOT_TEXT for line in data.splitlines()]
    with contextlib.suppress(ValueError, TwiceError):
        whole = json.loads(text, object_pairs_hook=once)
        return whole if isinstance(whole, list) else [whole]
    with contextlib.suppress(ValueError, TwiceError):
        return [json.loads(line, object_pairs_hook=once) for line in text.split("\n") if line.strip()]
    rows, place, decoder = [], 0, json.JSONDecoder(object_pairs_hook=once)
    try:
        while place < len(text):
            row, place = decoder.raw_decode(text, place)
            rows.append(row)
            while place < len(text) and text[place].isspace():
                place += 1
    except (ValueError, TwiceError):
        return None
    return rows


NOT_TEXT = object()
UNREAD = (
    "extra",
    "source",
    "score",
    "text",
    "dialogue",
)  # columns no trainer reads; what the loader makes of them harms nobody


def is_text(line):
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


class TwiceError(Exception):
    """A key stands twice in an object: nobody can say what the record means."""


def once(pairs):
    if len({key for key, _ in pairs}) < len(pairs):
        raise TwiceError
    return dict(pairs)


def bare(value):
    """A value without what Arrow cannot tell apart: absent keys, nulls and empty objects."""
    if isinstance(value, dict):
        kept = {key: bare(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None} or None
    if isinstance(value, list):
        return [bare(item) for item in value]
    return value


def same(a, b, key=""):
    """Whether row `a` says what record `b` says; `key` is where they stand."""
    if isinstance(b, str) and key in ("content", "value") and not isinstance(a, str):
        return b == str(a) and not isinstance(a, bool)  # what a person said is text: only a number prints as it was
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key], key) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, str) != isinstance(b, str):  # text made of a value or a value of text, with nothing lost: no harm
        text, value = (a, b) if isinstance(a, str) else (b, a)
        with contextlib.suppress(ValueError):
            return text == str(value) or bare(json.loads(text)) == bare(value)
        return False
    return a == b or (a != a and b != b)


def filled(value, original, path=""):
    """Paths of keys that the file does not have and the row has as None."""
    if isinstance(value, dict) and isinstance(original, dict):
        for key in value:
            if key not in original:
                yield f"{path}/{key}"
            else:
                yield from filled(value[key], original[key], f"{path}/{key}")
    elif isinstance(value, list) and isinstance(original, list):
        for a, b in zip(value, original, strict=False):
            yield from filled(a, b, f"{path}[]")


def run(case):
    events, notes = [], set()
    files = {split: os.path.join(case["folder"], name) for split, name in case["splits"].items()}
    kind = "parquet" if files["train"].endswith(".parquet") else "json"
    with tempfile.TemporaryDirectory() as cache:
        try:
            loaded = datasets.load_dataset(kind, data_files=files, cache_dir=cache)
        except Exception as error:
            return {"id": case["id"], "events": [{"effect": "crash", "stage": "load", "error": chain(error)}]}
        for split, path in files.items():
            rows = loaded[split]
            read, broken = [], set()
            for i in range(len(rows)):
                try:
                    read.append(rows[i])
                except Exception as error:
                    read.append(None)
                    broken.add(i)
                    events.append(
                        {"effect": "crash", "stage": "map", "error": chain(error), "split": split, "record": i}
                    )
            if kind == "parquet":
                continue
            wanted = originals(path)
            if wanted is None:
                events.append(
                    {
                        "effect": "corrupt",
                        "stage": "load",
                        "split": split,
                        "detail": "loads although it cannot be read as JSON",
                    }
                )
                continue
            if len(wanted) != len(read):
                effect = "drop" if len(read) < len(wanted) else "corrupt"
                events.append(
                    {
                        "effect": effect,
                        "stage": "load",
                        "split": split,
                        "detail": f"{len(wanted)} records, {len(read)} rows",
                    }
                )
                continue
            for i, (row, record) in enumerate(zip(read, wanted, strict=True)):
                if i in broken:
                    continue
                if isinstance(record, dict):
                    row = {key: value for key, value in row.items() if key not in UNREAD}
                    record = {key: value for key, value in record.items() if key not in UNREAD}
                if not same(bare(row), bare(record)):
                    events.append(
                        {
                            "effect": "corrupt",
                            "stage": "load",
                            "split": split,
                            "record": i,
                            "detail": f"{str(record)[:200]} became {str(row)[:200]}",
                        }
                    )
                notes.update(filled(row, record))
    return {"id": case["id"], "events": events[:50], "notes": sorted(f"{path} filled with None" for path in notes)}


def main():
    versions = {"datasets": datasets.__version__, "pandas": pd.__version__, "pyarrow": pa.__version__}
    print(json.dumps({"ready": {"packages": versions, "stubs": []}}), file=OUT, flush=True)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line)), default=str), file=OUT, flush=True)


if __name__ == "__main__":
    main()
