"""One customer's facts in; what cut points are made of out: her frequency, monetary and newest order as they change."""

from collections.abc import Sequence
from typing import NamedTuple

from agents.decisions.customer import Customer
from agents.decisions.full_timeline import FullTimeline
from agents.decisions.in_force import InForce
from agents.decisions.life import Life
from agents.decisions.nothing_stored import NothingStored
from agents.decisions.outlook import leavings
from agents.decisions.whole_life import reborn
from schemas.customer_row import CustomerRow
from schemas.facts import Fact
from schemas.transitions import Cause


class Holding(NamedTuple):
    """What her scores are made of from an instant on; frequency 0 = no counted order inside the window."""

    at: int
    frequency: int
    monetary: int
    """Minor units, not below 0."""
    newest: int
    """Instant of her newest counted order; means nothing while frequency is 0."""


class _Ledger(FullTimeline):
    """Takes down what counts wherever that changes, and judges nobody."""

    __slots__ = ("holdings",)

    def __init__(self, customer: Customer, in_force: InForce) -> None:
        super().__init__(customer, in_force)
        self.holdings: list[Holding] = []

    def leave(self, cause: Cause) -> None:
        self.customer.row.at = self.instant
        self.holdings.append(Holding(self.instant, 0, 0, 0))
        self.instant = 0

    def settle(self, at: int) -> None:
        row = self.customer.row
        row.at = at
        self.holdings.append(Holding(at, row.frequency, max(0, row.monetary), row.last))
        ahead = next(leavings(self.customer, at, self.policy), None)
        row.due = ahead.at if ahead else 0


def holdings(customer_id: str, facts: Sequence[Fact], in_force: InForce, until: int) -> list[Holding]:
    """Give every change up to and including an instant, ascending; several at one instant count as the last."""
    left: Sequence[Fact] = [fact for fact in facts if fact.occurred_at <= until]
    row, found = CustomerRow(), list[Holding]()
    while True:
        customer = Customer(customer_id, row, NothingStored())
        ledger = _Ledger(customer, in_force)
        left = Life(customer, ledger, in_force.policy, rewarded=False).take(left)
        if not customer.erased:
            ledger.pass_time(until)
        found += ledger.holdings
        if not customer.erased:
            return found
        row = reborn(row)
