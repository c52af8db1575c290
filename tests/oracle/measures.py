"""What counts of a customer and the scales in force in, her scores, measures and the segment the rules give her out."""

from typing import NamedTuple, TypedDict

from .history import Standing
from .policy import Policy
from .scales import Scales
from .segment_rules import Measured


class Measures(TypedDict):
    recency_ms: int | None
    frequency: int
    monetary_minor: int
    average_order_minor: int | None
    tenure_ms: int | None
    r: int | None
    f: int | None
    m: int | None


class Scores(NamedTuple):
    """None: there is no such score, or no counted order."""

    r: int | None
    f: int | None
    m: int | None


def scores(standing: Standing, scales: Scales) -> Scores:
    if standing.newest is None:
        return Scores(None, None, None)
    return Scores(
        scales.recency_score(standing.at - standing.newest),
        scales.frequency_score(standing.frequency),
        scales.monetary_score(standing.monetary_minor),
    )


def measures(standing: Standing, scales: Scales) -> Measures:
    known, monetary = standing.known_orders, standing.monetary_minor
    r, f, m = scores(standing, scales)
    return {
        "recency_ms": None if standing.newest is None else standing.at - standing.newest,
        "frequency": standing.frequency,
        "monetary_minor": monetary,
        "average_order_minor": monetary // known if known else None,
        "tenure_ms": None if standing.oldest is None else standing.at - standing.oldest,
        "r": r,
        "f": f,
        "m": m,
    }


def segment(standing: Standing, scales: Scales, policy: Policy) -> str | None:
    """Where the rules place her; without a counted order in `no_orders`, if any fact has acted."""
    if standing.newest is None or standing.oldest is None:
        return policy.no_orders if standing.acted else None
    r, f, m = scores(standing, scales)
    measured = Measured(
        recency=standing.at - standing.newest,
        tenure=standing.at - standing.oldest,
        frequency=standing.frequency,
        monetary=standing.monetary_minor,
        known=standing.known_orders,
        engaged=None if standing.engaged is None else standing.at - standing.engaged,
        r=r,
        f=f,
        m=m,
        cell="".join(str(digit) for digit in (r, f, m) if digit is not None),
    )
    return policy.segment(measured)
