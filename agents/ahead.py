"""Facts ahead of the partition clock in, as waiting rows; back when the clock or a later fact has reached them."""

from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace

from agents.decisions.endings import Ending
from schemas.customer_row import CustomerRow
from schemas.facts import CustomerErased, Engaged, Fact, OrderCancelled, OrderPlaced, OrderRefunded, ProfileChanged
from tables.codec import decode_ahead, encode_ahead
from tables.draft import Draft
from tables.keys import AHEAD, ahead_instant, ahead_key, nested_prefix


class Waiting:
    """The waiting facts of one customer, under the draft of a transaction."""

    def __init__(self, draft: Draft, customer: bytes) -> None:
        self._draft = draft
        self._customer = customer
        self._rows = dict(draft.rows_of(nested_prefix(AHEAD, customer)))
        self._known = {identity(fact): fact for fact in map(decode_ahead, self._rows.values())}
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
                self._hold(fact)
            else:
                left.append(fact)
        return left

    def release(self, until: int) -> list[Fact]:
        """Take the facts whose instant has come, in the order of their instants."""
        facts: list[Fact] = []
        for key in sorted(self._rows):
            if ahead_instant(key, self._customer) > until:
                break
            facts.append(decode_ahead(self._rows.pop(key)))
            self._draft.rows[key] = None
        return facts

    def earliest(self) -> int:
        """Give the instant of the earliest fact that waits; 0 = none does."""
        return ahead_instant(min(self._rows), self._customer) if self._rows else 0

    def _hold(self, fact: Fact) -> None:
        row = encode_ahead(fact)
        key = ahead_key(self._customer, int(fact.occurred_at), row)
        self._draft.rows[key] = self._rows[key] = row
        self._known[identity(fact)] = fact
        self.endings.append(Ending.AHEAD)


def catch_up(waiting: Waiting, row: CustomerRow, facts: Sequence[Fact], until: int | None) -> list[Fact]:
    """Put what has waited until now, or until the newest fact in hand, among the facts; note what waits on."""
    reached = max([until or 0, *(fact.occurred_at for fact in facts)])
    merged = interleave(facts, waiting.release(reached))
    row.ahead = waiting.earliest()
    return merged


def interleave(facts: Sequence[Fact], released: Iterable[Fact]) -> list[Fact]:
    """Put released facts before the first that is not older; the others stay in the order of the log."""
    merged, start = list(facts), 0
    for waited in released:
        while start < len(merged) and merged[start].occurred_at < waited.occurred_at:
            start += 1
        merged.insert(start, waited)
        start += 1
    return merged


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
