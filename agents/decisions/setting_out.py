"""An occasion on which a journey starts in; a customer on her way, unless she is so already, out."""

from agents.decisions.customer import Customer
from agents.decisions.occasions import Occasion
from schemas.journeys import Journey
from schemas.rows import OccasionRow, RunningJourney

SETTING_OUT = ""
"""What the place before the first step is called."""


def set_out(customer: Customer, journey: Journey, occasion: Occasion, identity: str) -> None:
    """Let her set out at the instant of the occasion; `identity`: that of the occasion, on which she never does again.

    Whoever is on the journey already stays where she is, and that occasion is none.
    """
    loyalty = customer.loyalty
    if loyalty is not None and any(running.journey == journey.id for running in loyalty.journeys):
        return
    customer.around.occasions[identity] = OccasionRow(occasion.at, journey.start.id, granted=True)
    at = occasion.at
    customer.change_loyalty().journeys.append(
        RunningJourney(journey.id, identity, at, SETTING_OUT, at, at, occasion.cause)
    )
