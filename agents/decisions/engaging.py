"""An engagement in; remembered by kind, and by its id where the policy asks for its kind, out."""

from hashlib import blake2b
from typing import Final

from agents.decisions.customer import Customer
from agents.decisions.endings import Ending
from schemas.facts import KNOWN_KINDS, Engaged
from schemas.instants import DAY_MS
from schemas.policy import Policy
from schemas.rows import EngagementRow

ID_BYTES: Final = 8
ENTRY_BYTES: Final = 12
"""Of an accepted event: 8 bytes of its id and 4 of what it said."""


def engage(customer: Customer, fact: Engaged, policy: Policy) -> Ending:
    """Remember an engagement; only a kind that the policy names is told from its repetition."""
    if fact.kind not in policy.named_kinds:
        if fact.kind not in KNOWN_KINDS:
            return Ending.IGNORED
        _note(customer.engagement, fact)
        return Ending.NOTED
    entry = _entry(fact)
    known = _known(customer.engagement, entry[:ID_BYTES])
    if known is not None:
        return Ending.DUPLICATE if known == entry else Ending.CONFLICTING
    _note(customer.engagement, fact)
    _remember(customer.engagement, entry, fact.occurred_at, policy)
    return Ending.APPLIED


def _note(row: EngagementRow, fact: Engaged) -> None:
    row.newest[fact.kind] = max(int(fact.occurred_at), row.newest.get(fact.kind, 0))


def _remember(row: EngagementRow, entry: bytes, at: int, policy: Policy) -> None:
    """Keep the id, and let go of those whose time is over: what she did last is no later than the clock."""
    day = at // DAY_MS
    row.seen[day] = row.seen.get(day, b"") + entry
    over = (max(row.newest.values()) - policy.dedup_ms) // DAY_MS
    for old in [day for day in row.seen if day < over]:
        del row.seen[old]


def _known(row: EngagementRow, identity: bytes) -> bytes | None:
    """Find what is remembered of an id; None without it.

    Searched as bytes, not entry by entry: an id that many share, as all guests of a shop may, has tens of thousands.
    """
    for packed in row.seen.values():
        at = packed.find(identity)
        while at % ENTRY_BYTES and at >= 0:  # found across two entries, or in what one said: that is none
            at = packed.find(identity, at + 1)
        if at >= 0:
            return packed[at : at + ENTRY_BYTES]
    return None


def _entry(fact: Engaged) -> bytes:
    said: tuple[object, ...]
    said = (int(fact.occurred_at), fact.kind, fact.rating, fact.answer, fact.referred_id, fact.reward_id, fact.channel)
    if fact.points is not None:  # only then: what is remembered of events without it stays what it was
        said = (*said, fact.points)
    identity = blake2b(fact.event_id.encode(), digest_size=ID_BYTES).digest()
    return identity + blake2b(repr(said).encode(), digest_size=ENTRY_BYTES - ID_BYTES).digest()
