"""What a policy wants said, and the customer, in; where it may be said, when, and what it may say of her, out."""

from collections.abc import Sequence

from agents.decisions.customer import Customer
from agents.decisions.message import Message
from agents.decisions.quiet_hours import not_before
from agents.decisions.zones import zone_of
from schemas.journeys import Say
from schemas.policy import Policy
from schemas.reward_rules import Message as Words
from schemas.rows import ProfileRow


def say(customer: Customer, words: Words | Say, at: int, policy: Policy, segment: str | None) -> Message | None:
    """Ask for a message at an instant, to a customer who stands in a segment; None: she wants none of its channels."""
    open_to = channels_of(customer, words)
    if not open_to:
        return None
    profile = customer.profile
    interests = tuple(profile.interests) if profile is not None else ()
    begins = not_quiet(at, customer, policy)
    return Message(words.template, open_to, begins, segment, interests, _last_products(customer, policy))


def channels_of(customer: Customer, words: Words | Say) -> tuple[str, ...]:
    """Give the channels on which a customer may be told now, the first to be tried first; none: she wants none."""
    profile = customer.profile
    return still_open(asked(words.channels, profile), profile)


def _last_products(customer: Customer, policy: Policy) -> tuple[str, ...]:
    if not policy.products or customer.loyalty is None:
        return ()
    return tuple(sku for _, sku in customer.loyalty.products[: policy.products])


def not_quiet(at: int, customer: Customer, policy: Policy) -> int:
    """Give the first instant, `at` or later, at which a customer may be written to."""
    return not_before(at, policy.quiet, zone_of(customer, policy)) if policy.quiet is not None else at


def asked(channels: Sequence[str] | None, profile: ProfileRow | None) -> tuple[str, ...]:
    """Put the channel she prefers first, if it is among them; None: that one alone, if she has named any."""
    preferred = profile.preferred_channel if profile is not None else None
    if channels is None:
        return (preferred,) if preferred is not None else ()
    if preferred is None or preferred not in channels:
        return tuple(channels)
    return (preferred, *(channel for channel in channels if channel != preferred))


def still_open(channels: Sequence[str], profile: ProfileRow | None) -> tuple[str, ...]:
    """Leave out the channels that she refuses."""
    refused = profile.consents if profile is not None else {}
    return tuple(channel for channel in channels if refused.get(channel) is not False)
