"""Images of more than 8 bits a channel, written anew with 8."""

from __future__ import annotations

import os
import warnings
from typing import Any


def eight_bit(source: str, target: str) -> None:
    """Write ``source``, an image of more than 8 bits a channel, to ``target`` as 8-bit grey: its values scaled to 0 to 255.

    Whole numbers of 16 bits are divided by 257; others are spread from their least to their greatest. The format stays.
    """
    from PIL import Image

    with warnings.catch_warnings(), Image.open(source) as image:
        warnings.simplefilter("ignore")
        image.load()
        wide = image.mode.startswith("I;16")
        values = image.convert("F")
        extrema: Any = values.getextrema()
        low, high = (0.0, 65535.0) if wide else extrema
        scale = 255.0 / (high - low) if high > low else 0.0
        grey = values.point(lambda pixel: pixel * scale - low * scale).convert("L")
        with open(target, "xb") as out:
            grey.save(out, format=image.format)
            out.flush()
            os.fsync(out.fileno())
