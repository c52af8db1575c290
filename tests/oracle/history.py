"""A life's facts and an instant in, what counts then out."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from .facts import Facts
from .orders import Order
from .policy import Policy

Totals = tuple[int, int, int]  # counted orders, signed sum in minor units, counted orders of known amount


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts at the instant `at`: sums inside the window, ages over the whole life.

    `signed_sum_minor` may be negative. `acted`: some fact has, whether or not anything counts.
    """

    at: int
    newest: int | None
    oldest: int | None
    frequency: int
    signed_sum_minor: int
    known_orders: int
    engaged: int | None = None
    acted: bool = False

    @property
    def monetary_minor(self) -> int:
        return max(0, self.signed_sum_minor)


class History:
    """Answers what counts at any instant, in any order of asking."""

    def __init__(self, facts: Facts, policy: Policy) -> None:
        steps = sorted(_steps(facts, policy))
        self._step_instants = [at for at, _ in steps]
        self._totals = list(accumulate((step for _, step in steps), _add, initial=(0, 0, 0)))
        self._spans = sorted(span for order in facts.ledger.orders for span in _spans(order, policy))
        self._starts = [start for start, _ in self._spans]
        self._engaged = sorted(facts.engaged)
        self._begins = min((fact.acts_at for fact in facts.acting), default=None)

    def at(self, t: int) -> Standing:
        totals = self._totals[bisect_right(self._step_instants, t)]
        placed = bisect_right(self._starts, t)
        newest, oldest = self._first(reversed(range(placed)), t), self._first(range(placed), t)
        engagements = bisect_right(self._engaged, t)
        engaged = self._engaged[engagements - 1] if engagements else None
        return Standing(t, newest, oldest, *totals, engaged, self._begins is not None and self._begins <= t)

    def _first(self, places: Iterable[int], t: int) -> int | None:
        for place in places:
            start, end = self._spans[place]
            if t < end:
                return start
        return None


def _steps(facts: Facts, policy: Policy) -> Iterator[tuple[int, Totals]]:
    for order in facts.ledger.orders:
        for at in order.instants() | leaving(order.ordered_at, policy):
            frequency, minor, known = _contribution(order, at, policy)
            frequency_before, minor_before, known_before = _contribution(order, at - 1, policy)
            yield at, (frequency - frequency_before, minor - minor_before, known - known_before)
    for at, minor in facts.ledger.free_refunds:
        yield at, (0, -minor, 0)
        for left_at in leaving(at, policy):
            yield left_at, (0, minor, 0)


def leaving(at: int, policy: Policy) -> set[int]:
    """When what occurred at `at` leaves the window."""
    return set() if policy.window_ms is None else {at + policy.window_ms + 1}


def _contribution(order: Order, t: int, policy: Policy) -> Totals:
    inside = policy.window_ms is None or t - order.ordered_at <= policy.window_ms
    if not inside or not order.counts_at(t, policy):
        return 0, 0, 0
    net = order.net_at(t)
    return (1, 0, 0) if net is None else (1, net, 1)


def _spans(order: Order, policy: Policy) -> Iterator[tuple[int, float]]:
    """The time from its placement until it stops counting, if it ever counts: an order never comes back."""
    if order.counts_at(order.ordered_at, policy):
        ends = (at for at in order.instants() if at > order.ordered_at and not order.counts_at(at, policy))
        yield order.ordered_at, min(ends, default=float("inf"))


def _add(left: Totals, right: Totals) -> Totals:
    return left[0] + right[0], left[1] + right[1], left[2] + right[2]
