"""A customer in; how long she usually takes from one order to the next out."""

from collections.abc import Iterable
from heapq import merge
from typing import Final

from agents.decisions.customer import Customer
from schemas.history import Kind
from schemas.newest_orders import instants
from schemas.policy import Policy

GAPS: Final = 8
"""So many of the newest gaps are looked at."""
LEAST: Final = 3
"""Fewer make nothing usual."""


def usual_gap_doubled(customer: Customer, policy: Policy) -> int | None:
    """Give twice the median of her newest gaps in ms, a whole number; None: she has too few. Always above 0.

    A gap lies between two counted orders; several orders at one instant are one.
    """
    placed = _newest_orders(customer, GAPS + 1, policy)
    if len(placed) <= LEAST:
        return None
    gaps = [placed[i] - placed[i + 1] for i in range(len(placed) - 1)]
    gaps.sort()
    middle = len(gaps) // 2
    return gaps[middle] + gaps[middle if len(gaps) % 2 else middle - 1]


def _newest_orders(customer: Customer, most: int, policy: Policy) -> list[int]:
    """Give the instants of her newest counted orders, the newest first, no two alike."""
    packed = instants(customer.row.newest, even_free=policy.zero_value_counts)
    packed.sort(reverse=True)
    if not customer.row.spilled:  # nearly every customer
        return _unlike(packed, most)
    spilled = (at for at, _ in customer.steps(Kind.COUNTED, 0, customer.row.last + 1, newest_first=True))
    return _unlike(merge(packed, spilled, reverse=True), most)


def _unlike(sorted_instants: Iterable[int], most: int) -> list[int]:
    """Give the first so many that are unlike the one before."""
    found: list[int] = []
    for at in sorted_instants:
        if not found or found[-1] != at:
            found.append(at)
            if len(found) == most:
                break
    return found
