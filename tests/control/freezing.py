"""Chunks of a freeze made of plain numbers, cut wherever a test likes."""

from collections.abc import Sequence

from schemas.freezes import FreezeChunk
from schemas.packed_values import pack_values

Held = tuple[int, int, int]
"""Recency, frequency and monetary of a customer."""


def chunks(at: int, partition: int, customers: Sequence[Held], size: int) -> list[FreezeChunk]:
    """Tell what the customers of a partition hold, `size` to a chunk; no recency, as for the pack seed."""
    series = [sorted(values) for values in zip(*customers, strict=True)] or [[], [], []]
    starts = range(0, max(1, len(customers)), size)
    told = []
    for number, start in enumerate(starts):
        _, *packed = (pack_values(values[start : start + size]) for values in series)
        last = start + size >= len(customers)
        told.append(FreezeChunk(at, partition, number, last, None, *packed))
    return told
