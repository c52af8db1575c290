"""A load in, the same load with an end that the clocks of all partitions reach; what is published without that, out."""

from collections.abc import Iterable, Iterator
from itertools import count

from tests.kafka.audit import CLOSING
from tests.kafka.reading import Read
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


def without_closing(published: Iterable[Read]) -> list[Read]:
    """Leave the customers out who only end the load: their own clock is another."""
    return [one for one in published if not (one.key or b"").startswith(CLOSING.encode())]


def _customer_of(shop: Shop, partition: int) -> str:
    return next(name for n in count() if shop.partition_of(name := f"{CLOSING}{n}") == partition)
