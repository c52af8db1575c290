"""What a step of a journey has asked for, besides rewards."""

from msgspec import Struct

from agents.decisions.messaging import Message
from schemas.rewards import RewardCause


class Said(Struct, frozen=True, gc=False):
    """A message; `id` is the same on every replay, and no other step's."""

    customer_id: str
    id: str
    journey: str
    step: str
    at: int
    message: Message


class Alerted(Struct, frozen=True, gc=False):
    """People in the shop are to look after a customer."""

    customer_id: str
    id: str
    journey: str
    step: str
    at: int
    alert: str
    cause: RewardCause
    """Why she set out."""
    segment: str | None
