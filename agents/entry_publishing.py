"""What became of a grant in, its CloudEvent for the topic of rewards out; a redemption is a fact and none is told."""

from typing import assert_never

import msgspec
from msgspec import UNSET

from agents.decisions.entries import Entry, Expired, Redeemed, Reminded, Revoked, Void
from agents.envelope import Envelope
from agents.events import Detected
from agents.outgoing import Outgoing
from schemas.digests import digest
from schemas.policy import Policy
from schemas.rewards import BudgetPart, RewardExpired, RewardReminder, RewardRevoked
from schemas.topics import Topics
from schemas.transitions import PolicyRef

_encode = msgspec.json.Encoder().encode


class EntryPublisher:
    """Writes for one deployment and one policy."""

    def __init__(self, topics: Topics, policy: Policy) -> None:
        self._topics = topics
        self._policy = policy
        self._ref = PolicyRef(policy.id, policy.version)
        self._envelope = Envelope(topics)

    def publish(self, entry: Entry, key: bytes, detected_at: Detected) -> list[Outgoing]:
        """Publish an entry; its id is the same on every replay: each comes once for a reward, a reminder per lead."""
        event: msgspec.Struct
        match entry:
            case Reminded():
                kind, name, event = b"reward.reminder", f"reminder\0{entry.lead_ms}", self._reminder(entry, detected_at)
            case Expired():
                kind, name, event = b"reward.expired", "expired", self._expired(entry, detected_at)
            case Revoked():
                kind, name, event = b"reward.revoked", "revoked", self._revoked(entry, detected_at)
            case Redeemed() | Void():
                return []
            case _:
                assert_never(entry)
        headers = self._envelope.headers(kind, digest(f"{entry.reward_id}\0{name}"), entry.at)
        return [Outgoing(self._topics.rewards, key, _encode(event), headers)]

    def _reminder(self, entry: Reminded, detected_at: Detected) -> RewardReminder:
        return RewardReminder(
            customer_id=entry.customer_id,
            detected_at=detected_at,
            effective_at=entry.at,
            expires_at=entry.expires_at,
            lead_ms=entry.lead_ms,
            points=entry.points,
            policy=self._ref,
            reward_id=entry.reward_id,
            rule=entry.rule_id,
        )

    def _expired(self, entry: Expired, detected_at: Detected) -> RewardExpired:
        return RewardExpired(
            customer_id=entry.customer_id,
            detected_at=detected_at,
            effective_at=entry.at,
            points=entry.points,
            policy=self._ref,
            reward_id=entry.reward_id,
            rule=entry.rule_id,
        )

    def _revoked(self, entry: Revoked, detected_at: Detected) -> RewardRevoked:
        return RewardRevoked(
            cause=entry.cause,
            customer_id=entry.customer_id,
            detected_at=detected_at,
            effective_at=entry.at,
            points=entry.points,
            policy=self._ref,
            returned_to=budget_part(self._policy, entry.budget, entry.cost) if entry.budget else UNSET,
            reward_id=entry.reward_id,
            rule=entry.rule_id,
            transition_id=entry.transition_id,
        )


def budget_part(policy: Policy, budget_id: str, cost: int) -> BudgetPart:
    """Say what a budget has paid or has back; of one that the policy has no more its limit is 0."""
    budget = policy.budget(budget_id)
    limit, unit = (budget.limit, budget.unit) if budget is not None else (0, "minor")
    return BudgetPart(budget_id, cost, limit, unit)
