"""What steps of journeys ask for and what becomes of messages in, CloudEvents for messages and alerts out."""

from typing import assert_never

import msgspec

from agents.decisions.message_fields import fields_of
from agents.decisions.steps_taken import Alerted, Answered, GivenUp, Requested, Said, StepTaken, Unsaid
from agents.envelope import Envelope
from agents.message_publishing import MessagePublisher
from agents.outgoing import Outgoing
from schemas.digests import digest
from schemas.loyalty_rows import MessageContent
from schemas.messages import MessageWithheld, SupportAlert
from schemas.policy import Policy
from schemas.topics import Topics
from schemas.transitions import PolicyRef

_encode = msgspec.json.Encoder().encode


class StepPublisher:
    """Writes for one deployment and one policy."""

    def __init__(self, topics: Topics, policy: Policy) -> None:
        self._topics = topics
        self._ref = PolicyRef(policy.id, policy.version)
        self._envelope = Envelope(topics)
        self._messages = MessagePublisher(topics, policy)

    def publish(self, taken: StepTaken, key: bytes, detected_at: int) -> list[Outgoing]:
        """Publish what one step asks for, or what becomes of a message; ids are the same on every replay."""
        match taken:
            case Said():
                return [self._messages.first(taken.customer_id, _content(taken), taken.message, key)]
            case Unsaid():
                return [self._withheld(taken, key)]
            case Alerted():
                headers = self._envelope.headers(b"support.alert", taken.id, taken.at)
                return [Outgoing(self._topics.alerts, key, _encode(self._alert(taken, detected_at)), headers)]
            case Requested():
                return [self._messages.requested(taken, key)]
            case GivenUp():
                return self._messages.given_up(taken, key, detected_at)
            case Answered():
                return []
            case _:
                assert_never(taken)

    def _withheld(self, unsaid: Unsaid, key: bytes) -> Outgoing:
        content, name = unsaid.content, digest(f"{unsaid.content.id}\0withheld")
        event = MessageWithheld(
            customer_id=unsaid.customer_id,
            effective_at=unsaid.at,
            journey=content.journey,
            message_id=content.id if unsaid.asked else None,
            policy=self._ref,
            reason=unsaid.reason,
            reward_id=content.reward_id,
            rule=content.rule,
            step=content.step,
            template=content.template,
            withheld_id=name,
        )
        headers = self._envelope.headers(b"message.withheld", name, unsaid.at)
        return Outgoing(self._topics.messages, key, _encode(event), headers)

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


def _content(said: Said) -> MessageContent:
    message = said.message
    return MessageContent(said.id, said.at, message.template, fields_of(message), None, None, said.journey, said.step)
