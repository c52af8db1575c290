"""Messages that are decided, again asked for or given up in, CloudEvents for the topics of messages and alerts out."""

import msgspec

from agents.dead_letters import undelivered_letter
from agents.decisions.message import Message
from agents.decisions.steps_taken import GivenUp, Requested
from agents.envelope import Envelope
from agents.outgoing import Outgoing
from schemas.digests import digest
from schemas.loyalty_rows import MessageContent
from schemas.messages import MessageRequested, MessageUndeliverable
from schemas.policy import Policy
from schemas.topics import Topics
from schemas.transitions import PolicyRef

_encode = msgspec.json.Encoder().encode


class MessagePublisher:
    """Writes for one deployment and one policy."""

    def __init__(self, topics: Topics, policy: Policy) -> None:
        self._topics = topics
        self._topic = topics.messages
        self._ref = PolicyRef(policy.id, policy.version)
        self._envelope = Envelope(topics)
        self._falls_back = policy.delivery is not None

    def first(self, customer_id: str, content: MessageContent, message: Message, key: bytes) -> Outgoing:
        """Publish a message that is asked for at the instant of its occasion."""
        asked = Requested(customer_id, content.id, content, message.channels, 1, again=False, at=message.not_before)
        return self.requested(asked, key)

    def requested(self, asked: Requested, key: bytes) -> Outgoing:
        """Publish a request; its id is the same on every replay."""
        headers = self._envelope.headers(b"message.requested", asked.id, asked.content.at)
        return Outgoing(self._topic, key, _encode(self._request(asked)), headers)

    def given_up(self, ended: GivenUp, key: bytes, detected_at: int) -> list[Outgoing]:
        """Alert, and put the last request aside; whom she does not want to hear from is nobody's concern."""
        if ended.reason is None:
            return []
        content, name = ended.content, digest(f"{ended.content.id}\0undeliverable")
        alert = MessageUndeliverable(
            alert_id=name,
            channels=list(ended.channels),
            customer_id=ended.customer_id,
            detected_at=detected_at,
            effective_at=ended.at,
            journey=content.journey,
            message_id=content.id,
            policy=self._ref,
            reason=ended.reason,
            reward_id=content.reward_id,
            rule=content.rule,
            step=content.step,
            template=content.template,
        )
        headers = self._envelope.headers(b"message.undeliverable", name, ended.at)
        last = self._request(ended.last)
        letter = undelivered_letter(self._topics, key, _encode(last), ended.reason)
        return [Outgoing(self._topics.alerts, key, _encode(alert), headers), letter]

    def _request(self, asked: Requested) -> MessageRequested:
        content = asked.content
        return MessageRequested(
            attempt=asked.attempt,
            channel=asked.channels[0],
            customer_id=asked.customer_id,
            effective_at=content.at,
            fallback=[] if self._falls_back else list(asked.channels[1:]),
            fields=content.fields,
            journey=content.journey,
            message_id=asked.id,
            not_before=asked.at,
            original_id=content.id if asked.again else None,
            policy=self._ref,
            reward_id=content.reward_id,
            rule=content.rule,
            step=content.step,
            template=content.template,
        )
