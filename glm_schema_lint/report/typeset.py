"""Prose on a terminal: lines broken as Chinese and English are, inline code, headings, blocks of data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.text import Text as Line

from ..show import safe

CODE = "cyan"
HEADING = "bold"
QUIET = "dim"
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u3000-\u303f“”‘’…]")
_NEVER_FIRST = frozenset("，。、；：？！）》」』】”’…,.;:?!)]}")
_NEVER_LAST = frozenset("（《「『【“‘([{")
_INLINE = re.compile(r"`([^`]+)`|\*\*?([^*\s][^*]*)\*\*?")
_CODE_GAP = re.compile(rf"(?<={_WIDE.pattern})` (?={_WIDE.pattern})|(?<={_WIDE.pattern}) `(?={_WIDE.pattern})")
"""The space that sets off a code span is not wanted where Chinese meets Chinese."""
_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)


def wrap(line: Line, width: int) -> list[Line]:
    """The line broken at spaces and between Chinese characters, never before a closing or after an opening mark."""
    text = line.plain
    cuts: list[int] = []
    start = used = 0
    good = 0
    for at, char in enumerate(text):
        if at > start and _may_break(text, at):
            good = at
        used += cell_len(char)
        if used > width and char != " " and at > start:
            cut = good if good > start else at
            cuts.append(cut)
            start, used = cut, cell_len(text[cut : at + 1])
    pieces = list(line.divide(cuts)) if cuts else [line.copy()]
    for piece in pieces:
        piece.rstrip()
    return pieces


def _may_break(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if before == " ":
        return after != " "
    if after == " " or after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return bool(_WIDE.match(before) or _WIDE.match(after))


def indented(line: Line, width: int, indent: int = 2, hang: int = 0) -> Iterator[Line]:
    """The wrapped line behind ``indent`` spaces, its second row and later ones behind ``hang`` more."""
    for number, row in enumerate(wrap(line, max(20, width - indent - hang))):
        yield Line.assemble(" " * (indent + (hang if number else 0)), row)


def beside(label: Line, line: Line, width: int, column: int) -> Iterator[Line]:
    """The label, and the wrapped line in the column to its right; below a label that does not fit into its own."""
    if label.cell_len >= column:
        yield label
        label = Line("")
    for number, row in enumerate(wrap(line, max(20, width - column))):
        before = Line("") if number else label
        yield Line.assemble(before, " " * max(1, column - before.cell_len), row)


def inline(text: str) -> Line:
    """Text with its `code` and **strong** words styled; what a terminal must not see is escaped."""
    text = _CODE_GAP.sub("`", text)
    line = Line()
    end = 0
    for match in _INLINE.finditer(text):
        line.append(safe(text[end : match.start()]))
        line.append(safe(match[1] or match[2]), style=CODE if match[1] else "bold")
        end = match.end()
    return line.append(safe(text[end:]))


def prose(markdown: str, width: int, indent: int = 2) -> Iterator[Line]:
    """Paragraphs, lists, tables and ### headings of a page's section; a blank line between them."""
    blocks = [block for block in re.split(r"\n\s*\n", _BLOCK.sub("\n\n", markdown).strip()) if block.strip()]
    for number, block in enumerate(blocks):
        if number:
            yield Line("")
        rows = [row.strip() for row in block.strip().splitlines()]
        if rows[0].startswith("#"):
            yield Line(" " * indent + rows[0].lstrip("# "), style=HEADING)
        elif rows[0].startswith("|"):
            yield from _table(rows, width, indent)
        elif re.match(r"[-*] ", rows[0]):
            for item in re.split(r"\n\s*[-*] ", "\n" + block.strip())[1:]:
                yield from indented(inline("· " + _joined(item.splitlines())), width, indent, 2)
        else:
            yield from indented(inline(_joined(rows)), width, indent)


def _table(rows: list[str], width: int, indent: int) -> Iterator[Line]:
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if not re.fullmatch(r"[|\s:-]+", row)]
    column = indent + 2 + max(cell_len(row[0].replace("`", "")) for row in cells)
    for row in cells[1:]:
        label = Line(" " * indent).append_text(inline(row[0]))
        yield from beside(label, inline(" · ".join(row[1:])), width, column)


def _joined(rows: Iterable[str]) -> str:
    """Rows of a paragraph as one line: a space between words, none between Chinese characters."""
    text = ""
    for row in (row.strip() for row in rows):
        glue = "" if not text or (_WIDE.match(text[-1]) and _WIDE.match(row[:1])) else " "
        text += glue + row
    return text


def data(markdown: str, width: int, indent: int = 4) -> Iterator[Line]:
    """The fenced blocks of a section: the name of each file, then what stands in it; a console block as typed."""
    for number, match in enumerate(_BLOCK.finditer(markdown)):
        words, body = match[1].split(), match[2].rstrip("\n")
        if number and words[:1] != ["image"]:
            yield Line("")
        if words[:1] == ["image"] and len(words) > 1:
            looks = " ".join([*words[2:], *body.split()])
            yield Line.assemble(" " * (indent - 2), (words[1], CODE), ("  " + looks, QUIET))
            continue
        if len(words) > 1:
            yield Line.assemble(" " * (indent - 2), (" ".join(words[1:]), CODE))
        for row in body.splitlines():
            typed = words[:1] == ["console"] and row.startswith("$")
            yield from indented(Line(safe(row), style="bold" if typed else ""), width, indent, 2)
