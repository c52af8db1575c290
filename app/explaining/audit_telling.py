"""An audit of rewards in; its text for people, and its object for programs, out."""

from collections.abc import Iterator
from heapq import merge
from operator import itemgetter
from typing import Any

from agents.decisions.entries import Revoked, Rewarded
from agents.decisions.occasions import Decided
from agents.decisions.outcomes import outcome, rule_of
from app.demo.style import Style
from app.explaining.audit import Audit, Audited
from app.explaining.deliveries import Delivery, in_words
from app.explaining.entry_words import EntryWords
from app.explaining.wording import instant
from schemas.instants import rfc3339
from schemas.reward_rules import Draw


def telling(told: Audit, style: Style) -> Iterator[str]:
    """Write it, line by line."""
    policy = told.policy
    by = f"{policy.id} {policy.version}"
    yield style.heading(f"Rewards of {told.customer_id} up to {instant(told.as_of)} UTC, by {by}")
    yield from (f"  note: {note}" for note in told.notes)
    if not told.entries and not told.deliveries:
        yield "  nothing: no rule of the policy has had an occasion"
    words = EntryWords(told)
    entries = ((one.entry.at, _line(one, words)) for one in told.entries)
    messages = ((one.at, _delivered(one)) for one in told.deliveries)
    for at, line in merge(entries, messages, key=itemgetter(0)):
        yield f"  {instant(at)}  {line}"


def told_as_object(told: Audit) -> dict[str, Any]:
    """Write it for --json; instants as RFC 3339."""
    words = EntryWords(told)
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
        "channel": one.channel or None,
        "attempt": one.attempt or None,
        "outcome": one.outcome,
        "reason": one.reason,
        "words": in_words(one),
    }


def _entry(one: Audited, words: EntryWords) -> dict[str, Any]:
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
