"""Events in, a customer as the decisions have left her out; nothing is stored, she keeps it all."""

from collections.abc import Sequence

from agents.decisions.around import EngagedAt
from agents.decisions.customer import Customer, Stored
from agents.decisions.full_timeline import timeline
from agents.decisions.in_force import InForce
from agents.decisions.life import Life
from agents.decisions.nothing_stored import NothingStored
from schemas.customer_row import CustomerRow
from schemas.policy import Policy
from tests.builders import fact_of
from tests.oracle.orders import Event


class Remembering(NothingStored):
    """A store of engagements alone."""

    def __init__(self, acted: Sequence[EngagedAt] = (), counting: str = "site_visited") -> None:
        super().__init__()
        self.acted = sorted(acted)
        self.counting = counting

    def engaged_from(self, at: int) -> list[EngagedAt]:
        return [acted for acted in self.acted if acted[0] >= at]

    def engaged_before(self, at: int) -> int:
        return max((one[1] for one in self.acted if one[0] < at and one[3] == self.counting), default=0)


def newborn(policy: Policy, stored: Stored | None = None) -> tuple[Customer, Life]:
    """Begin a life of which nothing is known."""
    customer = Customer("ann", CustomerRow(), stored or NothingStored())
    return customer, Life(customer, timeline(customer, InForce(policy)), policy)


def lived(policy: Policy, *slices: Sequence[Event], until: int = 0) -> Customer:
    """Live through slices of events, and then through silence."""
    customer, life = newborn(policy)
    for events in slices:
        life.take([fact_of(event) for event in events])
    if until:
        life.pass_time(until)
    return customer
