"""What a transaction writes to besides its changelog, told in a header of its progress record.

Nobody reads it but whoever finds a transaction that hangs (`settling`): it says where else that one must hang too.
"""

from collections.abc import Iterable, Mapping
from typing import Final

Headers = list[tuple[str, bytes]]

WROTE: Final = "wrote"
GROUP: Final = "__consumer_offsets"
"""Stands for the group that hears of positions: this is where Kafka keeps them."""
Written = Mapping[str, int | None]
"""Where each topic ended before; None where that is not known, because others write there too."""


def tell_written(written: Written) -> Headers:
    """Make the headers of a progress record."""
    return [(WROTE, ",".join(f"{topic}={'' if end is None else end}" for topic, end in written.items()).encode())]


def read_written(headers: Iterable[tuple[str, bytes]]) -> Written | None:
    """Give what was told; None when nothing was, as earlier versions did."""
    told = dict(headers).get(WROTE)
    if told is None:
        return None
    pairs = (pair.split("=") for pair in told.decode().split(",") if pair)
    return {topic: int(end) if end else None for topic, end in pairs}
