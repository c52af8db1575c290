"""What a worker would publish, as records of the output topics."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import UNSET

from app.runtime.fetched import Fetched
from app.serving.view import View
from schemas.instants import rfc3339
from schemas.measures import Measures
from schemas.rewards import (
    BudgetPart,
    Points,
    RewardCause,
    RewardExpired,
    RewardGranted,
    RewardReminder,
    RewardRevoked,
    RewardWithheld,
)
from schemas.topics import Topics
from schemas.transitions import (
    Cause,
    CustomerSegment,
    Direction,
    Next,
    PolicyRef,
    SegmentRetracted,
    SegmentTransitioned,
)

TOPICS = Topics()
POLICY = PolicyRef("seed", 1)
RANKS = {"champions": 1, "loyal": 2, "recent": 3, "needs_attention": 4, "at_risk": 5, "inactive": 6}
DAY = 86_400_000
BEGIN = 15_000 * DAY
"""An instant to tell stories from: 2011-01-26."""


def measures(r: int | None = 3, frequency: int = 2, monetary: int = 12_345) -> Measures:
    """Measures as good as any."""
    return Measures(monetary // frequency if frequency else None, 2, frequency, 3, monetary, r, 5 * DAY, 90 * DAY)


@dataclass
class Log:
    """The output topics of one partition number, as a worker writes them."""

    view: View
    partition: int = 0
    topics: Topics = TOPICS
    offsets: dict[str, int] = field(default_factory=dict)
    waiting: list[Fetched] = field(default_factory=list)
    sequences: dict[str, int] = field(default_factory=dict)

    def record(self, topic: str, kind: str, key: str, value: Any, at: int) -> Fetched:
        """Write a record."""
        offset = self.offsets.get(topic, 0)
        self.offsets[topic] = offset + 1
        headers = [("ce_type", kind.encode()), ("ce_time", rfc3339(at).encode())]
        encoded = msgspec.json.encode(value) if value is not None else None
        record = Fetched(topic, self.partition, offset, at + 5, key.encode(), encoded, headers)
        self.waiting.append(record)
        return record

    def flush(self) -> None:
        """Let the view read everything, topic by topic."""
        for topic in self.view.sources:
            records = [one for one in self.waiting if one.topic == topic]
            if records:
                self.view.apply(topic, self.partition, records, records[-1].offset + 1)
        self.waiting.clear()

    def stand(self, customer: str, segment: str | None, at: int, ahead: Next | None = None, **has: Any) -> None:
        """Publish where a customer stands."""
        sequence = self.sequences.get(customer, 0)
        rank = RANKS[segment] if segment is not None else None
        told = CustomerSegment(
            at,
            customer,
            1,
            None,
            None,
            has.get("measures", measures()),
            ahead,
            has.get("points", 0),
            POLICY,
            rank,
            segment,
            sequence,
        )
        self.record(self.topics.customer_segments, "customer.segment", customer, told, at)

    def erase(self, customer: str, at: int) -> None:
        """Publish the tombstone of a customer."""
        self.record(self.topics.customer_segments, "customer.segment", customer, None, at)

    def move(
        self,
        customer: str,
        origin: str | None,
        to: str | None,
        at: int,
        *,
        cause: str = "order",
        ahead: Next | None = None,
        stands: bool = True,
        fact: str | None = None,
    ) -> SegmentTransitioned:
        """Publish a move, and the standing that goes with it."""
        self.sequences[customer] = sequence = self.sequences.get(customer, 0) + 1
        before, after = RANKS.get(origin or ""), RANKS.get(to or "")
        told = SegmentTransitioned(
            measures(),
            measures(),
            Cause(type=cause, due="recency" if cause == "decay" else None, event_id=fact),  # type: ignore[arg-type]  # a word
            customer,
            1,
            at + 7,
            direction(before, after),
            at,
            origin,
            before,
            False,
            ahead,
            POLICY,
            sequence,
            None,
            to,
            after,
            f"t-{customer}-{at}-{origin}-{to}",
        )
        self.record(self.topics.transitions, "segment.transitioned", customer, told, at)
        if stands:
            self.stand(customer, to, at, ahead)
        return told

    def retract(self, gone: SegmentTransitioned) -> None:
        """Publish that a move is taken back."""
        customer = gone.customer_id
        self.sequences[customer] = sequence = self.sequences[customer] + 1
        told = SegmentRetracted(
            gone.cause,
            customer,
            gone.effective_at + 9,
            gone.effective_at,
            gone.from_segment,
            POLICY,
            sequence,
            gone.to,
            gone.transition_id,
        )
        self.record(self.topics.transitions, "segment.retracted", customer, told, gone.effective_at)

    def grant(self, customer: str, rule: str, at: int, points: int, paid_by: BudgetPart | None = None) -> None:
        """Publish points."""
        told = RewardGranted(
            cause=RewardCause(type="order"),
            customer_id=customer,
            detected_at=at,
            effective_at=at,
            expires_at=None,
            give=Points(points),
            paid_by=paid_by or UNSET,
            policy=POLICY,
            reward_id=f"r-{rule}-{at}",
            rule=rule,
            transition_id=None,
        )
        self.record(self.topics.rewards, "reward.granted", customer, told, at)

    def expire(self, customer: str, rule: str, at: int, points: int) -> None:
        """Publish that points are gone."""
        told = RewardExpired(customer, at, at, points, POLICY, f"r-{rule}-{at}", rule)
        self.record(self.topics.rewards, "reward.expired", customer, told, at)

    def remind(self, customer: str, rule: str, at: int, points: int) -> None:
        """Publish that points will be gone in a week."""
        told = RewardReminder(customer, at, at, at + 7 * DAY, 7 * DAY, points, POLICY, f"r-{rule}-{at}", rule)
        self.record(self.topics.rewards, "reward.reminder", customer, told, at)

    def revoke(self, customer: str, rule: str, at: int, points: int, returned_to: BudgetPart | None = None) -> None:
        """Publish that points are taken back."""
        told = RewardRevoked(
            cause=Cause(type="cancellation"),
            customer_id=customer,
            detected_at=at,
            effective_at=at,
            points=points,
            policy=POLICY,
            returned_to=returned_to or UNSET,
            reward_id=f"r-{rule}-{at}",
            rule=rule,
            transition_id=None,
        )
        self.record(self.topics.rewards, "reward.revoked", customer, told, at)

    def withhold(self, customer: str, rule: str, at: int, budget: str | None = None) -> None:
        """Publish that a limit withheld a reward, or a budget."""
        told = RewardWithheld(
            budget=budget or UNSET,
            cause=RewardCause(type="order"),
            customer_id=customer,
            detected_at=at,
            effective_at=at,
            policy=POLICY,
            reason="limit" if budget is None else "budget",
            reward_id=f"r-{rule}-{at}",
            rule=rule,
            transition_id=None,
        )
        self.record(self.topics.rewards, "reward.withheld", customer, told, at)


def direction(before: int | None, after: int | None) -> Direction:
    """Name the direction of a move."""
    if before is None:
        return "entry"
    if after is None:
        return "exit"
    return "lateral" if before == after else "up" if after < before else "down"
