"""Moves as they leave: a customer's change of segment, with its cause and what it was decided on."""

from typing import Literal

from msgspec import Struct

from schemas.measures import Measures

Direction = Literal["up", "down", "lateral", "entry", "exit"]
CauseType = Literal["order", "refund", "cancellation", "engagement", "decay", "erasure"]


class Cause(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """What moved her: the event, or for `decay` the kind of instant that was due."""

    due: Literal["recency"] | None = None
    event_id: str | None = None
    type: CauseType


class Next(Struct, frozen=True, gc=False):
    """The next move if nothing happens: first instant (epoch ms) and segment."""

    at: int
    to: str


class PolicyRef(Struct, frozen=True, gc=False):
    """The policy that decided."""

    id: str
    version: int


class SegmentTransitioned(Struct, frozen=True, gc=False, rename={"from_segment": "from"}):
    """One change of a customer's segment. Fields stand in wire order, so that the bytes are canonical."""

    after: Measures
    before: Measures
    cause: Cause
    customer_id: str
    cut_points_version: int
    detected_at: int
    direction: Direction
    effective_at: int
    from_segment: str | None
    from_rank: int | None
    late: bool
    next: Next | None
    policy: PolicyRef
    sequence: int
    supersedes: str | None
    to: str | None
    to_rank: int | None
    transition_id: str


class CustomerSegment(Struct, frozen=True, gc=False):
    """The current standing of a customer, for those who want state and not events."""

    at: int
    customer_id: str
    cut_points_version: int
    measures: Measures
    next: Next | None
    policy: PolicyRef
    rank: int | None
    segment: str | None
    sequence: int
