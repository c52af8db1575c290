"""Records on their way out: what a partition task sends inside its transaction."""

from msgspec import Struct


class Outgoing(Struct, frozen=True, gc=False):
    """One record; `timestamp` of None means the time of sending."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    timestamp: int | None = None
