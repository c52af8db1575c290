"""What the decisions tell of a customer in, the published structs out."""

from msgspec import UNSET, UnsetType

from agents.decisions.explaining import direction
from agents.decisions.moves import Brink, BrinkCleared, Move, Retraction, ScoreChange, Standing
from schemas.customer_row import CustomerRow
from schemas.digests import brink_id, transition_id
from schemas.policy import Policy
from schemas.transitions import (
    CustomerSegment,
    Direction,
    PolicyRef,
    ScoresChanged,
    SegmentBrink,
    SegmentBrinkCleared,
    SegmentRetracted,
    SegmentTransitioned,
)

Detected = int | UnsetType
"""When the processor saw it, epoch ms; unset in a simulation."""


class Events:
    """Writes for one policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._ref = PolicyRef(policy.id, policy.version)
        self._ranks = {segment.id: segment.rank for segment in policy.segments}
        self._ways: dict[tuple[str | None, str | None], tuple[Direction, int | None, int | None]] = {}
        """Which way a move between two segments goes, and their ranks: asked for every move, and there are few."""

    def transition(self, move: Move, detected_at: Detected = UNSET) -> SegmentTransitioned:
        """Tell a move."""
        origin, to, at = move.from_segment, move.to_segment, move.effective_at
        way, from_rank, to_rank = self._ways.get((origin, to)) or self._find_way(origin, to)
        # In the order of the struct: eighteen names would cost more than the rest of the event.
        return SegmentTransitioned(
            move.after,
            move.before,
            move.cause,
            move.customer_id,
            move.cut_points_version,
            detected_at,
            way,
            at,
            origin,
            from_rank,
            move.late,
            move.next,
            self._ref,
            move.sequence,
            move.supersedes,
            to,
            to_rank,
            transition_id(move.customer_id, self._policy.id, at, origin, to),
        )

    def retraction(self, gone: Retraction, detected_at: int) -> SegmentRetracted:
        """Tell that a move is taken back."""
        return SegmentRetracted(
            cause=gone.cause,
            customer_id=gone.customer_id,
            detected_at=detected_at,
            effective_at=gone.effective_at,
            from_segment=gone.from_segment,
            policy=self._ref,
            sequence=gone.sequence,
            to=gone.to_segment,
            transition_id=transition_id(
                gone.customer_id, self._policy.id, gone.effective_at, gone.from_segment, gone.to_segment
            ),
        )

    def brink(self, told: Brink, detected_at: Detected = UNSET) -> SegmentBrink:
        """Announce a move down."""
        return SegmentBrink(
            brink_id=self._brink_id(told),
            customer_id=told.customer_id,
            cut_points_version=told.cut_points_version,
            detected_at=detected_at,
            due_at=told.due_at,
            effective_at=told.effective_at,
            from_segment=told.segment,
            from_rank=self._ranks[told.segment],
            lead_ms=told.lead_ms,
            measures=told.measures,
            policy=self._ref,
            to=told.to,
            to_rank=self._ranks[told.to],
        )

    def brink_cleared(self, told: BrinkCleared, detected_at: Detected = UNSET) -> SegmentBrinkCleared:
        """Tell that an announced move will not come as announced."""
        return SegmentBrinkCleared(
            brink_id=self._brink_id(told),
            cause=told.cause,
            customer_id=told.customer_id,
            detected_at=detected_at,
            due_at=told.due_at,
            effective_at=told.effective_at,
            from_segment=told.segment,
            next=told.next,
            policy=self._ref,
            to=told.to,
        )

    def scores_changed(self, told: ScoreChange, detected_at: Detected = UNSET) -> ScoresChanged:
        """Tell another score."""
        return ScoresChanged(
            after=told.after,
            before=told.before,
            cause=told.cause,
            customer_id=told.customer_id,
            cut_points_version=told.cut_points_version,
            detected_at=detected_at,
            effective_at=told.effective_at,
            policy=self._ref,
            segment=told.segment,
        )

    def standing(self, customer_id: str, row: CustomerRow, stands: Standing) -> CustomerSegment:
        """Tell where a customer stands."""
        return CustomerSegment(
            at=row.at,
            customer_id=customer_id,
            cut_points_version=stands.cut_points_version,
            due_segment=stands.due_segment,
            held_until=stands.held_until,
            measures=stands.measures,
            next=stands.next,
            points=row.points,
            policy=self._ref,
            rank=self._rank(stands.segment),
            segment=stands.segment,
            sequence=row.sequence,
        )

    def _brink_id(self, told: Brink | BrinkCleared) -> str:
        return brink_id(told.customer_id, self._policy.id, told.due_at, told.to)

    def _find_way(self, origin: str | None, to: str | None) -> tuple[Direction, int | None, int | None]:
        found = direction(origin, to, self._policy), self._rank(origin), self._rank(to)
        self._ways[origin, to] = found
        return found

    def _rank(self, segment: str | None) -> int | None:
        """Rank a segment; one that only a policy before this had has none."""
        return self._ranks.get(segment) if segment is not None else None
