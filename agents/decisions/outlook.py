"""A customer and an instant in, what silence alone will do to her out: what leaves the window, her next move."""

from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from typing import NamedTuple

from agents.decisions.counted import NOTHING, Worth, take_down
from agents.decisions.counting import worth, worth_of_free
from agents.decisions.customer import Customer
from agents.decisions.explaining import least_stay
from agents.decisions.judging import Change, Judge
from schemas.customer_row import Counted
from schemas.history import Kind
from schemas.policy import Policy
from schemas.transitions import Next


class Leaving(NamedTuple):
    """Something that leaves the window: the first instant at which it is outside, and what it was worth."""

    at: int
    worth: Worth


class Outlook(NamedTuple):
    """What is ahead if nothing happens."""

    due: int
    """The next instant at which the rules place her elsewhere, or a held move is released; 0 = never."""
    next: Next | None
    """The next move."""
    leaves: int = 0
    """The next instant at which something leaves the window; 0 = never."""


def leavings(customer: Customer, after: int, policy: Policy) -> Iterator[Leaving]:
    """Give what leaves the window later than an instant, of what is inside at that instant, ascending."""
    window = policy.window_ms
    if window is None:
        return
    orders = _orders_leaving(customer, after, window, policy)
    together = orders
    if customer.row.refunds:
        together = merge(orders, _refunds_leaving(customer, after, window, policy), key=_instant)
    for at, group in groupby(together, key=_instant):
        yield Leaving(at, _sum(group))


def _orders_leaving(customer: Customer, after: int, window: int, policy: Policy) -> Iterator[Leaving]:
    for at, order in customer.counted_orders(after - window, after + 1, policy):
        if order.begins <= after:
            yield Leaving(at + window + 1, worth(order, after, policy))


def _refunds_leaving(customer: Customer, after: int, window: int, policy: Policy) -> Iterator[Leaving]:
    for step in customer.steps(Kind.FREE, after - window, after + 1):
        yield Leaving(step.at + window + 1, worth_of_free(customer.known_refund(step.id), after, policy))


def look_ahead(customer: Customer, at: int, judge: Judge, placed: str | None) -> Outlook:
    """Forecast from an instant; `placed` is where the rules have her then, which a least stay may hold back."""
    row, policy, due = customer.row, judge.policy, 0
    ahead = _Ahead(judge, take_down(row), leavings(customer, at, policy))
    leaves = ahead.leaves
    while True:
        change = ahead.next_change(at, placed)
        released = row.moved_at + least_stay(row.segment, placed, policy) if placed != row.segment else 0
        if released > at and (change is None or released < change.at):
            return Outlook(due or released, Next(released, placed) if placed is not None else None, leaves)
        if change is None:
            return Outlook(due, None, leaves)
        due = due or change.at
        at, placed = change
        if placed not in (row.segment, None) and row.moved_at + least_stay(row.segment, placed, policy) <= at:
            assert placed is not None
            return Outlook(due, Next(at, placed), leaves)


class _Ahead:
    """What counts, as silence lets it leave the window."""

    __slots__ = ("_judge", "_leaving", "_next", "_of")

    def __init__(self, judge: Judge, of: Counted, leaving: Iterator[Leaving]) -> None:
        self._judge = judge
        self._of = of
        self._leaving = leaving
        self._next = next(leaving, None)

    @property
    def leaves(self) -> int:
        """The next instant at which something leaves; 0 = never."""
        return self._next.at if self._next else 0

    def next_change(self, at: int, placed: str | None) -> Change | None:
        """Find the next instant at which the rules place her elsewhere."""
        judge = self._judge
        while True:
            aged, leaving = judge.change_after(self._of, at), self._next
            if leaving is None or (aged is not None and aged.at < leaving.at):
                return aged
            self._of, at = _without(self._of, leaving.worth), leaving.at
            self._next = next(self._leaving, None)
            after = judge.segment(self._of, at)
            if after != placed or judge.every:
                return Change(at, after)


def _without(left: Counted, gone: Worth) -> Counted:
    after = take_down(left)
    after.frequency -= gone.frequency
    after.known -= gone.known
    after.monetary -= gone.monetary
    return after


def _sum(group: Iterator[Leaving]) -> Worth:
    total = NOTHING
    for _, one in group:
        total = Worth(total.frequency + one.frequency, total.known + one.known, total.monetary + one.monetary)
    return total


def _instant(leaving: Leaving) -> int:
    return leaving.at
