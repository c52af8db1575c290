"""An occasion on which a journey starts in; a customer on her way, unless she is so already, out."""

from typing import Final

from agents.decisions.customer import Customer
from agents.decisions.occasions import Occasion
from schemas.loyalty_rows import OccasionRow, RunningJourney
from schemas.reward_rules import RewardRule

SETTING_OUT: Final = ""
"""What the place before the first step is called."""


def set_out(customer: Customer, start: RewardRule, occasion: Occasion, identity: str) -> None:
    """Let her set out at the instant of the occasion; `identity`: that of the occasion, on which she never does again.

    Whoever is on the journey already stays where she is, and that occasion is none; nor is an erasure any.
    """
    assert start.starts is not None, "it is the start of a journey"
    journey, at, loyalty = start.starts, occasion.at, customer.loyalty
    if occasion.cause.type == "erasure":
        return
    if loyalty is not None and any(running.journey == journey for running in loyalty.journeys):
        return
    customer.around.occasions[identity] = OccasionRow(at, start.id, granted=True)
    running = RunningJourney(journey, identity, at, SETTING_OUT, at, at, occasion.cause)
    customer.change_loyalty().journeys.append(running)
