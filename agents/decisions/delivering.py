"""A message and the answers to its requests in; when it is asked for again, where, and when it is given up, out.

What follows an answer depends on which answers there are, not on the order in which they come: each is kept under the
id of its request, also where that is not made yet. Only what was told of the newest request acts. Consent and quiet
hours are looked at when the instant of a request has come.
"""

from typing import Final

from agents.decisions.answers import answer_of, find_request, id_of, newest_answer, outweighs
from agents.decisions.customer import Customer
from agents.decisions.endings import Ending
from agents.decisions.message import Message
from agents.decisions.messaging import not_quiet, still_open
from agents.decisions.steps_taken import Answered, GivenUp, Requested, Unsaid
from schemas.facts import Receipt
from schemas.loyalty_rows import Answer, FollowedMessage, MessageContent
from schemas.message_rules import Delivery
from schemas.messages import Gone
from schemas.policy import Policy

MOST_FOLLOWED: Final = 50
"""So many messages of a customer are followed at once; the oldest goes, first of those about which nothing is due."""


def take_up(customer: Customer, message: Message, content: MessageContent, at: int, policy: Policy) -> Message | None:
    """Follow a message that is decided at an instant; None: it is not to be asked for yet."""
    held = message.not_before > at
    if policy.delivery is None and not held:
        return message
    followed = FollowedMessage(content, list(message.channels))
    if held:
        followed.due = message.not_before
    else:
        followed.attempt, followed.asked_at = 1, at
    messages = customer.change_loyalty().messages
    messages[:] = [one for one in messages if one.due or not _is_over(one, at, policy.delivery)]
    if len(messages) >= MOST_FOLLOWED:
        messages.remove(next((one for one in messages if not one.due), messages[0]))
    messages.append(followed)
    return None if held else message


def receive(customer: Customer, fact: Receipt, policy: Policy) -> tuple[Ending, Answered | None]:
    """Keep an answer, and note when something is to be done about it."""
    found = find_request(customer, fact.message_id, policy.delivery)
    if found is None or policy.delivery is None or _is_over(found[0], int(fact.occurred_at), policy.delivery):
        return Ending.UNASKED, None
    message, place, attempt = found
    if (place, attempt) < (message.place, message.attempt):
        return Ending.SUPERSEDED, None
    answer, known = answer_of(fact), message.answers.get(fact.message_id)
    if known == answer:
        return Ending.DUPLICATE, None
    if known is not None and not outweighs(answer, known):
        return Ending.CONFLICTING, None
    customer.change_loyalty()
    message.answers[fact.message_id] = answer
    _settle(customer, message, policy.delivery)
    channel = message.channels[place]
    return Ending.NOTED, Answered(customer.id, message.content, channel, attempt, answer, fact.event_id)


def go_on(customer: Customer, name: str, at: int, policy: Policy) -> Requested | Unsaid | GivenUp | None:
    """Do what is due about a message at an instant; None: nothing, or not before a later one."""
    messages = customer.change_loyalty().messages
    message = next(one for one in messages if one.content.id == name)
    message.due = 0
    gone = _gone(customer, message.content.reward_id, at)
    if gone is not None:
        return _drop(customer, message, gone, at)
    failure = newest_answer(customer, message)
    delivery = policy.delivery
    if failure is not None and delivery is None:
        messages.remove(message)
        return None
    lost = failure is not None and delivery is not None and _is_lost(message, failure, delivery)
    open_to = still_open(message.channels, customer.profile)
    place = message.place + lost
    while place < len(message.channels) and message.channels[place] not in open_to:
        place += 1
    if place == len(message.channels):
        return _give_up(customer, message, at, failure.reason if failure is not None and lost else None)
    later = not_quiet(at, customer, policy)
    if later > at:
        message.due = later
        return None
    return _ask(customer, message, place, at, delivery)


def _ask(customer: Customer, message: FollowedMessage, place: int, at: int, delivery: Delivery | None) -> Requested:
    """Ask for a message on a channel; without `delivery` nobody waits for the answer."""
    again = message.asked_at > 0
    if not again:  # the first channel is that of the first request
        message.channels, place = message.channels[place:], 0
    if place != message.place:
        message.place, message.attempt = place, 0
    message.attempt += 1
    message.asked_at = at
    identity = id_of(customer, message, place, message.attempt)
    if delivery is None:
        customer.change_loyalty().messages.remove(message)
    else:
        _settle(customer, message, delivery)
    channels = (message.channels[place], *still_open(message.channels[place + 1 :], customer.profile))
    return Requested(customer.id, identity, message.content, channels, message.attempt, again, at)


def _gone(customer: Customer, reward: str | None, at: int) -> Gone | None:
    """Say what has become of the reward that a message names; None: it names none, or one that is hers."""
    row = customer.occasion(reward) if reward is not None else None
    if row is None:
        return None
    if row.revoked:
        return "revoked"
    return "expired" if 0 < row.expires_at <= at else None


def _drop(customer: Customer, message: FollowedMessage, reason: Gone, at: int) -> Unsaid:
    asked, channel = message.asked_at > 0, message.channels[message.place]
    _end(customer, message)
    return Unsaid(customer.id, message.content, reason, at, channel, asked)


def _end(customer: Customer, message: FollowedMessage) -> None:
    """Try a message no more; what was asked for may be answered still."""
    message.place = len(message.channels)
    if not message.asked_at:
        customer.change_loyalty().messages.remove(message)


def _give_up(customer: Customer, message: FollowedMessage, at: int, reason: str | None) -> GivenUp:
    content, attempt = message.content, max(1, message.attempt)
    identity = id_of(customer, message, message.place, attempt)
    again = (message.place, attempt) > (0, 1)
    channels = (message.channels[message.place],)
    last = Requested(customer.id, identity, content, channels, attempt, again, message.asked_at)
    _end(customer, message)
    return GivenUp(last, tuple(message.channels), reason, at)


def _settle(customer: Customer, message: FollowedMessage, delivery: Delivery) -> None:
    """Note when something is to be done by what is known of the newest request."""
    answer = newest_answer(customer, message)
    if answer is None:
        return
    if answer.kind == "delivered":
        message.due = 0
        return
    wait = 0 if _is_lost(message, answer, delivery) else delivery.wait_ms(message.attempt)
    message.due = max(answer.at, message.asked_at) + wait


def _is_lost(message: FollowedMessage, failure: Answer, delivery: Delivery) -> bool:
    """Tell whether a message is not to be tried on its channel any more."""
    return failure.kind == "lost" or message.attempt >= delivery.attempts


def _is_over(message: FollowedMessage, at: int, delivery: Delivery | None) -> bool:
    """Tell whether nobody waits for an answer any more."""
    return message.asked_at > 0 and (delivery is None or at > message.asked_at + delivery.keep_ms)
