"""A rejected record in, its dead letter out: the original byte for byte, and why it is here (headers of KIP-1034)."""

from typing import Final

from agents.outgoing import Outgoing
from agents.run import Record
from schemas.rejections import Rejected

LARGEST_COPY: Final = 512 * 1024
"""Bytes; a larger record is named by topic, partition and offset only, for its copy might not fit a batch."""

LARGEST_KEY: Final = 1024
"""Bytes of a key that goes with a dead letter by reference."""


def dead_letter(record: Record, rejected: Rejected, topic: str) -> Outgoing:
    """Write the dead letter of a record; its headers say where it stood, never what was in it."""
    size = len(record.value or b"") + len(record.key or b"")
    copied = size + sum(len(value or b"") for _, value in record.headers) <= LARGEST_COPY
    origin: list[tuple[str, bytes]] = [
        ("__streams.errors.exception", b"Rejected"),
        ("__streams.errors.message", f"{rejected.path}: {rejected.message}".encode()),
        ("__streams.errors.stacktrace", b""),
        ("__streams.errors.topic", record.topic.encode()),
        ("__streams.errors.partition", str(record.partition).encode()),
        ("__streams.errors.offset", str(record.offset).encode()),
        ("segue.dlq.stage", b"decode"),
        ("segue.dlq.code", rejected.code.encode()),
        ("segue.dlq.attempt", b"1"),
    ]
    if not copied:
        key = record.key if len(record.key or b"") <= LARGEST_KEY else None
        return Outgoing(topic, key, None, [*origin, ("segue.dlq.by_reference", b"true")], record.timestamp)
    return Outgoing(topic, record.key, record.value, [*record.headers, *origin], record.timestamp)
