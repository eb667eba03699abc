"""Words in a text that a tokenizer may take for tokens of its own. Helper of CONV011, CONV012 and PH006.

The names are those of the GLM-4 tokenizers (tokenizer_config.json: added_tokens_decoder, ids 151329 to 151344).
"""

from __future__ import annotations

import re
from typing import Final

from ..record import Conversation, Turn

ROLES: Final = ("<|system|>", "<|user|>", "<|assistant|>", "<|observation|>")
ENDS: Final = ("<|endoftext|>", "<|user|>", "<|observation|>")
"""The tokens that end an answer; one written at its very end says the same as the template does."""
PLAIN: Final = re.compile(r"<\|(?:system|user|assistant|observation|endoftext)\|>|<sop>|<eop>")
IMAGES: Final = re.compile(r"<\|(?:(?:begin|end)_of_(?:image|video)|image|video)\|>")
_RENDERED: Final = re.compile(
    r"\s*(?:(?:\[gMASK\])?\s*<sop>"  # GLM-4 and ChatGLM3
    r"|<\|(?:system|user|assistant|observation)\|>[^\S\n]*\n"
    r"|<\|im_start\|>\s*(?:system|user|assistant)\b"  # ChatML: Qwen, Yi, InternLM
    r"|(?:<\|begin_of_text\|>)?\s*<\|start_header_id\|>)"  # Llama 3
)


def rendered(text: str) -> bool:
    """True if a text begins as a chat template begins a turn."""
    return _RENDERED.match(text) is not None


def template_turn(talk: Conversation) -> Turn | None:
    """The first turn whose text went through a chat template already."""
    return next((turn for turn in talk.turns if ">" in turn.text and rendered(turn.text)), None)


def tokens(turn: Turn) -> list[str]:
    """The control tokens written in a turn, in order; an end token at the end of an answer is left out."""
    text = turn.text
    if turn.kind in ("assistant", "function"):
        text = text.rstrip()
        for end in ENDS:
            text = text.removesuffix(end)
    return PLAIN.findall(text)


def image_tokens(turn: Turn) -> list[str]:
    """The image and video tokens written in a turn, in order."""
    return IMAGES.findall(turn.text)
