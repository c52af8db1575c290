"""Entries in the order of the logs in; each customer once, with everything of hers, out.

Memory is bounded by the customers' histories, not by the topics: up to `limit` entries are held; when more come, all go
to a temporary file in buckets by a hash of the customer, and one bucket at a time is read back.
"""

import operator
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from app.simulate.spool import Spool
from app.verifying.entries import Entry, Taken, Told

BUCKETS: Final = 512
LIMIT: Final = 200_000  # about 120 MB

_encode: Final = msgspec.msgpack.Encoder(enc_hook=int).encode  # Instant is a kind of int
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
    """Everything that was read of a partition, by customer."""

    def __init__(self, spool: Spool, limit: int = LIMIT) -> None:
        self._spool = spool
        self._limit = limit
        self._held: list[Entry] = []

    def add(self, entries: Iterable[Entry]) -> None:
        """Take entries over."""
        self._held += entries
        if len(self._held) > self._limit:
            self._spill()

    def customers(self) -> Iterator[tuple[str, History]]:
        """Give every customer once, in no order that means anything."""
        if not self._spool:
            yield from _grouped(self._held).items()
            return
        self._spill()
        for bucket in self._spool.numbers():
            entries: list[Entry] = []
            for frame in self._spool.frames(bucket):
                entries += _decode(frame)
            yield from _grouped(entries).items()

    def close(self) -> None:
        """Forget everything, and give the space back."""
        self._held.clear()
        self._spool.close()

    def _spill(self) -> None:
        buckets: list[list[Entry]] = [[] for _ in range(BUCKETS)]
        for entry in self._held:
            buckets[hash(entry.customer_id) % BUCKETS].append(entry)
        for number, entries in enumerate(buckets):
            if entries:
                self._spool.add(number, _encode(entries))
        self._held.clear()


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
