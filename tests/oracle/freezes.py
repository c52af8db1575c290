"""Events in, the cut points of every freeze out: each from all customers, sorted in full."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import floor
from typing import NamedTuple

from .cut_points import CutPoints
from .erasure import Life
from .facts import facts
from .history import History, Standing
from .moves import ending
from .orders import Event
from .policy import Policy
from .scales import DAY_MS, Quantiles
from .timeline import known_customers


class Chapter(NamedTuple):
    """One life and the instant from which it is over; None = it is not."""

    history: History
    ended_at: int | None


def freezes(events: Iterable[Event], policy: Policy, as_of: int) -> list[CutPoints]:
    """In full knowledge: whatever occurred by the instant of a freeze counts at it."""
    quantiles = (policy.recency_quantiles, policy.frequency_quantiles, policy.monetary_quantiles)
    if not any(quantiles):
        return []
    known = [lives for _, lives, _ in known_customers(events, policy, as_of)]
    books = [[_chapter(life, policy) for life in lives] for lives in known]
    frozen: list[CutPoints] = []
    for at in _instants(known, policy, as_of):
        counted = [standing for book in books if (standing := _at(book, at)).frequency >= 1]
        if counted and len(counted) >= policy.min_customers:
            recency, frequency, monetary = _values(counted, policy)
            frozen.append(
                {
                    "version": len(frozen) + 1,
                    "frozen_at": at,
                    "effective_at": at + policy.apply_after_ms,
                    "recency": order_statistics(recency, policy.recency_quantiles),
                    "frequency": order_statistics(frequency, policy.frequency_quantiles),
                    "monetary": order_statistics(monetary, policy.monetary_quantiles),
                }
            )
    return frozen


def _instants(known: Iterable[Iterable[Life]], policy: Policy, as_of: int) -> range:
    """Multiples of the refresh since 1970, from the first fact of any order on."""
    acted = [fact.acts_at for lives in known for life in lives for fact in facts(life.entries, policy).ledger.facts]
    if not acted:
        return range(0)
    first = -(-min(acted) // policy.refresh_ms) * policy.refresh_ms
    return range(first, as_of + 1, policy.refresh_ms)


def _chapter(life: Life, policy: Policy) -> Chapter:
    end = ending(life, policy)
    return Chapter(History(facts(life.entries, policy), policy), None if end is None else end.erasure.acts_at)


def _at(book: Iterable[Chapter], t: int) -> Standing:
    """Of the life at t."""
    return next(history.at(t) for history, ended_at in book if ended_at is None or t < ended_at)


def _values(counted: list[Standing], policy: Policy) -> Iterator[list[int]]:
    ages = [standing.at - standing.newest for standing in counted if standing.newest is not None]
    yield [age // DAY_MS * DAY_MS for age in ages] if policy.whole_days else ages
    yield [standing.frequency for standing in counted]
    yield [standing.monetary_minor for standing in counted]


def order_statistics(values: Iterable[int], quantiles: Quantiles | None) -> list[int] | None:
    if quantiles is None:
        return None
    ascending = sorted(values)
    statistic = _linear if quantiles.method == "linear" else _nearest_rank
    return [statistic(ascending, share) for share in quantiles.shares]


def _nearest_rank(ascending: list[int], share: Fraction) -> int:
    """The smallest value that at least this share of all does not exceed."""
    return next(value for rank, value in enumerate(ascending, start=1) if rank >= share * len(ascending))


def _linear(ascending: list[int], share: Fraction) -> int:
    """R type 7, floored: on the straight line between the two values around the place."""
    place = (len(ascending) - 1) * share
    below = floor(place)
    above = min(below + 1, len(ascending) - 1)
    return floor(ascending[below] + (place - below) * (ascending[above] - ascending[below]))
