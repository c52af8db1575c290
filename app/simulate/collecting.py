"""A batch of work in, the same work with hardly any search for garbage out."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SELDOM: Final = 100_000
"""Objects made between two searches: what is made of customers never refers to itself, so there is nothing to find."""


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for garbage seldom; then as before."""
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
