"""Rule pages as tests: reads the fenced blocks of a page and writes the files they describe."""

from __future__ import annotations

import gzip
import io
import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```\s*$", re.MULTILINE | re.DOTALL)


@dataclass
class Case:
    """A set of files, the command run over them, and the findings of the page's rule it must print."""

    title: str
    files: list[tuple[str, str, str]] = field(default_factory=list)
    command: list[str] | None = None
    expected: list[str] = field(default_factory=list)


def sections(text: str) -> dict[str, str]:
    """Bodies of the ``##`` sections of the English half."""
    english = text.split("\n---\n")[0]
    parts = re.split(r"^## (.+)$", english, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def case_of(title: str, body: str) -> Case:
    """One case from the blocks of a section."""
    case = Case(title)
    for match in BLOCK.finditer(body):
        words = match["info"].split()
        if words[:1] == ["console"]:
            lines = match["body"].strip().splitlines()
            case.command = shlex.split(lines[0].removeprefix("$ glm-lint "))
            case.expected = [line.strip() for line in lines[1:] if line.strip()]
        elif len(words) >= 2:
            case.files.append((words[0], " ".join(words[1:]), match["body"]))
    return case


def cases(text: str) -> list[Case]:
    """All cases of a page: the example, its mended form, and more."""
    found = sections(text)
    example = case_of("Example", found["Example"])
    mended = case_of("Use instead", found["Use instead"])
    mended.command = mended.command or example.command
    more = re.split(r"^### (.+)$", found.get("More cases", ""), flags=re.MULTILINE)
    return [example, mended, *(case_of(t, b) for t, b in zip(more[1::2], more[2::2], strict=True))]


def write(case: Case, folder: Path) -> None:
    """Write the files of a case under ``folder``."""
    for lang, info, body in case.files:
        name, *rest = info.split()
        path = folder / name
        if rest and rest[0].startswith("x") and rest[0][1:].isdigit():
            body *= int(rest.pop()[1:])
        path.parent.mkdir(parents=True, exist_ok=True)
        if lang == "image":
            path.write_bytes(draw(rest, body.split()))
        elif lang == "hex":
            path.write_bytes(bytes.fromhex(body))
        elif name.endswith(".parquet") or name.endswith(".arrow"):
            _columnar(path, body)
        elif name.endswith(".gz"):
            path.write_bytes(gzip.compress(body.encode(), mtime=0))
        elif name.endswith(".zst"):
            import zstandard

            path.write_bytes(zstandard.compress(body.encode()))
        else:
            path.write_text(body, "utf-8", newline="")


def draw(words: list[str], wishes: list[str]) -> bytes:
    """A real image: ``png 64x48 RGB``.

    ``truncate`` cuts it in half, ``orientation=6`` sets the EXIF tag, ``frames=3`` draws so many.
    """
    from PIL import Image

    kind, size, mode = (*words, "RGB")[:3]
    width, height = map(int, size.split("x"))
    image = Image.effect_noise((width, height), 64).convert("RGB") if mode in ("RGB", "RGBA", "P", "CMYK") else None
    image = Image.new(mode, (width, height)) if image is None else image if mode == "RGB" else image.convert(mode)
    options = {}
    for wish in wishes:
        if wish.startswith("orientation="):
            exif = Image.Exif()
            exif[0x0112] = int(wish.partition("=")[2])
            options["exif"] = exif
        if wish.startswith("frames="):
            more = [Image.effect_noise((width, height), 64).convert(mode) for _ in range(int(wish[7:]) - 1)]
            options |= {"save_all": True, "append_images": more}
    out = io.BytesIO()
    image.save(out, kind.upper(), **options)
    data = out.getvalue()
    return data[: len(data) // 2] if "truncate" in wishes else data


def _columnar(path: Path, body: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist([json.loads(line) for line in body.splitlines() if line.strip()])
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    else:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
