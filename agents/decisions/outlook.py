"""A customer and an instant in, what silence alone will do to her out: what leaves the window, her next move."""

from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from typing import NamedTuple

from agents.decisions.counted import NOTHING, Counted, Counts, Worth, take_down
from agents.decisions.counting import worth, worth_of_free
from agents.decisions.customer import Customer
from agents.decisions.explaining import least_stay
from agents.decisions.judging import Change, Judge
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


def leavings(customer: Customer, after: int, policy: Policy) -> Iterator[Leaving]:
    """Give what leaves the window later than an instant, of what is inside at that instant, ascending."""
    window = policy.window_ms
    if window is None:
        return iter(())
    start = after - window
    orders = (
        Leaving(at + window + 1, worth(order, after, policy))
        for at, order in customer.counted_orders(start, after + 1, policy)
        if order.begins <= after
    )
    refunds = (
        Leaving(step.at + window + 1, worth_of_free(customer.known_refund(step.id), after, policy))
        for step in customer.steps(Kind.FREE, start, after + 1)
    )
    together = merge(orders, refunds, key=_instant) if customer.row.refunds else orders
    return (Leaving(at, _sum(group)) for at, group in groupby(together, key=_instant))


def look_ahead(customer: Customer, at: int, judge: Judge, placed: str | None) -> Outlook:
    """Forecast from an instant; `placed` is where the rules have her then, which a least stay may hold back."""
    row, policy, due = customer.row, judge.policy, 0
    of: Counts = take_down(row)
    leaving = leavings(customer, at, policy)
    ahead = next(leaving, None)
    while True:
        change, of, ahead = _next_change(judge, of, at, placed, leaving, ahead)
        released = row.moved_at + least_stay(row.segment, placed, policy) if placed != row.segment else 0
        if released > at and (change is None or released < change.at):
            return Outlook(due or released, Next(released, placed) if placed is not None else None)
        if change is None:
            return Outlook(due, None)
        due = due or change.at
        at, placed = change
        if placed not in (row.segment, None) and row.moved_at + least_stay(row.segment, placed, policy) <= at:
            assert placed is not None
            return Outlook(due, Next(at, placed))


def _next_change(
    judge: Judge, of: Counts, at: int, placed: str | None, leaving: Iterator[Leaving], ahead: Leaving | None
) -> tuple[Change | None, Counts, Leaving | None]:
    """Find the next instant at which the rules place her elsewhere, and what counts from then on."""
    while True:
        aged = judge.change_after(of, at, placed)
        if ahead is None or (aged is not None and aged.at < ahead.at):
            return aged, of, ahead
        of, at = _without(of, ahead.worth), ahead.at
        ahead = next(leaving, None)
        after = judge.segment(of, at)
        if after != placed or judge.every:
            return Change(at, after), of, ahead


def _without(of: Counts, gone: Worth) -> Counted:
    left = take_down(of)
    return left._replace(
        frequency=left.frequency - gone.frequency,
        known=left.known - gone.known,
        monetary=left.monetary - gone.monetary,
    )


def _sum(group: Iterator[Leaving]) -> Worth:
    total = NOTHING
    for _, one in group:
        total = Worth(total.frequency + one.frequency, total.known + one.known, total.monetary + one.monetary)
    return total


def _instant(leaving: Leaving) -> int:
    return leaving.at
