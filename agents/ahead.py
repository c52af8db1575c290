"""Facts ahead of the partition clock in, as waiting rows; back when the clock or a later fact has reached them."""

from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace

from agents.decisions.endings import Ending
from schemas.customer_row import CustomerRow
from schemas.facts import (
    CustomerErased,
    Engaged,
    Fact,
    MessageDelivered,
    MessageFailed,
    OrderCancelled,
    OrderPlaced,
    OrderRefunded,
    ProfileChanged,
)
from tables.codec import decode_ahead, encode_ahead
from tables.draft import Draft
from tables.keys import AHEAD, ahead_instant, ahead_key, ahead_prefix, nested_prefix

Released = tuple[Fact, int]
"""A fact whose instant has come, and how many of the facts in hand stand before it in the log."""


class Waiting:
    """The waiting facts of one customer, under the draft of a transaction."""

    def __init__(self, draft: Draft, customer: bytes) -> None:
        self._draft = draft
        self._customer = customer
        self._rows = dict(draft.rows_of(nested_prefix(AHEAD, customer)))
        self._known = {identity(fact): fact for fact in map(decode_ahead, self._rows.values())}
        self._behind: dict[bytes, int] = {}
        """Of those that wait only since this slice: how many of its other facts stand before them in the log."""
        self.endings: list[Ending] = []

    def sift(self, facts: Sequence[Fact], early: Collection[int]) -> list[Fact]:
        """Let the facts at the `early` places wait, and give the others; an identity that waits is taken."""
        left: list[Fact] = []
        for place, fact in enumerate(facts):
            same = self._known.get(identity(fact))
            if same is not None:
                equal = replace(fact, event_id=same.event_id) == same
                self.endings.append(Ending.DUPLICATE if equal else Ending.CONFLICTING)
            elif place in early:
                self._hold(fact, len(left))
            else:
                left.append(fact)
        return left

    def release(self, until: int) -> list[Released]:
        """Take the facts whose instant has come, in the order of their instants, at one instant in that of the log."""
        released: list[Released] = []
        for key in sorted(self._rows):
            if ahead_instant(key, self._customer) > until:
                break
            released.append((decode_ahead(self._rows.pop(key)), self._behind.get(key, 0)))
            self._draft.rows[key] = None
        return released

    def earliest(self) -> int:
        """Give the instant of the earliest fact that waits; 0 = none does."""
        return ahead_instant(min(self._rows), self._customer) if self._rows else 0

    def _hold(self, fact: Fact, behind: int) -> None:
        """All that wait for one instant go together: so their number is the next one in the order of the log."""
        at = int(fact.occurred_at)
        together = ahead_prefix(self._customer, at)
        key = ahead_key(self._customer, at, sum(key.startswith(together) for key in self._rows))
        self._draft.rows[key] = self._rows[key] = encode_ahead(fact)
        self._behind[key] = behind
        self._known[identity(fact)] = fact
        self.endings.append(Ending.AHEAD)


def catch_up(waiting: Waiting, row: CustomerRow, facts: Sequence[Fact], until: int | None) -> list[Fact]:
    """Put what has waited until now, or until the newest fact in hand, among the facts; note what waits on."""
    reached = max([until or 0, *(fact.occurred_at for fact in facts)])
    merged = interleave(facts, waiting.release(reached))
    row.ahead = waiting.earliest()
    return merged


def interleave(facts: Sequence[Fact], released: Iterable[Released]) -> list[Fact]:
    """Put released facts before the first that is later, or in the log at one instant; others stay in its order."""
    merged: list[Fact] = []
    start = 0
    for waited, behind in released:
        while start < len(facts) and _is_before(facts[start], waited, told_before=start < behind):
            merged.append(facts[start])
            start += 1
        merged.append(waited)
    return [*merged, *facts[start:]]


def _is_before(fact: Fact, waited: Fact, *, told_before: bool) -> bool:
    return fact.occurred_at < waited.occurred_at or (told_before and fact.occurred_at == waited.occurred_at)


def identity(fact: Fact) -> tuple[str, str]:
    """Give what may be there only once for a customer."""
    match fact:
        case OrderPlaced():
            return "order", fact.order_id
        case OrderCancelled():
            return "cancellation", fact.order_id
        case OrderRefunded():
            return "refund", fact.refund_id
        case Engaged():
            return "engaged", fact.event_id
        case ProfileChanged():
            return "profile", fact.event_id
        case CustomerErased():
            return "erasure", fact.event_id
        case MessageDelivered() | MessageFailed():
            return "receipt", fact.event_id
