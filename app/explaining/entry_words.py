"""What rules have decided for a customer in, entry by entry; the words that say what became of it, and why, out."""

from typing import assert_never

from agents.decisions.entries import Expired, Redeemed, Reminded, Revoked, Rewarded, Void
from agents.decisions.occasions import Decided
from app.explaining.audit import Audit
from app.explaining.sentences import KINDS, fact_in_words
from app.explaining.wording import age, instant, label, money
from schemas.facts import FACT_TYPES, Money
from schemas.reward_rules import RewardRule
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
    WithheldReason,
)
from schemas.transitions import Cause


class EntryWords:
    """Tells of one customer."""

    def __init__(self, told: Audit) -> None:
        self._policy = told.policy
        self._facts = {(FACT_TYPES[type(fact)], fact.event_id): fact for fact in reversed(told.facts)}

    def entry(self, entry: Rewarded) -> str:
        """Say what became, and why."""
        match entry:
            case Decided():
                return self._decided(entry)
            case Reminded():
                what = _what(entry.points, "the reward")
                return f"reminder: {what} will expire at {instant(entry.expires_at)}, {age(entry.lead_ms)} ahead"
            case Expired():
                return f"expired: {_what(entry.points, 'it')} had not been redeemed"
            case Redeemed():
                return f"redeemed {_what(entry.points, 'it')}, by event {entry.event_id}"
            case Void():
                return f"nothing was left of what event {entry.event_id} redeems, or it never was hers"
            case Revoked():
                taken = "" if entry.points is None else f" ({entry.points:,} points)"
                return f"taken back{taken}: {self._why(entry.cause)}"
            case _:
                assert_never(entry)

    def _decided(self, decided: Decided) -> str:
        why = self._occasion(decided)
        if decided.withheld == "none":
            return f"nothing, and nobody was told: the table of the rule has none for {why}"
        if decided.withheld is not None:
            return f"withheld{_offer(decided.rule)}, {_refusal(decided.withheld)}, for {why}"
        expires = decided.rule.expires_ms
        until = f", until {instant(decided.at + expires)}" if expires is not None else ""
        granted = f"granted{_offer(decided.rule)}" if decided.rule.give is not None else "nothing but a message"
        return f"{granted}{until}, for {why}"

    def _occasion(self, decided: Decided) -> str:
        move = decided.move
        if move is None:
            return self._why(decided.cause)
        way = f"{label(move.from_segment, self._policy)} to {label(move.to_segment, self._policy)}"
        return f"the move from {way} by {self._why(decided.cause)}"

    def _why(self, cause: Cause | RewardCause) -> str:
        """Tell the fact behind a cause, or what fell due."""
        if cause.event_id is None:
            return f"{cause.type} ({cause.due})" if cause.due is not None else cause.type
        fact = self._facts.get((KINDS.get(cause.type, ""), cause.event_id))
        return fact_in_words(fact) if fact is not None else f"{cause.type} (event {cause.event_id})"


def _what(points: int | None, otherwise: str) -> str:
    return otherwise if points is None else f"{points:,} points"


def _offer(rule: RewardRule) -> str:
    """Name what a rule gives, or would have given, and which of its variants that is."""
    if rule.give is None:
        return ""
    variant = f" (variant {rule.variant})" if rule.variant is not None else ""
    return f" {_give(rule.give)}{variant}"


def _refusal(reason: WithheldReason) -> str:
    match reason:
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
            return "its budget is spent or has ended"
        case _:
            assert_never(reason)


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
