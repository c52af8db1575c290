"""Answers to requests in; to which request of which message each is, and which of several holds, out."""

from collections.abc import Iterator
from typing import Final

from agents.decisions.customer import Customer
from schemas.digests import request_id
from schemas.facts import MessageFailed, Receipt
from schemas.loyalty_rows import Answer, AnswerKind, FollowedMessage
from schemas.message_rules import Delivery

Request = tuple[FollowedMessage, int, int]
"""Of which message, at which place among its channels, and at which attempt there."""
_WEIGHT: Final[dict[AnswerKind, int]] = {"failed": 0, "delivered": 1, "lost": 2}
"""Which answer to one request holds: mail systems find out late that what they took over cannot be delivered."""


def answer_of(fact: Receipt) -> Answer:
    """Give what is kept of a receipt."""
    at = int(fact.occurred_at)
    if isinstance(fact, MessageFailed):
        return Answer("lost" if fact.permanent else "failed", at, fact.reason)
    return Answer("delivered", at)


def outweighs(one: Answer, other: Answer) -> bool:
    """Tell whether one answer to a request holds against another: of two of one kind the earlier does."""
    return (-_WEIGHT[one.kind], one.at, one.reason) < (-_WEIGHT[other.kind], other.at, other.reason)


def newest_answer(customer: Customer, message: FollowedMessage) -> Answer | None:
    """Find what is known of the newest request."""
    if not message.asked_at or message.place >= len(message.channels):
        return None
    return message.answers.get(id_of(customer, message, message.place, message.attempt))


def id_of(customer: Customer, message: FollowedMessage, place: int, attempt: int) -> str:
    """Give the id of a request; that of the first is the message's."""
    if (place, attempt) == (0, 1):
        return message.content.id
    return request_id(customer.id, message.content.id, message.channels[place], attempt)


def find_request(customer: Customer, request: str, delivery: Delivery | None) -> Request | None:
    """Find the message to which a request belongs that was made or can be, on which channel, and at which attempt.

    Nearly every answer is to the newest request of a message, and most messages are asked for once: then no id but
    those of repeated requests is derived.
    """
    loyalty = customer.loyalty
    if loyalty is None or delivery is None:
        return None
    asked = [message for message in loyalty.messages if message.asked_at]
    for message in asked:
        place, attempt = message.place, message.attempt
        if place < len(message.channels) and id_of(customer, message, place, attempt) == request:
            return message, place, attempt
    for message in asked:
        for place, attempt in _requests(message, delivery):
            if id_of(customer, message, place, attempt) == request:
                return message, place, attempt
    return None


def _requests(message: FollowedMessage, delivery: Delivery) -> Iterator[tuple[int, int]]:
    """Give the places and attempts at which it may ever be asked for."""
    attempts = max(message.attempt, delivery.attempts)
    for place in range(len(message.channels)):
        for attempt in range(1, attempts + 1):
            yield place, attempt
