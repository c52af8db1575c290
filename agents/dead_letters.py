"""A rejected record in, its dead letter out: the original byte for byte, and why it is here (headers of KIP-1034)."""

from typing import Final, Literal

from agents.outgoing import Outgoing
from agents.run import Headers, Record
from schemas.rejections import Rejected
from schemas.topics import Topics

Stage = Literal["decode", "process", "deliver"]
"""How far a record came, or a message."""

LARGEST_COPY: Final = 512 * 1024
"""Bytes; a larger record is named by topic, partition and offset only, for its copy might not fit a batch."""

LARGEST_KEY: Final = 1024
"""Bytes of a key that goes with a dead letter by reference."""

ATTEMPT: Final = "segue.dlq.attempt"
"""The one header that a replayed record brings along: at which attempt it was rejected."""

UNDELIVERABLE: Final = "undeliverable"
"""The code of a message that was given up; all others are of records of the inputs."""

_OURS: Final = ("__streams.errors.", "segue.dlq.")
_DIGITS: Final = 9


def dead_letter(record: Record, rejected: Rejected, topic: str, stage: Stage = "decode") -> Outgoing:
    """Write the dead letter of a record; its headers say where it stood, never what was in it."""
    headers = original_headers(record.headers)
    size = len(record.value or b"") + len(record.key or b"")
    copied = size + sum(len(value or b"") for _, value in headers) <= LARGEST_COPY
    origin: list[tuple[str, bytes]] = [
        ("__streams.errors.exception", b"Rejected"),
        ("__streams.errors.message", f"{rejected.path}: {rejected.message}".encode()),
        ("__streams.errors.stacktrace", b""),
        ("__streams.errors.topic", record.topic.encode()),
        ("__streams.errors.partition", str(record.partition).encode()),
        ("__streams.errors.offset", str(record.offset).encode()),
        ("segue.dlq.stage", stage.encode()),
        ("segue.dlq.code", rejected.code.encode()),
        (ATTEMPT, str(attempt_of(record.headers) + 1).encode()),
    ]
    if not copied:
        key = record.key if len(record.key or b"") <= LARGEST_KEY else None
        return Outgoing(topic, key, None, [*origin, ("segue.dlq.by_reference", b"true")], record.timestamp)
    return Outgoing(topic, record.key, record.value, [*headers, *origin], record.timestamp)


def undelivered_letter(topics: Topics, key: bytes, request: bytes, reason: str) -> Outgoing:
    """Write the dead letter of a message: its last request, and why it failed. It never stood at an offset we know."""
    headers = [
        ("__streams.errors.exception", b"Undelivered"),
        ("__streams.errors.message", f"$.channel: failed on every channel, the last time for: {reason}".encode()),
        ("__streams.errors.stacktrace", b""),
        ("__streams.errors.topic", topics.messages.encode()),
        ("segue.dlq.stage", b"deliver"),
        ("segue.dlq.code", UNDELIVERABLE.encode()),
        (ATTEMPT, b"1"),
    ]
    return Outgoing(topics.dead_letters, key, request, headers)


def original_headers(headers: Headers) -> list[tuple[str, bytes]]:
    """Give the headers without those that a dead letter adds."""
    return [header for header in headers if not header[0].startswith(_OURS)]


def attempt_of(headers: Headers) -> int:
    """Give the attempt at which a replayed record was rejected; 0 without the header, 1 where it cannot be read."""
    told = next((value for name, value in headers if name == ATTEMPT), b"0")
    readable = told is not None and told.isdigit() and len(told) <= _DIGITS
    return int(told) if readable else 1
