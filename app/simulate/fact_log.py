"""Entries in the order of the files in, each customer with her facts in the order of the log out, as often as asked.

Memory is bounded by the customers' histories, not by the input: up to `limit` entries are held; when more come, all
are written to a temporary file in buckets by a hash of the customer, and one bucket at a time is read back. So what
must fit into memory is the history of one customer, and a share of 1 / BUCKETS of all.
"""

import operator
from collections.abc import Iterator
from typing import Final

import msgspec

from app.simulate.entries import Entry, Stamped, in_log_order
from app.simulate.spool import Spool
from schemas.facts import Fact

BUCKETS: Final = 512
LIMIT: Final = 300_000  # about 120 MB

_encode: Final = msgspec.msgpack.Encoder(enc_hook=int).encode  # Instant is a kind of int
_decode: Final = msgspec.msgpack.Decoder(list[Entry], dec_hook=operator.call).decode


class FactLog:
    """Everything that was accepted, by customer."""

    def __init__(self, spool: Spool, limit: int = LIMIT) -> None:
        self._spool = spool
        self._limit = limit
        self._held: list[Entry] = []
        self._stamped = False
        self.facts = 0

    def add(self, entries: list[Entry]) -> None:
        """Take entries over."""
        self._held += entries
        self.facts += len(entries)
        if len(self._held) > self._limit:
            self._spill()

    def customers(self) -> Iterator[tuple[str, list[Fact]]]:
        """Give every customer once, in no order that means anything."""
        if not self._spool:
            self._stamped = self._stamped or any(isinstance(entry, Stamped) for entry in self._held)
            yield from self._grouped(self._held).items()
            return
        self._spill()
        for bucket in self._spool.numbers():
            entries: list[Entry] = []
            for frame in self._spool.frames(bucket):
                entries += _decode(frame)
            yield from self._grouped(entries).items()

    def close(self) -> None:
        """Forget everything."""
        self._held.clear()
        self._spool.close()

    def _spill(self) -> None:
        buckets: list[list[Entry]] = [[] for _ in range(BUCKETS)]
        for entry in self._held:
            buckets[hash(entry.customer_id) % BUCKETS].append(entry)
        for number, entries in enumerate(buckets):
            if entries:
                self._spool.add(number, _encode(entries))
        self._stamped = self._stamped or any(isinstance(entry, Stamped) for entry in self._held)
        self._held.clear()

    def _grouped(self, entries: list[Entry]) -> dict[str, list[Fact]]:
        """Sort by recording if any file tells it, else leave the order of the files."""
        facts: list[Fact] = in_log_order(entries) if self._stamped else entries  # type: ignore[assignment]
        groups: dict[str, list[Fact]] = {}
        for fact in facts:
            customer = fact.customer_id
            known = groups.get(customer)
            if known is None:
                groups[customer] = [fact]
            else:
                known.append(fact)
        return groups
