"""The load of a fault test: a shop's records of all kinds with broken ones among them, and what must come of it."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from schemas.topics import Topics
from tests.faults.beyond_seed import Beyond, live_sample
from tests.faults.by_offset import Known, Letter, Place, placed
from tests.kafka.audit import as_of, expected, expected_rewards
from tests.kafka.broken_records import BrokenRecords
from tests.kafka.closing import closed
from tests.kafka.feeding import Sent, sent
from tests.kafka.shop import Shop
from tests.kafka.shop_load import Event, ShopLoad, Told
from tests.oracle import CustomerTimeline, Reward
from tests.oracle.orders import instant

BROKEN: Final = 48
ORDERS: Final = 108_000
ORDERS_EACH: Final = 9
"""Orders of a customer, on average."""


@dataclass(frozen=True)
class WholeLoad:
    """Records in the order in which they are sent, and what is known of them without folding."""

    records: list[Sent]
    clock: int
    erased: Mapping[str, int]
    """The newest erasure of each customer who was ever erased."""
    letters: Mapping[Place, Letter]
    """What must become of the broken ones, by where they stand."""
    orders: frozenset[Known]
    """The orders that are remembered for ever: those of before an erasure are not."""
    others: Mapping[int, int]
    """How many good records of the topic of orders are not the first of such an order, by partition."""


@dataclass(frozen=True)
class Fold:
    """What the independent fold says of a load, and full knowledge of what that does not know."""

    transitions: Mapping[str, CustomerTimeline]
    rewards: list[Reward]
    beyond: Beyond


def tell(partitions: int, orders: int = ORDERS) -> WholeLoad:
    """Tell the load, and break some records."""
    nowhere = Shop("", Topics(), partitions)
    told = _told(nowhere, orders)
    broken: dict[Sent, str] = {}
    records = list(_mixed(nowhere, told, broken))
    erased = _erased([one.event for one in told])
    letters = {
        place: Letter(record.key, record.value, record.timestamp, broken[record])
        for place, record in placed(records)
        if record in broken
    }
    taken = frozenset(_remembered([one.event for one in told], erased))
    good = Counter(one.partition for one in records if one.feed == "orders" and one not in broken)
    good.subtract(nowhere.partition_of(one.customer) for one in taken)
    return WholeLoad(records, told[-1].at, erased, letters, taken, good)


def fold(partitions: int, orders: int = ORDERS) -> Fold:
    """Tell it again, and fold it."""
    nowhere = Shop("", Topics(), partitions)
    told = _told(nowhere, orders)
    events, clocks = [one.event for one in told], dict.fromkeys(range(partitions), told[-1].at)
    return Fold(
        expected(nowhere, events, clocks),
        expected_rewards(nowhere, events, clocks),
        live_sample(events, as_of(nowhere, clocks)),
    )


def _told(shop: Shop, orders: int) -> list[Told]:
    customers = orders // ORDERS_EACH
    return list(closed(shop, ShopLoad(seed=7, customers=customers, orders=orders, whole=True).tell()))


def _mixed(shop: Shop, told: list[Told], codes: dict[Sent, str]) -> Iterator[Sent]:
    """Strew broken records between the good ones, and note what each is to be called."""
    broken = BrokenRecords(shop, seed=11)
    places = set(random.Random(12).sample(range(len(told)), BROKEN))
    for place, one in enumerate(told):
        yield sent(shop, one)
        if place in places:
            bad = broken.tell(one.at)
            codes[bad.record] = bad.code
            yield bad.record


def _remembered(events: list[Event], erased: Mapping[str, int]) -> Iterator[Known]:
    """Give the orders that no erasure has made forgotten; some more than once, for there are repeats."""
    for event in events:
        if event["type"] == "order_placed" and instant(event) >= erased.get(event["customer_id"], 0):
            yield Known(event["customer_id"], event["order_id"])


def _erased(events: list[Event]) -> dict[str, int]:
    newest: dict[str, int] = {}
    for event in events:
        if event["type"] == "customer_erased":
            newest[event["customer_id"]] = max(instant(event), newest.get(event["customer_id"], 0))
    return newest
