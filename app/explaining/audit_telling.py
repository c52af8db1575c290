"""An audit of rewards in; its text for people, and its object for programs, out."""

from collections.abc import Iterator
from heapq import merge
from operator import itemgetter
from typing import Any, assert_never

from agents.decisions.entries import Expired, Redeemed, Reminded, Revoked, Rewarded, Void, outcome, rule_of
from agents.decisions.occasions import Decided
from app.demo.style import Style
from app.explaining.audit import Audit, Audited
from app.explaining.deliveries import Delivery, in_words
from app.explaining.sentences import KINDS, fact_in_words
from app.explaining.wording import age, instant, label, money
from schemas.facts import FACT_TYPES, Money
from schemas.instants import rfc3339
from schemas.reward_rules import Draw, RewardRule
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


def telling(told: Audit, style: Style) -> Iterator[str]:
    """Write it, line by line."""
    policy = told.policy
    by = f"{policy.id} {policy.version}"
    yield style.heading(f"Rewards of {told.customer_id} up to {instant(told.as_of)} UTC, by {by}")
    yield from (f"  note: {note}" for note in told.notes)
    if not told.entries and not told.deliveries:
        yield "  nothing: no rule of the policy has had an occasion"
    words = _Words(told)
    entries = ((one.entry.at, _line(one, words)) for one in told.entries)
    messages = ((one.at, _delivered(one)) for one in told.deliveries)
    for at, line in merge(entries, messages, key=itemgetter(0)):
        yield f"  {instant(at)}  {line}"


def told_as_object(told: Audit) -> dict[str, Any]:
    """Write it for --json; instants as RFC 3339."""
    words = _Words(told)
    return {
        "customer_id": told.customer_id,
        "as_of": rfc3339(told.as_of),
        "policy": {"id": told.policy.id, "version": told.policy.version},
        "notes": told.notes,
        "entries": [_entry(one, words) for one in told.entries],
        "messages": [_delivery(one) for one in told.deliveries],
        "points": told.entries[-1].balance if told.entries else 0,
    }


def _line(one: Audited, words: "_Words") -> str:
    rule = rule_of(one.entry) or "(no rule)"
    return f"{rule}: {words.entry(one.entry)}; balance {one.balance:,}"


def _delivered(one: Delivery) -> str:
    return f"{one.content.rule or one.content.journey}: {in_words(one)}"


def _delivery(one: Delivery) -> dict[str, Any]:
    content = one.content
    return {
        "at": rfc3339(one.at),
        "message_id": content.id,
        "rule": content.rule,
        "reward_id": content.reward_id,
        "journey": content.journey,
        "step": content.step,
        "template": content.template,
        "channel": one.channel,
        "attempt": one.attempt,
        "outcome": one.outcome,
        "reason": one.reason,
        "words": in_words(one),
    }


def _entry(one: Audited, words: "_Words") -> dict[str, Any]:
    entry = one.entry
    return {
        "at": rfc3339(entry.at),
        "rule": rule_of(entry),
        "reward_id": entry.reward_id,
        "outcome": outcome(entry),
        "words": words.entry(entry),
        "points": one.change,
        "balance": one.balance,
        "budget_spent": _budget_spent(entry),
    }


def _budget_spent(entry: Rewarded) -> dict[str, Any] | None:
    """Say what an entry takes from a budget (below 0: it gives back), in what that counts; None: nothing."""
    match entry:
        case Decided(draw=Draw(budget=budget, cost=cost), withheld=None):
            return {"budget": budget, "cost": cost}
        case Revoked(budget=budget, cost=cost) if budget:
            return {"budget": budget, "cost": -cost}
        case _:
            return None


class _Words:
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
    return f" {give_in_words(rule.give)}{variant}"


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


def give_in_words(give: Give) -> str:
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
