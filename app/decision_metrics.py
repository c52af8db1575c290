"""What a transaction has decided in; its counts for Prometheus, by labels from closed lists only, out."""

from collections import Counter as Counts
from collections.abc import Mapping
from typing import Final

from agents.dead_letters import UNDELIVERABLE
from agents.decisions.endings import Ending
from agents.work import Tally
from app.registering import Registering
from schemas.policy import Policy

NONE: Final = "none"
"""Label of customers without a segment."""


class DecisionMetrics:
    """Counts of facts and of what became of them, and of the customers of a worker."""

    def __init__(self, new: Registering, policy: Policy) -> None:
        self.read = new.counter("events_read", "Accepted records.", "topic", "type")
        self.endings = new.counter("events_ended", "Accepted records by what became of them.", "ending")
        self.duplicate = new.counter("events_duplicate", "Records whose identity an equal fact has taken.")
        self.conflicting = new.counter("events_conflicting", "Records whose identity another fact has taken.")
        self.rejected = new.counter("events_rejected", "Records that are no facts.", "topic", "code")
        self.late = new.counter("events_late", "Facts older than what their customer had reached.")
        self.ancient = new.counter("events_beyond_horizon", "Late facts that are too old to rewrite the timeline.")
        self.retractions = new.counter("retractions", "Published moves taken back because of late facts.")
        self.brinks = new.counter("brinks", "Moves down announced ahead, and announcements cleared.", "outcome")
        self.dead_letters = new.counter("dlq_records", "Records sent to the dead letters.", "code")
        self.transitions = new.counter("transitions", "Moves published.", "from", "to", "direction", "cause")
        self.rewards = new.counter("rewards", "What rules have decided, and what became of it.", "rule", "outcome")
        self.steps = new.counter("journey_steps", "What journeys have asked for besides rewards.", "journey", "kind")
        self.messages = new.counter("messages", "What messages are asked for, and what becomes.", "channel", "outcome")
        self.customers = new.gauge("customers", "Customers of this worker's partitions.", "segment")
        for segment in policy.segments:
            self.customers.labels(segment.id)

    def count(self, tally: Tally) -> None:
        """Count what a committed transaction has decided."""
        for (topic, kind), count in tally.read.items():
            self.read.labels(topic, kind).inc(count)
        endings = Counts(tally.endings)
        for ending, count in endings.items():
            self.endings.labels(ending.value).inc(count)
        self.duplicate.inc(endings[Ending.DUPLICATE])
        self.conflicting.inc(endings[Ending.CONFLICTING])
        for (topic, code), count in tally.rejected.items():
            self.rejected.labels(topic, code).inc(count)
            self.dead_letters.labels(code).inc(count)
        self.late.inc(tally.late)
        self.ancient.inc(tally.ancient)
        self.retractions.inc(tally.retracted)
        for outcome, count in tally.brinks.items():
            self.brinks.labels(outcome).inc(count)
        for (origin, target, way, cause), count in tally.moved.items():
            self.transitions.labels(origin or NONE, target or NONE, way, cause).inc(count)
        for (rule, outcome), count in tally.rewarded.items():
            self.rewards.labels(rule, outcome).inc(count)
        for (journey, kind), count in tally.stepped.items():
            self.steps.labels(journey, kind).inc(count)
        for (channel, outcome), count in tally.messages.items():
            self.messages.labels(channel, outcome).inc(count)
            if outcome == "given_up":
                self.dead_letters.labels(UNDELIVERABLE).inc(count)

    def entered(self, change: Mapping[str, int], sign: int = 1) -> None:
        """Let customers enter (or, with sign -1, leave) the segments of this worker."""
        for segment, count in change.items():
            self.customers.labels(segment or NONE).inc(sign * count)
