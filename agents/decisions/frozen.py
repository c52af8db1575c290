"""A customer and the instant of a freeze in; what the cut points are made of, and when a partition freezes, out."""

from collections.abc import Iterable
from typing import NamedTuple

from agents.decisions.outlook import Leaving
from schemas.customer_row import CustomerRow


class Held(NamedTuple):
    """What a customer's scores are made of at an instant; she has a counted order inside the window."""

    recency: int
    """Age of her newest counted order, ms."""
    frequency: int
    monetary: int
    """Minor units, not below 0."""


def held(row: CustomerRow, leavings: Iterable[Leaving], at: int) -> Held | None:
    """Take down what a customer holds at an instant, to which nothing but silence has led from her row's.

    `leavings`: what leaves the window behind her row's instant, ascending.
    """
    frequency, monetary = row.frequency, row.monetary
    for leaving in leavings:
        if leaving.at > at:
            break
        frequency -= leaving.worth.frequency
        monetary -= leaving.worth.monetary
    return holds(row.last, frequency, monetary, at)


def holds(newest: int, frequency: int, monetary: int, at: int) -> Held | None:
    """Say what is taken down of what counts at an instant."""
    return Held(at - newest, frequency, max(0, monetary)) if frequency > 0 else None


def next_freeze(every: int, clock: int, last: int | None, front: int | None, newest: int) -> int | None:
    """Say which freeze a partition comes to next: a multiple of `every` ms.

    `last` is its newest one. Without any it begins with the one before its first fact, which freezes nothing: `front`
    is the oldest record in hand, None while that is not known. None of before `newest` is frozen: under the wall
    clock what they gave would come into force only now, and be replaced at once.
    """
    if last is None and not clock:
        return None if front is None else max(newest, (front - 1) // every * every)
    # The clock stops at a freeze until that has begun, so it may stand at the very next one.
    return max(newest, (max(last if last is not None else 0, clock - 1) // every + 1) * every)


def waits_for_cut_points(every: int, apply_after: int, first: int, last: int, decided: int) -> int | None:
    """Give the last instant up to which a replay knows its cut points; None when all freezes are decided.

    `first` and `last` are the partition's first and newest freeze, `decided` the newest that has led to cut points or
    to none.
    """
    if decided >= last:
        return None
    return max(first, (decided // every + 1) * every) + apply_after - 1
