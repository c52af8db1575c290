"""Decided rewards in, CloudEvents for the topics of rewards and messages out."""

from typing import assert_never

import msgspec
from msgspec import UNSET

from agents.decisions.entries import Rewarded
from agents.decisions.messaging import Message
from agents.decisions.occasions import Decided
from agents.entry_publishing import EntryPublisher, budget_part
from agents.envelope import Envelope
from agents.events import Detected
from agents.outgoing import Outgoing
from schemas.digests import digest, transition_id
from schemas.facts import Money
from schemas.policy import Policy
from schemas.rewards import (
    Discount,
    EarlyAccess,
    FreeShipping,
    Gift,
    Give,
    Invitation,
    Letter,
    MessageRequested,
    Points,
    RewardGranted,
    RewardWithheld,
    WithheldReason,
)
from schemas.topics import Topics
from schemas.transitions import PolicyRef

_encode = msgspec.json.Encoder().encode


class RewardPublisher:
    """Writes for one deployment and one policy."""

    def __init__(self, topics: Topics, policy: Policy) -> None:
        self._topics = topics
        self._policy = policy
        self._ref = PolicyRef(policy.id, policy.version)
        self._envelope = Envelope(topics)
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
        return Outgoing(self._topics.rewards, key, _encode(event), headers)

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
        return Outgoing(self._topics.rewards, key, _encode(event), headers)

    def _message(self, decided: Decided, message: Message, key: bytes) -> Outgoing:
        message_id = digest(f"{decided.reward_id}\0message")
        event = MessageRequested(
            channel=message.channels[0],
            customer_id=decided.customer_id,
            effective_at=decided.at,
            fallback=list(message.channels[1:]),
            fields=_fields(decided, message),
            journey=None,
            message_id=message_id,
            not_before=message.not_before,
            policy=self._ref,
            reward_id=decided.reward_id,
            rule=decided.rule.id,
            step=None,
            template=message.template,
        )
        headers = self._envelope.headers(b"message.requested", message_id, decided.at)
        return Outgoing(self._topics.messages, key, _encode(event), headers)

    def _transition(self, decided: Decided) -> str | None:
        move = decided.move
        if move is None:
            return decided.waited.transition_id if decided.waited is not None else None
        return transition_id(
            decided.customer_id, self._policy.id, move.effective_at, move.from_segment, move.to_segment
        )


def _fields(decided: Decided, message: Message) -> dict[str, str | int | list[str]]:
    """Say what a template may want to name, in the order of the alphabet; never a person's name or address."""
    fields = fields_of(message)
    if decided.rule.give is not None:
        fields |= _of_gift(decided.rule.give)
    if decided.rule.expires_ms is not None:
        fields["expires_at"] = decided.at + decided.rule.expires_ms
    return dict(sorted(fields.items()))


def fields_of(message: Message) -> dict[str, str | int | list[str]]:
    """Say what any template may name of the customer, in the order of the alphabet."""
    fields: dict[str, str | int | list[str]] = {}
    if message.interests:
        fields["interests"] = list(message.interests)
    if message.segment is not None:
        fields["segment"] = message.segment
    return fields


def _of_gift(give: Give) -> dict[str, str | int]:
    match give:
        case Points(points):
            return {"points": points}
        case Gift(sku):
            return {"sku": sku}
        case Discount(Money() as off):
            return {"amount_minor": off.amount_minor, "currency": off.currency}
        case Discount(None, str() as percent):
            return {"percent": percent}
        case FreeShipping() | Discount():
            return {}
        case EarlyAccess(offer):
            return {"offer": offer}
        case Invitation(to):
            return {"event": to}
        case Letter(letter):
            return {"letter": letter}
        case _:
            assert_never(give)
