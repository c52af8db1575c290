"""What was decided of a customer's rewards in, entry by entry; the words that say what became of it, and why, out."""

from collections.abc import Sequence
from typing import assert_never

from msgspec import UNSET, UnsetType

from agents.decisions.entries import Redeemed, Void
from agents.decisions.occasions import Decided
from app.explaining.said import Said, Untold
from app.explaining.sentences import KINDS, fact_in_words
from app.explaining.wording import age, instant, label, money
from schemas.facts import FACT_TYPES, Fact, Money
from schemas.policy import Policy
from schemas.rewards import (
    Discount,
    EarlyAccess,
    FreeShipping,
    Gift,
    Give,
    Invitation,
    Letter,
    Points,
    RewardCause,
    RewardExpired,
    RewardGranted,
    RewardReminder,
    RewardRevoked,
    RewardWithheld,
)
from schemas.transitions import Cause


class EntryWords:
    """Tells of one customer."""

    def __init__(self, policy: Policy, facts: Sequence[Fact]) -> None:
        self._policy = policy
        self._facts = {(FACT_TYPES[type(fact)], fact.event_id): fact for fact in reversed(facts)}

    def entry(self, entry: Said | Untold) -> str:
        """Say what became, and why."""
        match entry:
            case RewardGranted():
                until = f", until {instant(entry.expires_at)}" if entry.expires_at is not None else ""
                return f"granted{_offer(entry.give, entry.variant)}{until}, for {self._occasion(entry)}"
            case RewardWithheld():
                offer, refusal = _offer(entry.give, entry.variant), _refusal(entry)
                return f"withheld{offer}, {refusal}, for {self._occasion(entry)}"
            case RewardReminder():
                what = _what(entry.points, "the reward")
                return f"reminder: {what} will expire at {instant(entry.expires_at)}, {age(entry.lead_ms)} ahead"
            case RewardExpired():
                return f"expired: {_what(entry.points, 'it')} had not been redeemed"
            case RewardRevoked():
                taken = "" if entry.points is None else f" ({entry.points:,} points)"
                return f"taken back{taken}: {self._why(entry.cause)}"
            case Redeemed():
                return f"redeemed {_what(entry.points, 'it')}, by event {entry.event_id}"
            case Void():
                return f"nothing was left of what event {entry.event_id} redeems, or it never was hers"
            case Decided():
                return self._silent(entry)
            case _:
                assert_never(entry)

    def _silent(self, decided: Decided) -> str:
        """Tell a decision that nobody is told among the rewards."""
        move = decided.move
        way = self._way(move.from_segment, move.to_segment) if move is not None else ""
        why = f"{way}{self._why(decided.cause)}"
        if decided.withheld == "none":
            return f"nothing, and nobody was told: the table of the rule has none for {why}"
        return f"nothing but a message, for {why}"

    def _occasion(self, said: RewardGranted | RewardWithheld) -> str:
        origin, to = said.from_segment, said.to
        if said.transition_id is None or isinstance(origin, UnsetType) or isinstance(to, UnsetType):
            return self._why(said.cause)  # earlier versions did not tell which move it was
        return f"{self._way(origin, to)}{self._why(said.cause)}"

    def _way(self, origin: str | None, to: str | None) -> str:
        return f"the move from {label(origin, self._policy)} to {label(to, self._policy)} by "

    def _why(self, cause: Cause | RewardCause) -> str:
        """Tell the fact behind a cause, or what fell due."""
        if cause.event_id is None:
            return f"{cause.type} ({cause.due})" if cause.due is not None else cause.type
        fact = self._facts.get((KINDS.get(cause.type, ""), cause.event_id))
        return fact_in_words(fact) if fact is not None else f"{cause.type} (event {cause.event_id})"


def _what(points: int | None, otherwise: str) -> str:
    return otherwise if points is None else f"{points:,} points"


def _offer(give: Give | UnsetType | None, variant: str | UnsetType | None) -> str:
    """Name what a rule gives, or would have given, and which of its variants that is."""
    if give is None or give is UNSET:
        return ""
    return f" {_give(give)} (variant {variant})" if variant else f" {_give(give)}"


def _refusal(withheld: RewardWithheld) -> str:
    match withheld.reason:
        case "chance":
            return "this occasion is not among the lucky ones"
        case "cooldown":
            return "she was given something for the same move too lately"
        case "cap":
            return "she has had as many as a cap over several rules allows"
        case "holdout":
            return "she is among those who are left out of the rule, to measure what it does"
        case "limit":
            return "she has had as many as the limit of the rule allows"
        case "country":
            return "her profile names no country of the rule"
        case "consent":
            return "her profile does not consent"
        case "budget":
            return f"its budget{f' {withheld.budget}' if withheld.budget else ''} is spent or has ended"
        case _:
            assert_never(withheld.reason)


def _give(give: Give) -> str:
    """Name what is given."""
    match give:
        case Points(points):
            return f"{points:,} points"
        case Gift(sku):
            return f"gift {sku}"
        case Discount(Money() as off):
            return f"a discount of {money(off.amount_minor, off.currency)}"
        case Discount():
            return f"a discount of {give.percent}%"
        case FreeShipping():
            return "free shipping"
        case EarlyAccess(offer):
            return f"early access to {offer}"
        case Invitation(to):
            return f"an invitation to {to}"
        case Letter(letter):
            return f"letter {letter}"
        case _:
            assert_never(give)
