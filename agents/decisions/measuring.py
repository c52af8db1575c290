"""Measures, scores and segment of a customer row at an instant (design: section 6)."""

from schemas.measures import Measures
from schemas.policy import Policy, Segment
from schemas.rows import CustomerRow

NOTHING = Measures(None, None, 0, None, 0, None, None, None)


def measure(row: CustomerRow, at: int, policy: Policy) -> Measures:
    """Measure a customer at an instant not earlier than her newest fact."""
    if not row.frequency:
        return NOTHING
    monetary = row.monetary if row.monetary > 0 else 0
    age = at - row.last
    return Measures(
        monetary // row.known if row.known else None,
        policy.frequency.score(row.frequency),
        row.frequency,
        policy.monetary.score(monetary),
        monetary,
        policy.recency_score(age),
        age,
        at - row.first,
    )


def segment_at(row: CustomerRow, at: int, policy: Policy) -> str | None:
    """Place a customer; one without a counted order has no segment."""
    if not row.frequency:
        return None
    return policy.segment_of(
        policy.recency_score(at - row.last),
        policy.frequency.score(row.frequency),
        policy.monetary.score(row.monetary if row.monetary > 0 else 0),
    ).id


def forecast(row: CustomerRow, after: int, policy: Policy) -> tuple[int, str] | None:
    """Find the next move by silence alone: its first instant later than `after`, and its segment.

    An age equal to a bound keeps the better score, so a score falls 1 ms past the bound.
    """
    if not row.frequency:
        return None
    f = policy.frequency.score(row.frequency)
    m = policy.monetary.score(row.monetary if row.monetary > 0 else 0)
    r = len(policy.recency)
    for bound in policy.recency:
        falls_at = row.last + bound + 1
        if falls_at > after:
            segment = policy.segment_of(r, f, m).id
            if segment != row.segment:
                return falls_at, segment
        r -= 1
    return None
