"""The facts of one instant in; the orders of a number that some rule waits for, with their causes, out."""

from collections.abc import Iterator, Sequence

from agents.decisions.customer import Customer
from agents.decisions.explaining import ActingFact
from agents.decisions.placing import counts
from schemas.facts import OrderPlaced
from schemas.policy import Policy
from schemas.transitions import Cause


def numbered(
    customer: Customer, before: int, acting: Sequence[ActingFact], policy: Policy
) -> Iterator[tuple[int, Cause]]:
    """Give the numbers that her counted orders, `before` a millisecond ago, have come to or passed."""
    for number in policy.by_occasion.numbered:
        if before < number <= customer.row.counted:
            yield number, _order(customer, number - before, acting, policy)


def _order(customer: Customer, place: int, acting: Sequence[ActingFact], policy: Policy) -> Cause:
    """Name an order by its place in the log among those that act now and count; the first has place 1."""
    fact = acting[0]
    if len(acting) > 1:
        placed = [fact for fact in acting if isinstance(fact, OrderPlaced)]
        fact = [fact for fact in placed if counts(customer, fact.order_id, policy)][place - 1]
    return Cause(type="order", event_id=fact.event_id)
