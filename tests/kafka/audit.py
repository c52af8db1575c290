"""What a deployment has published and remembered in, all differences from the independent fold out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.rows import CustomerRow, ProgressRow
from tables.codec import decode_customer, decode_progress
from tables.keys import CUSTOMER, PROGRESS
from tests.kafka.reading import Read, read_all
from tests.kafka.shop import Shop
from tests.oracle import SEED, CustomerTimeline, Policy, State, compare, timeline

GRACE_MS = 200
CLOSING = "closing-"
"""Customers whose one order ends the load, so that nothing else lies within the grace before the clock."""

Rows = dict[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Remembered:
    """A changelog folded by hand, per partition."""

    rows: Mapping[int, Rows]

    def progress(self) -> dict[int, ProgressRow]:
        return {p: decode_progress(rows[PROGRESS]) for p, rows in self.rows.items()}

    def customers(self) -> dict[str, CustomerRow]:
        """Give every customer row; a customer in two partitions is an error."""
        found: dict[str, CustomerRow] = {}
        for rows in self.rows.values():
            for key, value in rows.items():
                if key[:1] == CUSTOMER:
                    customer = key[1:].decode()
                    assert customer not in found, f"{customer} stands in two partitions"
                    found[customer] = decode_customer(value)
        return found


def fold(changelog: Iterable[Read]) -> dict[int, Rows]:
    """Fold changelog records by hand: the newest value of each key, none where it is null."""
    folded: dict[int, Rows] = defaultdict(dict)
    for record in changelog:
        assert record.key is not None
        if record.value is None:
            folded[record.partition].pop(record.key, None)
        else:
            folded[record.partition][record.key] = record.value
    return folded


def remembered(shop: Shop) -> Remembered:
    return Remembered(fold(read_all(shop, shop.topics.changelog)))


def as_of(shop: Shop, clocks: Mapping[int, int]) -> Callable[[str], int]:
    """Say how far the clock of her partition has brought a customer."""

    def instant(customer_id: str) -> int:
        clock = clocks[shop.partition_of(customer_id)]
        return clock if customer_id.startswith(CLOSING) else clock - GRACE_MS

    return instant


def expected(
    shop: Shop, events: Iterable[Mapping[str, Any]], clocks: Mapping[int, int], policy: Policy = SEED
) -> dict[str, CustomerTimeline]:
    """Fold the events independently, every customer up to the clock of her partition."""
    return timeline(events, policy, as_of(shop, clocks))


def transition_faults(published: Iterable[Read], wanted: Mapping[str, CustomerTimeline]) -> list[str]:
    """Compare what was published with the fold: every field, each once, sequences without gap or repeat."""
    records = list(published)
    ids = [record.header("ce_id") for record in records]
    repeated = len(ids) - len(set(ids))
    faults = [f"{repeated} ce_id stand twice"] if repeated else []
    return faults + compare(((record.header("ce_type"), record.payload) for record in records), wanted)


def state_faults(rows: Mapping[str, CustomerRow], wanted: Mapping[str, CustomerTimeline]) -> list[str]:
    """Compare the folded changelog with the state of the fold."""
    faults = [f"state of nobody: {customer}" for customer in rows.keys() - wanted.keys()]
    for customer, folded in wanted.items():
        row = rows.get(customer)
        is_, should_be = row and _told(row), _expected_row(folded.state, len(folded.transitions))
        if is_ != should_be:
            faults.append(f"state of {customer}: is {is_}, expected {should_be}")
    return faults


def _told(row: CustomerRow) -> dict[str, Any]:
    return {
        "segment": row.segment,
        "sequence": row.sequence,
        "frequency": row.frequency,
        "known": row.known,
        "monetary": row.monetary,
        "first": row.first if row.frequency else None,
        "last": row.last if row.frequency else None,
        "due": row.due or None,
    }


def _expected_row(state: State, sequence: int) -> dict[str, Any]:
    return {
        "segment": state.segment,
        "sequence": sequence,
        "frequency": state.frequency,
        "known": state.known_orders,
        "monetary": state.signed_sum_minor,
        "first": state.oldest_order_at,
        "last": state.newest_order_at,
        "due": state.next["at"] if state.next else None,
    }
