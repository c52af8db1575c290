"""A customer's ledger and an instant in, what counts then, its measures and its segment out."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TypedDict

from .orders import Ledger, Order
from .policy import Policy


class Measures(TypedDict):
    recency_ms: int | None
    frequency: int
    monetary_minor: int
    average_order_minor: int | None
    tenure_ms: int | None
    r: int | None
    f: int | None
    m: int | None


class Next(TypedDict):
    at: int
    to: str


Totals = tuple[int, int, int]  # counted orders, signed sum in minor units, counted orders of known amount


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts at the instant `at`; `signed_sum_minor` may be negative."""

    at: int
    newest: int | None
    oldest: int | None
    frequency: int
    signed_sum_minor: int
    known_orders: int

    @property
    def monetary_minor(self) -> int:
        return max(0, self.signed_sum_minor)


class History:
    """Answers what counts at any instant, in any order of asking."""

    def __init__(self, ledger: Ledger, policy: Policy) -> None:
        steps = sorted(_steps(ledger, policy))
        self._step_instants = [at for at, _ in steps]
        self._totals = list(accumulate((step for _, step in steps), _add, initial=(0, 0, 0)))
        self._spans = sorted(span for order in ledger.orders for span in _spans(order, policy))
        self._starts = [start for start, _ in self._spans]

    def at(self, t: int) -> Standing:
        totals = self._totals[bisect_right(self._step_instants, t)]
        placed = bisect_right(self._starts, t)
        return Standing(t, self._first(reversed(range(placed)), t), self._first(range(placed), t), *totals)

    def _first(self, places: Iterable[int], t: int) -> int | None:
        for place in places:
            start, end = self._spans[place]
            if t < end:
                return start
        return None


def _steps(ledger: Ledger, policy: Policy) -> Iterator[tuple[int, Totals]]:
    for order in ledger.orders:
        for at in order.instants():
            frequency, minor, known = _contribution(order, at, policy)
            frequency_before, minor_before, known_before = _contribution(order, at - 1, policy)
            yield at, (frequency - frequency_before, minor - minor_before, known - known_before)
    for at, minor in ledger.free_refunds:
        yield at, (0, -minor, 0)


def _contribution(order: Order, t: int, policy: Policy) -> Totals:
    if not order.counts_at(t, policy):
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


def measures(standing: Standing, policy: Policy) -> Measures:
    known, monetary = standing.known_orders, standing.monetary_minor
    scores = _scores(standing, policy) or (None, None, None)
    return {
        "recency_ms": None if standing.newest is None else standing.at - standing.newest,
        "frequency": standing.frequency,
        "monetary_minor": monetary,
        "average_order_minor": monetary // known if known else None,
        "tenure_ms": None if standing.oldest is None else standing.at - standing.oldest,
        "r": scores[0],
        "f": scores[1],
        "m": scores[2],
    }


def segment(standing: Standing, policy: Policy) -> str | None:
    scores = _scores(standing, policy)
    return None if scores is None else policy.segment(*scores)


def forecast(standing: Standing, policy: Policy) -> Next | None:
    """The next move if nothing happens after `standing.at`."""
    scores = _scores(standing, policy)
    if standing.newest is None or scores is None:
        return None
    present, (_, f, m) = policy.segment(*scores), scores
    for bound in policy.within_ms:
        at = standing.newest + bound + 1
        to = policy.segment(policy.recency_score(bound + 1), f, m)
        if at > standing.at and to != present:
            return {"at": at, "to": to}
    return None


def _scores(standing: Standing, policy: Policy) -> tuple[int, int, int] | None:
    if standing.newest is None:
        return None
    return (
        policy.recency_score(standing.at - standing.newest),
        policy.frequency.score(standing.frequency),
        policy.monetary_minor.score(standing.monetary_minor),
    )
