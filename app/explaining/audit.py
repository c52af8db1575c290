"""The evidence of a customer in; what came of her rewards, with the balance after each, and of messages, out."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agents.decisions.entries import Rewarded
from agents.decisions.in_force import InForce
from agents.decisions.occasions import Decided
from agents.decisions.outcomes import balance_change
from agents.decisions.whole_life import live
from app.explaining.deliveries import Delivery, deliveries
from app.explaining.evidence import Evidence
from app.explaining.reasons import in_force
from app.runtime.errors import SegueError
from schemas.facts import CustomerErased, Fact
from schemas.instants import rfc3339
from schemas.policy import Policy


class Audited(NamedTuple):
    """An entry, and the balance of points after it."""

    entry: Rewarded
    change: int
    balance: int


class Audit(NamedTuple):
    """All entries of a customer up to an instant."""

    customer_id: str
    as_of: int
    policy: Policy
    entries: list[Audited]
    deliveries: list[Delivery]
    """What became of the messages that went with them, and of those of journeys."""
    facts: list[Fact]
    notes: list[str]


def audit(customer_id: str, evidence: Evidence, first: Policy) -> Audit:
    """Live her in full knowledge, as `explain` does; SegueError if there is no fact of hers up to the instant.

    What an erasure has ended is told too; the balance begins anew behind it.
    """
    as_of = evidence.as_of
    facts = [fact for fact in evidence.facts if fact.occurred_at <= as_of]
    if not facts:
        raise SegueError(f"customer {customer_id}: no fact up to {rfc3339(as_of)}; the first one came later")
    rollouts = [rollout for rollout in evidence.rollouts if rollout.effective_at <= as_of]
    versions = InForce(first, list(in_force(evidence.cut_points, as_of)), rollouts=rollouts)
    lived = live(customer_id, facts, versions, as_of)
    ends = [int(fact.occurred_at) for fact in facts if isinstance(fact, CustomerErased)]
    entries = list(_balanced(lived.rewards, sorted(ends)))
    notes = [*evidence.notes, *_of_budgets(entries)]
    return Audit(customer_id, as_of, versions.policy_at(as_of), entries, deliveries(lived), facts, notes)


def _of_budgets(entries: Sequence[Audited]) -> Iterator[str]:
    """Say of which budgets one customer's facts cannot tell whether they had enough."""
    decided = (one.entry for one in entries if isinstance(one.entry, Decided))
    for budget in sorted({one.draw.budget for one in decided if one.draw is not None}):
        yield (
            f"what budget {budget} pays depends on all customers: here it has enough; what was withheld or had to wait "
            "is published so"
        )


def _balanced(entries: Sequence[Rewarded], ends: Sequence[int]) -> Iterator[Audited]:
    """Sum up, from nothing behind every erasure."""
    balance, left = 0, list(ends)
    for entry in sorted(entries, key=_at):
        while left and left[0] < entry.at:
            left.pop(0)
            balance = 0
        change = balance_change(entry)
        balance += change
        yield Audited(entry, change, balance)


def _at(entry: Rewarded) -> int:
    return entry.at
