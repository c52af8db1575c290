"""A profile in; the newest one holds."""

from agents.decisions.customer import Customer
from agents.decisions.endings import Ending
from schemas.facts import ProfileChanged
from schemas.rows import ProfileRow


def take_profile(customer: Customer, fact: ProfileChanged) -> Ending:
    """Replace the profile by a newer one; of two at one instant the larger event id holds, whichever came first."""
    told, holds = _row(fact), customer.profile
    if holds is not None:
        if holds.event_id == told.event_id:
            return Ending.DUPLICATE if holds == told else Ending.CONFLICTING
        if (told.at, told.event_id) < (holds.at, holds.event_id):
            return Ending.SUPERSEDED
    customer.new_profile = told
    return Ending.NOTED


def _row(fact: ProfileChanged) -> ProfileRow:
    return ProfileRow(
        int(fact.occurred_at),
        fact.event_id,
        fact.birthday,
        fact.country,
        fact.timezone,
        fact.consents,
        fact.preferred_channel,
        fact.lists,
        fact.interests,
    )
