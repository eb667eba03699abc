"""How many tokens an image becomes, and how few tokens a text can become: formulas, from sizes and text alone.

Sizes are (width, height) in pixels, as image headers say them. ``tests/recorded/image_tokens.json`` holds what the real
processors answer for a grid of sizes; ``tests/fidelity/record_tokens.py`` asks them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

FACTOR: Final = 28
"""Pixels of one token's side: patch 14, merged 2 by 2 (image_processing_glm4v.py: patch_size, merge_size)."""
FRAMES: Final = 2
"""An image is a clip of two frames: both bounds below count them (temporal_patch_size)."""
SHORTEST: Final = 112 * 112
"""``size.shortest_edge`` of all published processors: pixels of both frames together."""
LONGEST: Final = 9_633_792
"""``size.longest_edge`` in the preprocessor_config.json of GLM-OCR and, by the 2184 x 2184 that zai-org/GLM-V issue 151
reports as largest, of GLM-4.1V; where a checkpoint has none, the code's default is LONGEST_DEFAULT."""
LONGEST_DEFAULT: Final = 28 * 28 * 15_000
"""transformers 4.57.1 image_processing_glm4v.py: ``size`` if none is given."""
RATIO: Final = 200
FIXED: Final = 1600
"""GLM-4V-9B: (1120 / 14 / 2) squared, whatever the image (modeling_chatglm.py of glm-4v-9b)."""
LETTERS_MOST: Final = 64
"""Bytes of the longest token with a letter in it among the 151,329 of GLM-4's tokenizer.model (the longest of all is
512 spaces). Later models add special tokens from id 151,329 on, to the same vocabulary."""
DIGITS_MOST: Final = 3
"""Digits of one token at most: ``\\p{N}{1,3}`` in tokenization_chatglm.py of glm-4-9b-chat."""
_RUNS: Final = re.compile(r"[^\W\d_]+|\d+")

Ask = Callable[[str], Any]
"""Gives the value of a setting of the target by its name."""
Size = tuple[int, int]


class Cost(NamedTuple):
    """What one image costs: ``counted`` tokens against the trainer's limit, ``seen`` by the model."""

    counted: int
    seen: int


def smart_resize(size: Size, longest: int = LONGEST, *, grows: bool = False) -> Size | None:
    """The size Glm4vImageProcessor resizes an image to, or None where it raises ValueError.

    transformers 4.53 to 4.57 refuse a side below 28 pixels; 5.x scales up first (``grows``). Both refuse a side more
    than 200 times the other (image_processing_glm4v.py: smart_resize).
    """
    width, height = size
    if min(size) < FACTOR:
        if not grows:
            return None
        scale = max(FACTOR / height, FACTOR / width)
        height, width = int(height * scale), int(width * scale)
    if max(width, height) / min(width, height) > RATIO:
        return None
    high, wide = round(height / FACTOR) * FACTOR, round(width / FACTOR) * FACTOR
    if FRAMES * high * wide > longest:
        # A lone image counts as one frame for the scale, as two for the bound.
        beta = math.sqrt(FRAMES * height * width / longest)
        high = max(FACTOR, math.floor(height / beta / FACTOR) * FACTOR)
        wide = max(FACTOR, math.floor(width / beta / FACTOR) * FACTOR)
    elif FRAMES * high * wide < SHORTEST:
        beta = math.sqrt(SHORTEST / (FRAMES * height * width))
        high = math.ceil(height * beta / FACTOR) * FACTOR
        wide = math.ceil(width * beta / FACTOR) * FACTOR
    return wide, high


def glm4v_tokens(size: Size, longest: int = LONGEST, *, grows: bool = False) -> int | None:
    """``<|image|>`` tokens of one image for GLM-4.1V, 4.5V and 4.6V, without the two around them; None if refused."""
    resized = smart_resize(size, longest, grows=grows)
    return None if resized is None else resized[0] * resized[1] // FACTOR**2


def llama_factory_resize(size: Size, most: int, least: int) -> Size:
    """What LLaMA-Factory hands to the processor: within its own pixel bounds, sides of 28 up, 180:1 at most.

    LLaMA-Factory@ff6d4d1 mm_plugin.py:218-235, 2229-2246 (``image_max_pixels``, ``image_min_pixels``).
    """
    width, height = size
    for bound, side in ((most, 1), (least, -1)):
        area = width * height
        if (area - bound) * side > 0:
            scale = math.sqrt(bound / area)
            width, height = int(width * scale), int(height * scale)
            if not (width and height):
                return width, height  # Pillow refuses such a size
    width, height = max(width, FACTOR), max(height, FACTOR)
    if width / height > RATIO:
        width = height * 180
    if height / width > RATIO:
        height = width * 180
    return width, height


def ms_swift_rescale(size: Size, most: int | None) -> Size:
    """What ms-swift hands to the processor under ``max_pixels`` (ms-swift@3602360 vision_utils.py:88-98)."""
    width, height = size
    if most is None or most <= 0 or width * height <= most:
        return size
    ratio = width / height
    high = math.sqrt(most / ratio)
    return int(high * ratio), int(high)


def _cost(tokens: int | None) -> Cost | None:
    return None if tokens is None else Cost(tokens + 2, tokens + 2)


def fixed(_size: Size, _ask: Ask) -> Cost | None:
    """GLM-4V-9B: three ids in the row, of which the middle one becomes 1,600 in the model (modeling_chatglm.py)."""
    return Cost(3, FIXED + 2)


def processor(size: Size, _ask: Ask) -> Cost | None:
    """The published processors of GLM-4.1V and later."""
    return _cost(glm4v_tokens(size, grows=True))


def llama_factory(size: Size, ask: Ask) -> Cost | None:
    """LLaMA-Factory's own resize, then the processor."""
    most, least = ask("image_max_pixels"), ask("image_min_pixels")
    resized = llama_factory_resize(size, int(most or 768 * 768), int(least or 32 * 32))
    return _cost(glm4v_tokens(resized)) if min(resized) else None


def ms_swift(size: Size, ask: Ask) -> Cost | None:
    """ms-swift: by the template; without one named, the smaller of what they cost."""
    template = ask("template")
    if template is None or template == "chatglm4v":
        return fixed(size, ask)
    most = ask("max_pixels")
    return _cost(glm4v_tokens(ms_swift_rescale(size, most if isinstance(most, int) else None), grows=True))


FORMULAS: Final[dict[str, Callable[[Size, Ask], Cost | None]]] = {
    "fixed-1600": fixed,
    "glm4v": processor,
    "llama-factory": llama_factory,
    "ms-swift": ms_swift,
}


def image_cost(name: str, size: Size, ask: Ask) -> Cost | None:
    """Tokens of one image of ``size`` by the formula called ``name``; None where the processor refuses the image."""
    return FORMULAS[name](size, ask)


def fewest(text: str) -> int:
    """Tokens that ``text`` surely has in GLM-4's vocabulary: a lower bound, far below the truth for Chinese.

    The tokenizer cuts text by a pattern before it merges bytes, so no token reaches over two runs of letters, nor over
    four digits (tokenization_chatglm.py of glm-4-9b-chat: pat_str); and none with a letter is longer than LETTERS_MOST.
    """
    total = 0
    for run in _RUNS.findall(text):
        if run[0].isdecimal():
            total += -(-len(run) // DIGITS_MOST)
        else:
            total += 1 if len(run) * 4 <= LETTERS_MOST else -(-len(run.encode("utf-8", "replace")) // LETTERS_MOST)
    return total
