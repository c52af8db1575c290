"""What the decisions tell of a customer: moves, announcements, changes of score, and where she stands."""

from msgspec import Struct

from agents.decisions.move import Move
from schemas.measures import Measures
from schemas.transitions import Cause, Next

__all__ = ["Brink", "BrinkCleared", "Move", "Publication", "Retraction", "ScoreChange", "Standing"]


class Retraction(Struct, frozen=True, gc=False):
    """A published move that is not on the timeline any more; `cause` is the late fact."""

    customer_id: str
    sequence: int
    from_segment: str | None
    to_segment: str | None
    cause: Cause
    effective_at: int


class Brink(Struct, frozen=True, gc=False):
    """A move down, announced `lead_ms` before it is due."""

    customer_id: str
    number: int
    """Among what is told of her besides moves and retractions: the same may be announced again."""
    effective_at: int
    segment: str
    due_at: int
    to: str
    lead_ms: int
    measures: Measures
    cut_points_version: int


class BrinkCleared(Struct, frozen=True, gc=False):
    """An announced move that will not come as announced; `next` is what is ahead instead."""

    customer_id: str
    number: int
    effective_at: int
    segment: str
    due_at: int
    to: str
    cause: Cause
    next: Next | None


class ScoreChange(Struct, frozen=True, gc=False):
    """Another score, in whatever segment."""

    customer_id: str
    number: int
    effective_at: int
    segment: str | None
    before: Measures
    after: Measures
    cause: Cause
    cut_points_version: int


class Standing(Struct, frozen=True, gc=False):
    """Where a customer stands."""

    segment: str | None
    measures: Measures
    next: Next | None
    due_segment: str | None
    """Where the rules place her already, while a least stay holds her."""
    held_until: int | None
    cut_points_version: int


Publication = Move | Retraction | Brink | BrinkCleared | ScoreChange
