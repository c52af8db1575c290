"""Entries in the order in which they are read in; the same out, in lists of which each has all of some customers.

Memory is bounded by the customers' histories, not by the input: up to `limit` entries are held; when more come, all
are written to a temporary file in buckets by a hash of the customer, and one bucket at a time is read back. So what
must fit into memory is the history of one customer, and a share of 1 / BUCKETS of all.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Generic, TypeVar

import msgspec

from app.simulate.spool import Spool

BUCKETS: Final = 512

encode: Final = msgspec.msgpack.Encoder(enc_hook=int).encode  # Instant is a kind of int

Entry = TypeVar("Entry")
"""A struct that says whose it is: it has a `customer_id`."""


class Buckets(Generic[Entry]):
    """Entries by customer, to be gone through as often as asked."""

    def __init__(
        self,
        spool: Spool,
        limit: int,
        decode: Callable[[bytes], list[Entry]],
        encode: Callable[[list[Entry]], bytes] = encode,
    ) -> None:
        """`encode` and `decode`: to the temporary file and back."""
        self._spool = spool
        self._limit = limit
        self._decode = decode
        self._encode = encode
        self._held: list[Entry] = []

    def add(self, entries: Iterable[Entry]) -> None:
        """Take entries over."""
        self._held += entries
        if len(self._held) > self._limit:
            self._spill()

    def lists(self) -> Iterator[list[Entry]]:
        """Give all entries; those of a customer stay in the order in which they came."""
        if not self._spool:
            yield self._held
            return
        self._spill()
        for bucket in self._spool.numbers():
            entries: list[Entry] = []
            for frame in self._spool.frames(bucket):
                entries += self._decode(frame)
            yield entries

    def close(self) -> None:
        """Forget everything, and give the space back."""
        self._held.clear()
        self._spool.close()

    def _spill(self) -> None:
        buckets: list[list[Entry]] = [[] for _ in range(BUCKETS)]
        for entry in self._held:
            owned: Any = entry
            buckets[hash(owned.customer_id) % BUCKETS].append(entry)
        for number, entries in enumerate(buckets):
            if entries:
                self._spool.add(number, self._encode(entries))
        self._held.clear()
