"""A rule's conditions and a customer in; whether this is an occasion for her, and why she gets nothing, out."""

from typing import Literal

from agents.decisions.customer import Customer
from agents.decisions.judging import Judge
from schemas.reward_rules import Conditions


def met(conditions: Conditions, customer: Customer, at: int, judge: Judge) -> bool:
    """Tell whether there is an occasion at all: of where she stands, her measures, her lists and her channel."""
    row = customer.row
    if conditions.segments is not None and row.segment not in conditions.segments:
        return False
    if conditions.when is not None and not judge.fits(conditions.when, row, max(at, row.at)):
        return False
    if conditions.lists is None and not conditions.not_on_lists and conditions.channels is None:
        return True
    profile = customer.profile
    if profile is None:
        return conditions.lists is None and conditions.channels is None
    on = frozenset(profile.lists)
    listed = conditions.lists is None or not conditions.lists.isdisjoint(on)
    reached = conditions.channels is None or profile.preferred_channel in conditions.channels
    return listed and reached and conditions.not_on_lists.isdisjoint(on)


def refused(conditions: Conditions, customer: Customer) -> Literal["country", "consent"] | None:
    """Give the reason for which an occasion brings her nothing: what it takes to be allowed is not there."""
    if conditions.countries is None and not conditions.consents:
        return None
    profile = customer.profile
    if conditions.countries is not None and (profile is None or profile.country not in conditions.countries):
        return "country"
    given = profile.consents if profile is not None else {}
    return None if all(given.get(name) is True for name in conditions.consents) else "consent"
