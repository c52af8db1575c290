"""The answers of the HTTP API: their members are the contract, and `/openapi.json` is made of them.

Every answer also has `as_of` as its first member. Instants are epoch ms, money is minor units, days are UTC.
"""

from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

from schemas.measures import Measures
from schemas.transitions import PolicyRef

Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", description="a day, UTC")]
Group = Literal["high", "low"]


class Problem(Struct, frozen=True):
    """What was refused and why (RFC 9457); `code` is stable."""

    status: int
    title: str
    code: str
    detail: str
    type: str = "about:blank"


class Scores(Struct, frozen=True):
    """From 1; null where the policy has no such score."""

    r: int | None
    f: int | None
    m: int | None


class Ahead(Struct, frozen=True):
    """The next move if nothing happens."""

    at: int
    to: str
    to_rank: int | None


class Customer(Struct, frozen=True):
    """Where a customer stands. `since` is null where no published move explains it."""

    customer_id: str
    segment: str | None
    rank: int | None
    since: int | None
    at: int
    sequence: int
    scores: Scores
    measures: Measures
    measured_at: int
    next: Ahead | None
    due_segment: str | None
    held_until: int | None
    cut_points_version: int
    policy: PolicyRef
    points: int


class Lift(Struct, frozen=True):
    """So many more orders, after which the rules place her there; a least stay may hold her for a while.

    Together they are worth at least `least_minor` (0: any amount) and at most `most_minor` (null: any amount).
    """

    to: str
    to_rank: int
    orders: int
    least_minor: int
    most_minor: int | None


class Lifts(Struct, frozen=True):
    """What would lift a customer, the best segment first; `lifts` null: her rules ask for what is not published."""

    customer_id: str
    lifts: list[Lift] | None


class Found(Struct, frozen=True):
    """A customer that was searched for."""

    customer_id: str
    segment: str | None


class Search(Struct, frozen=True):
    """Customers whose ids begin as asked for, in byte order."""

    customers: list[Found]


class Batch(Struct, frozen=True):
    """Customers in the order asked for, and the ids of whom there is nothing."""

    customers: list[Customer]
    unknown: list[str]


class Story(Struct, frozen=True):
    """Published moves and retractions of a customer, the newest first; `next_before` continues."""

    customer_id: str
    transitions: list[Raw]
    next_before: int | None


class Rewards(Struct, frozen=True):
    """Published rewards of a customer, the newest first."""

    customer_id: str
    points: int
    rewards: list[Raw]


class Segment(Struct, frozen=True):
    """A segment and how many stand there; one of an earlier policy has neither rank nor group.

    `label` is null where the policy cannot be read.
    """

    id: str
    label: str | None
    rank: int | None
    customers: int
    group: Group | None


class Segments(Struct, frozen=True):
    """All segments, the best first; `none`: known customers without one. `currency` is known as labels are."""

    customers: int
    segments: list[Segment]
    none: int
    policy: PolicyRef | None
    currency: str | None
    first_day: Day | None
    newest_day: Day | None


class Member(Struct, frozen=True):
    """A customer of a segment."""

    customer_id: str
    rank: int | None
    at: int
    r: int | None
    f: int | None
    m: int | None
    recency_ms: int | None
    frequency: int
    monetary_minor: int
    next_at: int | None
    next_to: str | None


class Members(Struct, frozen=True):
    """Customers of a segment by id in byte order; `next_cursor` continues."""

    segment: str
    customers: list[Member]
    next_cursor: str | None


class Leaver(Struct, frozen=True):
    """Who leaves downward, when and whereto, if nothing happens."""

    customer_id: str
    at: int
    to: str
    to_rank: int | None


class Leaving(Struct, frozen=True):
    """Who is about to leave downward, the soonest first."""

    segment: str
    within_ms: int
    until: int
    customers: list[Leaver]
    next_cursor: str | None
