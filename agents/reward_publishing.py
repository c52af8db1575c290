"""Decided rewards in, CloudEvents for the topics of rewards and messages out."""

import msgspec
from msgspec import UNSET

from agents.decisions.entries import Rewarded
from agents.decisions.message import Message
from agents.decisions.message_fields import fields_of_reward
from agents.decisions.occasions import Decided
from agents.entry_publishing import EntryPublisher, budget_part
from agents.envelope import Envelope
from agents.events import Detected
from agents.message_publishing import MessagePublisher
from agents.outgoing import Outgoing
from schemas.digests import digest, message_of_reward, transition_id
from schemas.loyalty_rows import MessageContent
from schemas.policy import Policy
from schemas.rewards import Give, RewardGranted, RewardWithheld, WithheldReason
from schemas.topics import Topics
from schemas.transitions import PolicyRef

_encode = msgspec.json.Encoder().encode


class RewardPublisher:
    """Writes for one deployment and one policy."""

    def __init__(self, topics: Topics, policy: Policy) -> None:
        self._topic = topics.rewards
        self._policy = policy
        self._ref = PolicyRef(policy.id, policy.version)
        self._envelope = Envelope(topics)
        self._messages = MessagePublisher(topics, policy)
        self._entries = EntryPublisher(topics, policy)

    def publish(self, decided: Rewarded, key: bytes, detected_at: Detected) -> list[Outgoing]:
        """Publish what was decided, and the message that goes with it; or what became of it."""
        told = self.reward(decided, key, detected_at)
        if isinstance(decided, Decided) and decided.message is not None:
            told.append(self._message(decided, decided.message, key))
        return told

    def reward(self, decided: Rewarded, key: bytes, detected_at: Detected) -> list[Outgoing]:
        """Give what of it goes to the topic of rewards: at most one record."""
        if not isinstance(decided, Decided):
            return self._entries.publish(decided, key, detected_at)
        if decided.withheld == "none":  # she was never meant to have anything: nobody is told
            return []
        if decided.withheld is not None:
            return [self._withheld(decided, decided.withheld, key, detected_at)]
        if decided.rule.give is not None:
            return [self._granted(decided, decided.rule.give, key, detected_at)]
        return []

    def _granted(self, decided: Decided, give: Give, key: bytes, detected_at: Detected) -> Outgoing:
        rule, move = decided.rule, decided.move or decided.waited
        event = RewardGranted(
            cause=decided.cause,
            customer_id=decided.customer_id,
            detected_at=detected_at,
            effective_at=decided.at,
            expires_at=decided.at + rule.expires_ms if rule.expires_ms is not None else None,
            from_segment=move.from_segment if move is not None else None,
            give=give,
            paid_by=budget_part(self._policy, decided.draw.budget, decided.draw.cost) if decided.draw else UNSET,
            policy=self._ref,
            reward_id=decided.reward_id,
            rule=rule.id,
            to=move.to_segment if move is not None else None,
            transition_id=self._transition(decided),
            variant=rule.variant,
        )
        headers = self._envelope.headers(b"reward.granted", digest(f"{decided.reward_id}\0granted"), decided.at)
        return Outgoing(self._topic, key, _encode(event), headers)

    def _withheld(self, decided: Decided, reason: WithheldReason, key: bytes, detected_at: Detected) -> Outgoing:
        rule, move = decided.rule, decided.move or decided.waited
        event = RewardWithheld(
            budget=decided.draw.budget if decided.draw is not None else UNSET,
            cause=decided.cause,
            customer_id=decided.customer_id,
            detected_at=detected_at,
            effective_at=decided.at,
            from_segment=move.from_segment if move is not None else None,
            give=rule.give,
            policy=self._ref,
            reason=reason,
            reward_id=decided.reward_id,
            rule=rule.id,
            to=move.to_segment if move is not None else None,
            transition_id=self._transition(decided),
            variant=rule.variant,
        )
        headers = self._envelope.headers(b"reward.withheld", digest(f"{decided.reward_id}\0withheld"), decided.at)
        return Outgoing(self._topic, key, _encode(event), headers)

    def _message(self, decided: Decided, message: Message, key: bytes) -> Outgoing:
        fields, reward = fields_of_reward(message, decided.rule, decided.at), decided.reward_id
        name, rule = message_of_reward(reward), decided.rule.id
        content = MessageContent(name, decided.at, message.template, fields, rule, reward, None, None)
        return self._messages.first(decided.customer_id, content, message, key)

    def _transition(self, decided: Decided) -> str | None:
        move = decided.move
        if move is None:
            return decided.waited.transition_id if decided.waited is not None else None
        return transition_id(
            decided.customer_id, self._policy.id, move.effective_at, move.from_segment, move.to_segment
        )
