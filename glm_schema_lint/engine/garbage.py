"""The garbage collector, kept out of the way of a scan."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_cycles() -> Iterator[None]:
    """Parsing makes millions of objects and no cycles: the collector would walk them again and again for nothing.

    What cycles rules leave behind is collected when the shard is done; large files are read in shards.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
