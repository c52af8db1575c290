"""An audit of rewards in; its text for people, and its object for programs, out."""

from collections.abc import Iterator
from heapq import merge
from itertools import accumulate
from operator import itemgetter
from typing import Any

from agents.decisions.outcomes import outcome
from app.demo.style import Style
from app.explaining.audit import Audit
from app.explaining.balancing import Audited
from app.explaining.deliveries import Delivery, in_words
from app.explaining.entry_words import EntryWords
from app.explaining.said import instant_of, rule_of
from app.explaining.wording import instant
from schemas.instants import rfc3339
from schemas.rewards import BudgetPart, RewardExpired, RewardGranted, RewardReminder, RewardRevoked, RewardWithheld


def telling(told: Audit, style: Style) -> Iterator[str]:
    """Write it, line by line."""
    policy = told.policy
    by = f"{policy.id} {policy.version}"
    yield style.heading(f"Rewards of {told.customer_id} up to {instant(told.as_of)} UTC, by {by}")
    yield from (f"  note: {note}" for note in told.notes)
    if not told.entries and not told.deliveries:
        yield "  nothing: no rule of the policy has had an occasion"
    words = EntryWords(told.policy, told.facts)
    places = accumulate((instant_of(one.entry) for one in told.entries), max)
    entries = zip(places, (_line(one, words) for one in told.entries), strict=True)
    messages = ((one.at, f"{instant(one.at)}  {_delivered(one)}") for one in told.deliveries)
    yield from (f"  {line}" for _, line in merge(entries, messages, key=itemgetter(0)))


def told_as_object(told: Audit) -> dict[str, Any]:
    """Write it for --json; instants as RFC 3339."""
    words = EntryWords(told.policy, told.facts)
    return {
        "customer_id": told.customer_id,
        "as_of": rfc3339(told.as_of),
        "policy": {"id": told.policy.id, "version": told.policy.version},
        "notes": told.notes,
        "entries": [_entry(one, words) for one in told.entries],
        "messages": [_delivery(one) for one in told.deliveries],
        "points": told.entries[-1].balance if told.entries else 0,
    }


def _line(one: Audited, words: EntryWords) -> str:
    """Tell an entry; on a line of its own, below it, how what was published differs from what her facts give."""
    rule, at = rule_of(one.entry) or "(no rule)", instant(instant_of(one.entry))
    line = f"{at}  {rule}: {_words(one, words)}; balance {one.balance:,}"
    return f"{line}\n    ! {one.difference}" if one.difference is not None else line


def _words(one: Audited, words: EntryWords) -> str:
    return f"not published: {words.entry(one.entry)}" if one.published is False else words.entry(one.entry)


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
        "channel": one.channel or None,
        "attempt": one.attempt or None,
        "outcome": one.outcome,
        "reason": one.reason,
        "words": in_words(one),
    }


def _entry(one: Audited, words: EntryWords) -> dict[str, Any]:
    entry = one.entry
    return {
        "at": rfc3339(instant_of(entry)),
        "rule": rule_of(entry),
        "reward_id": entry.reward_id,
        "outcome": _outcome(one),
        "words": _words(one, words),
        "points": one.change,
        "balance": one.balance,
        "budget_spent": _budget_spent(one) if one.published is not False else None,
        "published": one.published,
        "difference": one.difference,
    }


def _outcome(one: Audited) -> str:
    """Name what became, as metrics count it."""
    match one.entry:
        case RewardGranted():
            return "granted"
        case RewardWithheld(reason=reason):
            return reason
        case RewardReminder():
            return "reminded"
        case RewardExpired():
            return "expired"
        case RewardRevoked():
            return "revoked"
        case _:
            return outcome(one.entry)


def _budget_spent(one: Audited) -> dict[str, Any] | None:
    """Say what an entry takes from a budget (below 0: it gives back), in what that counts; None: nothing."""
    match one.entry:
        case RewardGranted(paid_by=BudgetPart(budget, cost)):
            return {"budget": budget, "cost": cost}
        case RewardRevoked(returned_to=BudgetPart(budget, cost)):
            return {"budget": budget, "cost": -cost}
        case _:
            return None
