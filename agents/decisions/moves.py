"""A move: a change of segment on a customer's timeline, as the decisions hand it on."""

from typing import NamedTuple

from schemas.measures import Measures
from schemas.transitions import Cause, Next


class Move(NamedTuple):
    """A change of segment, effective at the first millisecond at which the new one holds."""

    customer_id: str
    sequence: int
    from_segment: str | None
    to_segment: str | None
    cause: Cause
    before: Measures
    after: Measures
    effective_at: int
    next: Next | None
