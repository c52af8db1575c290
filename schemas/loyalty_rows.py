"""Rows of the reward side: what was decided on an occasion, and what a customer is still to be given, told or asked.

Like all rows these are arrays; new fields go last, with a default.
"""

from typing import Literal

from msgspec import Struct

from schemas.messages import Fields
from schemas.rewards import RewardCause


class Revocation(Struct, array_like=True, gc=False, frozen=True):
    """How a grant is taken back when it is undone, as its rule said when its occasion came."""

    setting: Literal["full", "unredeemed"]
    occasion: str
    """The identity of its occasion."""


class OccasionRow(Struct, array_like=True, tag=1, gc=False):
    """An occasion that a reward rule has decided, for ever."""

    at: int
    rule: str
    granted: bool
    points: int = 0
    """Given; 0 = it gave no points."""
    expires_at: int = 0
    """The last millisecond in which it may be redeemed; 0 = whenever she likes, or nobody keeps account of it."""
    redeemed: int = 0
    """How many of its points; of another gift 1 when it is."""
    expired: int = 0
    """The same of what was not redeemed in time."""
    revoked: bool = False
    again: int = 0
    """In the row of the first id of an occasion: how often it has been taken back, each time to come again as another
    id."""
    offer: str = ""
    """Which of the rule's offers was granted; empty: it has but one."""
    budget: str = ""
    """What paid for it; empty = no budget did."""
    cost: int = 0
    """What it took from its budget."""
    clawback: Revocation | Literal[""] | None = None
    """How it is taken back; empty: never. None: an earlier version granted it, and the rules in force say."""


class RunningJourney(Struct, array_like=True, gc=False):
    """A journey that a customer is on."""

    journey: str
    occasion: str
    """The identity of what she set out on."""
    started_at: int
    step: str
    """The step at which she is, by its name; "" = she has only just set out."""
    since: int
    due: int
    """When that step is over."""
    cause: RewardCause
    """Why she set out."""
    done: list[str] = []
    """Steps whose message or alert has gone out: none does so twice, whatever becomes of the journey."""


class UnpaidGrant(Struct, array_like=True, gc=False, frozen=True):
    """An occasion that waits until its budget can pay."""

    reward: str
    """Its reward id."""
    rule: str
    at: int
    """The instant of the occasion."""
    budget: str
    cost: int
    cause: RewardCause
    due: int
    """When its budget is looked at again."""
    tries: int = 0
    """How often that has been in vain, since it began to wait or its budget was last known to be spent or not."""
    asks: bool = True
    """Whether its cost is part of what the partition needs; False: its budget has been spent, and it waits for more."""
    until: int = 0
    """The last instant in which it may be paid; 0 = the budget has no end."""
    transition: str | None = None
    """The transition that was the occasion, and the segments that it led from and to."""
    origin: str | None = None
    to: str | None = None
    offer: str = ""
    """Which of the rule's offers or variants it is; empty: it has but one."""


AnswerKind = Literal["failed", "delivered", "lost"]
"""Lost = failed for good."""


class MessageContent(Struct, array_like=True, gc=False, frozen=True):
    """What all requests for one message have in common."""

    id: str
    """That of the first request."""
    at: int
    """The instant of its occasion."""
    template: str
    fields: Fields
    rule: str | None
    reward_id: str | None
    journey: str | None
    step: str | None


class Answer(Struct, array_like=True, gc=False, frozen=True):
    """What a messaging system has told of one request."""

    kind: AnswerKind
    at: int
    reason: str = ""
    """Why it failed."""


class FollowedMessage(Struct, array_like=True, gc=False):
    """A message that waits for quiet hours to end, or whose arrival is waited for."""

    content: MessageContent
    channels: list[str]
    """Those on which it is tried, one after another."""
    place: int = 0
    """On which of them it is; their number = it is given up."""
    attempt: int = 0
    """How often it has been asked for on that channel."""
    asked_at: int = 0
    """When it was last; 0 = not yet."""
    due: int = 0
    """When there is something to do about it; 0 = nothing is due."""
    answers: dict[str, Answer] = {}
    """By the id of the request; also those to requests that are not made yet, as answers may overtake each other."""


class TurnsRow(Struct, array_like=True, gc=False):
    """How far a customer has come in what a rule gives in turn."""

    round: int
    """From 0 on."""
    had: list[str]
    """The offers that she has had in it, as they came."""


class LoyaltyRow(Struct, array_like=True, tag=1, gc=False):
    """What the reward side keeps of a customer besides what it has decided: few have any of it."""

    journeys: list[RunningJourney] = []
    """In the order in which she set out."""
    expiring: list[tuple[int, str]] = []
    """Instants at which she is reminded of a grant or it expires, with its reward id; ascending."""
    turns: dict[str, TurnsRow] = {}
    """By the rule that gives in turn."""
    granted: dict[str, list[int]] = {}
    """Per cap, and per rule and move with a cool-down (see `agents.decisions.limits`), the instants of the newest
    grants, as many as it looks at; ascending."""
    messages: list[FollowedMessage] = []
    """In the order in which they were decided."""
    unpaid: list[UnpaidGrant] = []
    """In the order of their occasions."""
    products: list[tuple[int, str]] = []
    """What she ordered last, and when: each product once, the newest first, as many as a policy asks for."""
    waiting_turns: dict[str, int] = {}
    """By the reward id of what is `unpaid` of rules that give in turn: the round in which its offer counts as had."""
    revocable: list[tuple[str, str]] = []
    """Rules that have granted what may be taken back, each with the occasion where that is the order of a number, and
    else an empty name: by these, and by what undoes it, a grant is found though the policy has its rule no more."""
    caused: dict[str, list[str]] = {}
    """By the event id of an order what is taken back with it besides what its amount has earned: reward ids."""
