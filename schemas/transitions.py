"""Moves as they leave: a customer's change of segment, with its cause and what it was decided on."""

from typing import Literal

from msgspec import Struct, UnsetType

from schemas.measures import Measures

Direction = Literal["up", "down", "lateral", "entry", "exit"]
CauseType = Literal["order", "refund", "cancellation", "engagement", "decay", "drift", "policy", "erasure"]
Due = Literal["recency", "window", "tenure", "engaged", "dwell"]


class Cause(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """What moved her: the event, or for `decay` the kind of instant that was due.

    `due: dwell` beside an event: it raised the move, and a least stay held it until now.
    """

    due: Due | None = None
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
    detected_at: int | UnsetType
    """When the processor saw it; unset in a simulation."""
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


class SegmentRetracted(Struct, frozen=True, gc=False, rename={"from_segment": "from"}):
    """A published transition is not on the timeline any more, because a late fact rewrote it.

    `cause` is the late fact; instant, segments and `transition_id` are those of the transition taken back.
    """

    cause: Cause
    customer_id: str
    detected_at: int
    effective_at: int
    from_segment: str | None
    policy: PolicyRef
    sequence: int
    to: str | None
    transition_id: str


class SegmentBrink(Struct, frozen=True, gc=False, rename={"from_segment": "from"}):
    """A move down is ahead if nothing happens: announced `lead_ms` before it."""

    brink_id: str
    customer_id: str
    cut_points_version: int
    detected_at: int | UnsetType
    due_at: int
    effective_at: int
    from_segment: str
    from_rank: int
    lead_ms: int
    measures: Measures
    policy: PolicyRef
    to: str
    to_rank: int


class SegmentBrinkCleared(Struct, frozen=True, gc=False, rename={"from_segment": "from"}):
    """An announced move will not come as announced; `next` is what is ahead now."""

    brink_id: str
    cause: Cause
    customer_id: str
    detected_at: int | UnsetType
    due_at: int
    effective_at: int
    from_segment: str
    next: Next | None
    policy: PolicyRef
    to: str


class ScoresChanged(Struct, frozen=True, gc=False):
    """At least one of a customer's scores is another, whether or not her segment is."""

    after: Measures
    before: Measures
    cause: Cause
    customer_id: str
    cut_points_version: int
    detected_at: int | UnsetType
    effective_at: int
    policy: PolicyRef
    segment: str | None


class CustomerSegment(Struct, frozen=True, gc=False):
    """The current standing of a customer, for those who want state and not events."""

    at: int
    customer_id: str
    cut_points_version: int
    due_segment: str | None
    """Where the rules place her already, while a least stay holds her."""
    held_until: int | None
    measures: Measures
    next: Next | None
    points: int
    """Balance; below 0 where points that were spent have been revoked."""
    policy: PolicyRef
    rank: int | None
    segment: str | None
    sequence: int
