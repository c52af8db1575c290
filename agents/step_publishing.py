"""What steps of journeys have asked for in, CloudEvents for the topics of messages and alerts out."""

import msgspec

from agents.decisions.steps_taken import Alerted, Said
from agents.envelope import Envelope
from agents.outgoing import Outgoing
from agents.reward_publishing import fields_of
from schemas.policy import Policy
from schemas.rewards import MessageRequested, SupportAlert
from schemas.topics import Topics
from schemas.transitions import PolicyRef

_encode = msgspec.json.Encoder().encode


class StepPublisher:
    """Writes for one deployment and one policy."""

    def __init__(self, topics: Topics, policy: Policy) -> None:
        self._topics = topics
        self._ref = PolicyRef(policy.id, policy.version)
        self._envelope = Envelope(topics)

    def publish(self, taken: Said | Alerted, key: bytes, detected_at: int) -> Outgoing:
        """Publish what one step asks for; its id is the same on every replay."""
        if isinstance(taken, Said):
            topic, kind, value = self._topics.messages, b"message.requested", _encode(self._message(taken))
        else:
            topic, kind, value = self._topics.alerts, b"support.alert", _encode(self._alert(taken, detected_at))
        return Outgoing(topic, key, value, self._envelope.headers(kind, taken.id, taken.at))

    def _message(self, said: Said) -> MessageRequested:
        message = said.message
        return MessageRequested(
            channel=message.channels[0],
            customer_id=said.customer_id,
            effective_at=said.at,
            fallback=list(message.channels[1:]),
            fields=fields_of(message),
            journey=said.journey,
            message_id=said.id,
            not_before=message.not_before,
            policy=self._ref,
            reward_id=None,
            rule=None,
            step=said.step,
            template=message.template,
        )

    def _alert(self, alerted: Alerted, detected_at: int) -> SupportAlert:
        return SupportAlert(
            alert=alerted.alert,
            alert_id=alerted.id,
            cause=alerted.cause,
            customer_id=alerted.customer_id,
            detected_at=detected_at,
            effective_at=alerted.at,
            journey=alerted.journey,
            policy=self._ref,
            segment=alerted.segment,
            step=alerted.step,
        )
