"""A load in, the same load with an end that the clocks of all partitions reach."""

from collections.abc import Iterable, Iterator
from itertools import count

from tests.kafka.audit import CLOSING
from tests.kafka.shop import Shop
from tests.kafka.shop_load import Told

QUIET_MS = 60_000


def closed(shop: Shop, load: Iterable[Told], quiet_ms: int = QUIET_MS) -> Iterator[Told]:
    """Let a customer of her own end every partition, all at one instant, later than anything else by a silence."""
    at = 0
    for told in load:
        at = told.at
        yield told
    for partition in range(shop.partitions):
        order = {
            "type": "order_placed",
            "event_id": f"closing-{partition}",
            "customer_id": _customer_of(shop, partition),
            "occurred_at": at + quiet_ms,
            "order_id": f"closing-{partition}",
            "total": {"amount_minor": 1_000, "currency": "GBP"},
        }
        yield Told(at + quiet_ms, order)


def _customer_of(shop: Shop, partition: int) -> str:
    return next(name for n in count() if shop.partition_of(name := f"{CLOSING}{n}") == partition)
