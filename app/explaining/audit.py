"""The evidence of a customer in; what came of her rewards, with the balance after each, and of messages, out."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from agents.decisions.entries import Rewarded
from agents.decisions.in_force import InForce
from agents.decisions.occasions import Decided
from agents.decisions.whole_life import live
from app.explaining.balancing import Accounts, Audited, balanced
from app.explaining.comparing import Compared, compare
from app.explaining.deliveries import Delivery, deliveries
from app.explaining.entry_words import EntryWords
from app.explaining.evidence import Evidence
from app.explaining.reasons import in_force
from app.explaining.said import Said, Untold, as_said, instant_of
from app.runtime.errors import SegueError
from schemas.facts import CustomerErased, Engaged, Fact
from schemas.instants import rfc3339
from schemas.policy import Policy
from schemas.rewards import RewardGranted, RewardWithheld

NOTHING_READ: Final = "nothing published was read: so it is by her facts when all are known, in the order of time"
OF_MESSAGES: Final = (
    "messages are told from her facts alone, in the order of time; what was asked for stands on the topic of messages"
)


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
    """Tell what was published, and where it is not what her facts give; SegueError if none is up to the instant.

    Where nothing published was read it is told what her facts give in full knowledge, as `explain` does. What an
    erasure has ended is told too; the balance begins anew behind it.
    """
    as_of = evidence.as_of
    facts = [fact for fact in evidence.facts if fact.occurred_at <= as_of]
    if not facts:
        raise SegueError(f"customer {customer_id}: no fact up to {rfc3339(as_of)}; the first one came later")
    rollouts = [rollout for rollout in evidence.rollouts if rollout.effective_at <= as_of]
    versions = InForce(first, list(in_force(evidence.cut_points, as_of)), rollouts=rollouts)
    lived = live(customer_id, facts, versions, as_of)
    policy, reckoned = versions.policy_at(as_of), list(as_said(lived.rewards, versions))
    entries = _entries(evidence, reckoned, facts, policy)
    messages, refused = deliveries(lived), _not_given(entries)
    read = evidence.published is not None
    notes = list(_notes_of_published(entries, messages) if read else _notes_of_facts(lived.rewards))
    messages = [one for one in messages if one.content.reward_id not in refused]
    return Audit(customer_id, as_of, policy, entries, messages, facts, [*evidence.notes, *notes])


def _entries(
    evidence: Evidence, reckoned: Sequence[Said | Untold], facts: Sequence[Fact], policy: Policy
) -> list[Audited]:
    ends = sorted(int(fact.occurred_at) for fact in facts if isinstance(fact, CustomerErased))
    if evidence.published is None:
        told = [Compared(one, published=None) for one in sorted(reckoned, key=instant_of)]
        return list(balanced(told, ends, None))
    words = EntryWords(policy, facts)
    compared = compare(evidence.published, reckoned, evidence.as_of, words)
    asked = {fact.event_id: fact.points for fact in facts if isinstance(fact, Engaged)}
    return list(balanced(compared, ends, Accounts(compared, asked, words)))


def _not_given(entries: Sequence[Audited]) -> set[str]:
    """Name the rewards that were refused, or not published: no message went with them."""
    return {
        one.entry.reward_id
        for one in entries
        if isinstance(one.entry, RewardWithheld) or (isinstance(one.entry, RewardGranted) and one.published is False)
    }


def _notes_of_published(entries: Sequence[Audited], messages: Sequence[Delivery]) -> Iterator[str]:
    if messages and any(one.difference for one in entries):
        yield OF_MESSAGES


def _notes_of_facts(rewards: Sequence[Rewarded]) -> Iterator[str]:
    """Say that nothing published was read, and of which budgets facts cannot tell whether they had enough."""
    yield NOTHING_READ
    decided = (one for one in rewards if isinstance(one, Decided))
    for budget in sorted({one.draw.budget for one in decided if one.draw is not None}):
        yield (
            f"what budget {budget} pays depends on all customers: here it has enough; what was withheld or had to wait "
            "is published so"
        )
