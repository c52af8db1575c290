"""A record of the dead letter topic in, what it tells of the original out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from agents.dead_letters import attempt_of

Headers = Sequence[tuple[str, bytes]]


class Place(NamedTuple):
    """Where the original stood."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One rejected record as it lies in the dead letters; what its headers do not tell is empty."""

    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    code: str
    message: str
    origin: Place | None
    attempt: int
    by_reference: bool

    def listed(self) -> dict[str, object]:
        """Say everything but what was in the original."""
        return {
            "partition": self.partition,
            "offset": self.offset,
            "time": datetime.fromtimestamp(self.timestamp / 1000, UTC).isoformat(timespec="milliseconds"),
            "code": self.code,
            "message": self.message,
            "origin": self.origin._asdict() if self.origin is not None else None,
            "attempt": self.attempt,
            "by_reference": self.by_reference,
        }


def read_letter(record: Any) -> DeadLetter:
    """Read a record of the dead letter topic; foreign ones have no code and no origin."""
    told = {name: value.decode("utf-8", "replace") for name, value in record.headers if value is not None}
    return DeadLetter(
        record.partition,
        record.offset,
        record.timestamp,
        record.key,
        record.value,
        record.headers,
        told.get("segue.dlq.code", ""),
        told.get("__streams.errors.message", ""),
        _place(told),
        attempt_of(record.headers),
        told.get("segue.dlq.by_reference") == "true",
    )


def _place(told: dict[str, str]) -> Place | None:
    topic = told.get("__streams.errors.topic")
    partition, offset = told.get("__streams.errors.partition", ""), told.get("__streams.errors.offset", "")
    if not topic or not partition.isdecimal() or not offset.isdecimal():
        return None
    return Place(topic, int(partition), int(offset))


Choice = Callable[[DeadLetter], bool]


def chosen(code: str | None = None, topic: str | None = None, place: tuple[int, int] | None = None) -> Choice:
    """Choose by code, by the topic of the original, by partition and offset of the letter; None takes all."""

    def choice(letter: DeadLetter) -> bool:
        origin = letter.origin.topic if letter.origin is not None else None
        here = (letter.partition, letter.offset)
        return code in (None, letter.code) and topic in (None, origin) and place in (None, here)

    return choice
