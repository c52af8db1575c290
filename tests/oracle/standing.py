"""Events in, how many rewards of each rule stand when all is known out: granted less taken back, whatever came when."""

from collections import Counter
from collections.abc import Iterable, Iterator

from .cut_points import versions
from .engagement import engagements
from .moves import Lived, lived
from .orders import Event, Order, instant
from .policy import Policy
from .reward_rules import OnEngaged, OnFirstOrder, OnNthOrder, OnOrderValue, OnTransition, RewardRule
from .timeline import AsOf, known_customers

Standing = Counter[tuple[str, str]]
"""By customer and rule."""


def standing_rewards(events: Iterable[Event], policy: Policy, as_of: AsOf) -> Standing:
    """Of rules without limits that take all of it back, and reward late moves too."""
    standing: Standing = Counter()
    for customer_id, known, at in known_customers(events, policy, as_of):
        for life in lived(known, policy, at, versions((), policy)):
            for rule in policy.rewards:
                standing[customer_id, rule.id] += sum(1 for _ in _holding(rule, life, policy, at))
    return +standing


def _holding(rule: RewardRule, life: Lived, policy: Policy, at: int) -> Iterator[object]:
    """Give every occasion of a rule that holds at an instant."""
    orders = life.ledger.orders
    match rule.on:
        case OnFirstOrder():
            yield from range(sum(order.counts_at(at, policy) for order in orders) >= 1)
        case OnNthOrder(number):
            yield from range(sum(order.counts_at(at, policy) for order in orders) >= number)
        case OnOrderValue():
            yield from (order for order in orders if _earns(order, rule.on, policy, at))
        case OnEngaged():
            done = (event for _, event in engagements(life.life.entries, policy) if instant(event) <= at)
            yield from (event for event in done if rule.on.matches(event["kind"], event.get("rating")))
        case OnTransition():
            undone = {order.placed.event_id for order in orders if _is_undone(order, at)}
            turns = (move.turn for move in life.moves() if not move.silent)
            standing = (turn for turn in turns if turn[3]["type"] != "order" or turn[3]["event_id"] not in undone)
            yield from (turn for turn in standing if rule.on.matches(turn[0], turn[1], turn[2], turn[3]["type"]))
        case _:
            raise TypeError(f"what {rule.id} waits for is never undone")


def _earns(order: Order, on: OnOrderValue, policy: Policy, at: int) -> bool:
    """Placed by then, of such an amount, and neither cancelled nor refunded in full."""
    if order.known_minor is None or order.placed.acts_at > at or not on.matches(order.known_minor):
        return False
    if policy.zero_value == "ignore" and order.total_minor == 0:
        return False
    return not _is_undone(order, at)


def _is_undone(order: Order, at: int) -> bool:
    """Cancelled or refunded in full by then."""
    cancelled = order.cancelled_at is not None and order.cancelled_at <= at
    return cancelled or 0 < order.total_minor == order.refunded_at(at)
