"""The load of a fault test: a shop's records of all kinds with broken ones among them, and what must come of it."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from schemas.topics import Topics
from tests.faults.beyond_seed import Beyond, live_sample
from tests.kafka.audit import as_of, expected, expected_rewards
from tests.kafka.broken_records import BrokenRecords
from tests.kafka.closing import closed
from tests.kafka.feeding import Sent, sent
from tests.kafka.reading import Read
from tests.kafka.shop import Shop
from tests.kafka.shop_load import Event, ShopLoad, Told
from tests.oracle import CustomerTimeline, Reward
from tests.oracle.orders import instant

BROKEN: Final = 48
ORDERS: Final = 108_000
ORDERS_EACH: Final = 9
"""Orders of a customer, on average."""
Letter = tuple[bytes | None, bytes | None, int, str]


@dataclass(frozen=True)
class WholeLoad:
    """Records in the order in which they are sent, and what is known of them without folding."""

    records: list[Sent]
    clock: int
    erased: Mapping[str, int]
    """The newest erasure of each customer who was ever erased."""
    letters: Counter[Letter]


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
    letters: Counter[Letter] = Counter()
    records = list(_mixed(nowhere, told, letters))
    return WholeLoad(records, told[-1].at, _erased([one.event for one in told]), letters)


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


def _mixed(shop: Shop, told: list[Told], letters: Counter[Letter]) -> Iterator[Sent]:
    """Strew broken records between the good ones."""
    broken = BrokenRecords(shop, seed=11)
    places = set(random.Random(12).sample(range(len(told)), BROKEN))
    for place, one in enumerate(told):
        yield sent(shop, one)
        if place in places:
            bad = broken.tell(one.at)
            letters[bad.record.key, bad.record.value, bad.record.timestamp, bad.code] += 1
            yield bad.record


def letter(dead: Read) -> Letter:
    """Give the original of a dead letter and the newest reason: an older one may stand before it."""
    codes = [(value or b"").decode() for name, value in dead.headers if name == "segue.dlq.code"]
    return dead.key, dead.value, dead.timestamp, codes[-1]


def _erased(events: list[Event]) -> dict[str, int]:
    newest: dict[str, int] = {}
    for event in events:
        if event["type"] == "customer_erased":
            newest[event["customer_id"]] = max(instant(event), newest.get(event["customer_id"], 0))
    return newest
