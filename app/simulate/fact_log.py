"""Entries in the order of the files in, each customer with her facts in the order of the log out, as often as asked."""

import operator
from collections.abc import Iterator
from typing import Final

import msgspec

from app.simulate.buckets import Buckets
from app.simulate.entries import Entry, Stamped, in_log_order
from app.simulate.spool import Spool
from schemas.facts import Fact

LIMIT: Final = 300_000  # about 120 MB

_decode: Final = msgspec.msgpack.Decoder(list[Entry], dec_hook=operator.call).decode


class FactLog:
    """Everything that was accepted, by customer; in memory as far as `limit` entries go."""

    def __init__(self, spool: Spool, limit: int = LIMIT) -> None:
        self._entries: Buckets[Entry] = Buckets(spool, limit, _decode)
        self._stamped = False
        self.facts = 0

    def add(self, entries: list[Entry]) -> None:
        """Take entries over."""
        self._stamped = self._stamped or any(isinstance(entry, Stamped) for entry in entries)
        self._entries.add(entries)
        self.facts += len(entries)

    def customers(self) -> Iterator[tuple[str, list[Fact]]]:
        """Give every customer once, in no order that means anything."""
        for entries in self._entries.lists():
            yield from self._grouped(entries).items()

    def close(self) -> None:
        """Forget everything."""
        self._entries.close()

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
