"""Records on their way out: what a partition task sends inside its transaction."""

from typing import NamedTuple


class Outgoing(NamedTuple):
    """One record; `timestamp` of None means the time of sending."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    timestamp: int | None = None
