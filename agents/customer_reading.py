"""A customer's stored rows in, also what an erasure has left of them; the customer for the decisions out."""

from collections.abc import Callable

from agents.decisions.customer import Customer
from agents.decisions.whole_life import reborn
from agents.work import Work
from schemas.customer_row import CustomerRow
from schemas.policy import Policy
from tables.codec import decode_tombstone
from tables.draft import Draft
from tables.stored_customer import StoredCustomer
from tables.tombstones import Tombstones


class CustomerReader:
    """Reads for one deployment, under whose secret erased customers are marked."""

    def __init__(self, tombstones: Tombstones) -> None:
        self._tombstones = tombstones

    def customer(self, work: Work, key: bytes, row: CustomerRow, policy: Policy) -> Customer:
        """Make a customer of her row, with what is stored around it and what budgets can still pay."""
        decided_before = self._decided_before(work.draft, key) if row.erased_at else None
        customer = Customer(key.decode(), row, StoredCustomer(work.draft, key, policy.engagement, decided_before))
        customer.purse = work.purse
        return customer

    def newborn(self, draft: Draft, key: bytes) -> CustomerRow:
        """Begin a life: the first, or one after an erasure, whose sequence goes on."""
        if not draft.has_tombstones:
            return CustomerRow()
        stored = draft.get(self._tombstones.key(key))
        if stored is None:
            return CustomerRow()
        left = decode_tombstone(stored)
        last = CustomerRow()
        last.at, last.moved_at = left.reached, left.moved_at
        last.sequence, last.erased_at = left.sequence, left.erased_at
        return reborn(last)

    def _decided_before(self, draft: Draft, key: bytes) -> Callable[[str], bool]:
        """Ask what is left of an erased life for its reward ids."""
        tombstones = self._tombstones
        stored = draft.get(tombstones.key(key))
        assert stored is not None, "who was erased left a tombstone"
        occasions = frozenset(decode_tombstone(stored).occasions)
        return lambda reward: tombstones.mark(reward.encode()) in occasions
