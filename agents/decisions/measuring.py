"""Measures, scores and segment of a customer at an instant (design: section 6)."""

from typing import NamedTuple

from schemas.measures import Measures
from schemas.policy import Policy
from schemas.rows import CustomerRow

NOTHING = Measures(None, None, 0, None, 0, None, None, None)


class Counted(NamedTuple):
    """What of a row the measures are made of, as it was at some instant."""

    frequency: int
    known: int
    monetary: int
    first: int
    last: int


class Standing(NamedTuple):
    """Where a customer stands, and what silence alone will do to her."""

    segment: str | None
    due: int
    """First instant at which silence moves her; 0 = never."""
    due_to: str | None


NOWHERE = Standing(None, 0, None)


def counted(row: CustomerRow) -> Counted:
    """Take a row's aggregates down before they change."""
    return Counted(row.frequency, row.known, row.monetary, row.first, row.last)


def measure(of: Counted | CustomerRow, at: int, policy: Policy) -> Measures:
    """Measure a customer at an instant not earlier than her newest fact."""
    if not of.frequency:
        return NOTHING
    monetary = max(0, of.monetary)
    age = at - of.last
    return Measures(
        monetary // of.known if of.known else None,
        policy.frequency.score(of.frequency),
        of.frequency,
        policy.monetary.score(monetary),
        monetary,
        policy.recency_score(age),
        age,
        at - of.first,
    )


def judge(row: CustomerRow, at: int, policy: Policy) -> Standing:
    """Place a customer at an instant and forecast her next move; without a counted order she stands nowhere.

    An age equal to a recency bound keeps the better score, so a score falls 1 ms past the bound.
    """
    if not row.frequency:
        return NOWHERE
    monetary = max(0, row.monetary)
    ladder = policy.ladder(policy.frequency.score(row.frequency), policy.monetary.score(monetary))
    age = at - row.last
    score = policy.recency_score(age)
    segment = ladder[score]
    while score > 1:
        bound = policy.recency[len(policy.recency) + 1 - score]
        score -= 1
        if ladder[score] != segment:
            return Standing(segment, row.last + bound + 1, ladder[score])
    return Standing(segment, 0, None)
