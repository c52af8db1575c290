"""A fact on its way from a file to its customer's life, with the time of its record where the file tells it."""

from typing import NamedTuple

from msgspec import Struct

from schemas.facts import Fact


class Stamped(Struct, frozen=True, gc=False, tag_field="type", tag="stamped"):
    """A fact whose file says when it was recorded."""

    recorded_at: int
    fact: Fact

    @property
    def customer_id(self) -> str:
        """Whose fact it is."""
        return self.fact.customer_id


Entry = Fact | Stamped


class Sending(NamedTuple):
    """The record that a fact of a file would have been on a topic: its key is the customer."""

    key: bytes
    timestamp: int


def recorded_at(entry: Entry) -> int:
    """Say when a fact was recorded: when it occurred, unless its file tells."""
    return entry.recorded_at if isinstance(entry, Stamped) else int(entry.occurred_at)


def in_log_order(entries: list[Entry]) -> list[Fact]:
    """Sort by the time of recording; what was recorded in one millisecond stays in the order of the files."""
    return [entry.fact if isinstance(entry, Stamped) else entry for entry in sorted(entries, key=recorded_at)]
