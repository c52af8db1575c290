"""One customer's log in, her lives out: an erasure ends a life, and what occurred before it never comes back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import starmap

from .orders import Entry, Event, instant, milliseconds


@dataclass(frozen=True, slots=True)
class Life:
    """`erasure` is the one that ended it; None = it goes on."""

    entries: tuple[Entry, ...]
    erasure: Entry | None = None


def lives(log: Iterable[Event]) -> Iterator[Life]:
    """The last one goes on, be it empty. An erasure not newer than the last, or of a known id, is a duplicate."""
    living: list[Entry] = []
    erasures: set[str] = set()
    erased_at: int | None = None
    for entry in starmap(Entry, enumerate(log)):
        if entry.event["type"] != "customer_erased":
            if erased_at is None or instant(entry.event) >= erased_at:
                living.append(entry)
        elif entry.event["event_id"] not in erasures and (erased_at is None or instant(entry.event) > erased_at):
            yield Life(tuple(_arrived(living, entry.event)), entry)
            living, erased_at = [], instant(entry.event)
            erasures.add(entry.event["event_id"])
    yield Life(tuple(living))


def _arrived(living: Iterable[Entry], erasure: Event) -> Iterator[Entry]:
    """A fact ahead of the clock when the erasure comes is forgotten while it waits; only `recorded_at` tells."""
    recorded_at = erasure.get("recorded_at")
    for entry in living:
        if recorded_at is None or instant(entry.event) <= max(instant(erasure), milliseconds(recorded_at)):
            yield entry
