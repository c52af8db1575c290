"""Customers in, as often as they come; how many they are out, in memory that does not grow with them."""

from array import array
from typing import Final

from app.simulate.spool import Spool

LIMIT: Final = 500_000  # about 50 MB
BUCKETS: Final = 256


class CustomerCount:
    """Holds up to `limit` hashes of 64 bits; more go to a temporary file, and are counted bucket by bucket."""

    def __init__(self, spool: Spool, limit: int = LIMIT) -> None:
        self._spool = spool
        self._limit = limit
        self._held: set[int] = set()

    def add(self, customer_id: str) -> None:
        """Take note of a customer."""
        self._held.add(hash(customer_id))
        if len(self._held) > self._limit:
            self._spill()

    def count(self) -> int:
        """Tell how many different ones there were."""
        if not self._spool:
            return len(self._held)
        self._spill()
        return sum(self._bucket(number) for number in self._spool.numbers())

    def _bucket(self, number: int) -> int:
        hashes: set[int] = set()
        for frame in self._spool.frames(number):
            hashes.update(array("q", frame))
        return len(hashes)

    def _spill(self) -> None:
        buckets = [array("q") for _ in range(BUCKETS)]
        for hashed in self._held:
            buckets[hashed % BUCKETS].append(hashed)
        for number, hashes in enumerate(buckets):
            if hashes:
                self._spool.add(number, hashes.tobytes())
        self._held.clear()
