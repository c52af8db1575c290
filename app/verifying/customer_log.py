"""Entries in the order of the logs in; each customer once, with everything of hers, out."""

import operator
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from app.simulate.buckets import Buckets
from app.simulate.spool import Spool
from app.verifying.entries import Entry, Taken, Told

LIMIT: Final = 200_000  # about 120 MB

_decode: Final = msgspec.msgpack.Decoder(list[Entry], dec_hook=operator.call).decode


class History:
    """What a worker has taken and sent of one customer."""

    __slots__ = ("taken", "told")

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        """By the time of their records; those of one millisecond in the order in which the topics were added."""
        self.told: list[Told] = []
        """In the order of the log, per output."""


class CustomerLog:
    """Everything that was read of a partition, by customer; in memory as far as `limit` entries go."""

    def __init__(self, spool: Spool, limit: int = LIMIT) -> None:
        self._entries: Buckets[Entry] = Buckets(spool, limit, _decode)

    def add(self, entries: Iterable[Entry]) -> None:
        """Take entries over."""
        self._entries.add(entries)

    def customers(self) -> Iterator[tuple[str, History]]:
        """Give every customer once, in no order that means anything."""
        for entries in self._entries.lists():
            yield from _grouped(entries).items()

    def close(self) -> None:
        """Forget everything, and give the space back."""
        self._entries.close()


def _grouped(entries: Iterable[Entry]) -> dict[str, History]:
    groups: dict[str, History] = {}
    for entry in entries:
        history = groups.get(entry.customer_id)
        if history is None:
            history = groups[entry.customer_id] = History()
        if isinstance(entry, Taken):
            history.taken.append(entry)
        else:
            history.told.append(entry)
    for history in groups.values():
        history.taken.sort(key=_stamp)
    return groups


_stamp: Final = operator.attrgetter("stamp")
