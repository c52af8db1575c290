"""Moves and standings in, CloudEvents out (binary mode: `ce_*` headers, JSON value)."""

import msgspec

from agents.decisions.explaining import direction
from agents.decisions.measuring import judge, measure
from agents.decisions.moves import Move
from agents.envelope import Envelope
from agents.outgoing import Outgoing
from schemas.digests import digest, transition_id
from schemas.policy import Policy
from schemas.rows import CustomerRow
from schemas.topics import Topics
from schemas.transitions import CustomerSegment, Next, PolicyRef, SegmentTransitioned

_encode = msgspec.json.Encoder().encode


class Publisher:
    """Writes for one deployment and one policy."""

    def __init__(self, topics: Topics, policy: Policy) -> None:
        self._topics = topics
        self._policy = policy
        self._ref = PolicyRef(policy.id, policy.version)
        self._ranks = {segment.id: segment.rank for segment in policy.segments}
        self._envelope = Envelope(topics)

    def transition(self, move: Move, key: bytes, detected_at: int) -> Outgoing:
        """Publish a move."""
        customer = move.customer_id
        event = SegmentTransitioned(
            after=move.after,
            before=move.before,
            cause=move.cause,
            customer_id=customer,
            cut_points_version=0,
            detected_at=detected_at,
            direction=direction(move.from_segment, move.to_segment, self._policy),
            effective_at=move.effective_at,
            from_segment=move.from_segment,
            from_rank=self._rank(move.from_segment),
            late=False,
            next=move.next,
            policy=self._ref,
            sequence=move.sequence,
            supersedes=None,
            to=move.to_segment,
            to_rank=self._rank(move.to_segment),
            transition_id=transition_id(
                customer, self._policy.id, move.effective_at, move.from_segment, move.to_segment
            ),
        )
        event_id = digest(f"{customer}\0{move.sequence}")
        headers = self._envelope.headers(b"segment.transitioned", event_id, move.effective_at)
        return Outgoing(self._topics.transitions, key, _encode(event), headers)

    def standing(self, customer: str, key: bytes, row: CustomerRow) -> Outgoing:
        """Publish where a customer stands after a transaction."""
        ahead = judge(row, row.at, self._policy)
        event = CustomerSegment(
            at=row.at,
            customer_id=customer,
            cut_points_version=0,
            measures=measure(row, row.at, self._policy),
            next=Next(ahead.due, ahead.due_to) if ahead.due_to is not None else None,
            policy=self._ref,
            rank=self._rank(row.segment),
            segment=row.segment,
            sequence=row.sequence,
        )
        event_id = digest(f"{customer}\0standing\0{row.at}\0{row.sequence}\0{row.frequency}\0{row.monetary}")
        headers = self._envelope.headers(b"customer.segment", event_id, row.at)
        return Outgoing(self._topics.customer_segments, key, _encode(event), headers)

    def nobody(self, customer: str, key: bytes, row: CustomerRow) -> Outgoing:
        """Publish that an erased customer stands nowhere: no value, so that compaction forgets her."""
        event_id = digest(f"{customer}\0standing\0{row.at}\0{row.sequence}\0erased")
        headers = self._envelope.headers(b"customer.segment", event_id, row.at)
        return Outgoing(self._topics.customer_segments, key, None, headers)

    def _rank(self, segment: str | None) -> int | None:
        return self._ranks[segment] if segment is not None else None
