"""What leaves besides rewards: what steps of journeys have asked for, and what becomes of messages after that."""

from typing import Literal

from msgspec import Struct

from agents.decisions.message import Message
from schemas.loyalty_rows import Answer, MessageContent
from schemas.messages import Gone
from schemas.rewards import RewardCause


class Said(Struct, frozen=True, gc=False):
    """A message; `id` is the same on every replay, and no other step's."""

    customer_id: str
    id: str
    journey: str
    step: str
    at: int
    message: Message


class Unsaid(Struct, frozen=True, gc=False):
    """A message is not asked for, or not again: caps keep it back, or the reward that it names is not hers any more."""

    customer_id: str
    content: MessageContent
    reason: Literal["cap"] | Gone
    at: int
    channel: str = ""
    """That on which it would have been asked for; empty where caps keep it back."""
    asked: bool = False
    """Whether it was asked for before, on any channel."""


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


class Requested(Struct, frozen=True, gc=False):
    """A message is asked for at another instant than that of its occasion: when quiet hours are over, or again."""

    customer_id: str
    id: str
    content: MessageContent
    channels: tuple[str, ...]
    """That on which it is tried, and those behind it that she has not refused."""
    attempt: int
    """How often it has been asked for on that channel, this time included."""
    again: bool
    """Whether it was asked for before, on any channel."""
    at: int
    """When it is asked for: outside of quiet hours."""


class Answered(Struct, frozen=True, gc=False):
    """A messaging system has told what became of a request. It is a fact, so nobody is told."""

    customer_id: str
    content: MessageContent
    channel: str
    attempt: int
    answer: Answer
    event_id: str

    @property
    def at(self) -> int:
        """When it occurred."""
        return self.answer.at


class GivenUp(Struct, frozen=True, gc=False):
    """A message is tried no more."""

    last: Requested
    """The last request, or what would have been the first."""
    channels: tuple[str, ...]
    """Those on which it was to be tried."""
    reason: str | None
    """Why the last request failed; None = she refuses what channels are left, and nobody is told."""
    at: int

    @property
    def customer_id(self) -> str:
        """Whom it was for."""
        return self.last.customer_id

    @property
    def content(self) -> MessageContent:
        """What it was."""
        return self.last.content


StepTaken = Said | Unsaid | Alerted | Requested | Answered | GivenUp
