"""JSON that is safe to print."""

from __future__ import annotations

import json
import re

_HOSTILE = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control, format and bidi characters, and lone surrogates (file names that are no UTF-8)."""


def safe_json(text: str) -> str:
    r"""JSON text with what a terminal may obey as ``\u`` escapes."""
    if text.isascii() or not _HOSTILE.search(text):
        return text
    return _HOSTILE.sub(lambda match: json.dumps(match[0])[1:-1], text)
