"""A number of orders in, a reproducible year of a shop out: who ordered when for how much."""

import os
import random
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from aiokafka.partitioner import murmur2

from tests.bench.rule import DAY_MS

PARTITIONS_VARIABLE: Final = "BENCH_PARTITIONS"
PARTITIONS: Final = int(os.environ.get(PARTITIONS_VARIABLE, "8"))
ORDERS_A_CUSTOMER: Final = 10
MEAN_GAP_MS: Final = 15 * DAY_MS
BEGIN: Final = 1_700_000_000_000


class Order(NamedTuple):
    """One order as it is produced."""

    number: str
    customer: str
    at: int
    amount_minor: int


def orders(count: int, seed: int = 7) -> Iterator[Order]:
    """Give orders in the order of time, ten a customer on average; gaps vary so that some customers decay."""
    dice = random.Random(seed)
    customers = max(1, count // ORDERS_A_CUSTOMER)
    tick = MEAN_GAP_MS // customers
    for i in range(count):
        customer = f"c-{dice.randrange(customers):08d}"
        yield Order(f"o-{i:09d}", customer, BEGIN + i * tick, dice.randrange(500, 20_000))


def wire(order: Order) -> bytes:
    """Write an order as bare JSON of the contract, about 170 bytes."""
    return (
        b'{"type":"order_placed","event_id":"%(id)b","customer_id":"%(customer)b","occurred_at":%(at)d,'
        b'"order_id":"%(id)b","total":{"amount_minor":%(amount)d,"currency":"GBP"}}'
        % {
            b"id": order.number.encode(),
            b"customer": order.customer.encode(),
            b"at": order.at,
            b"amount": order.amount_minor,
        }
    )


@lru_cache(maxsize=200_000)
def partition_of(customer: str) -> int:
    """Give the partition that Java's default partitioner chooses."""
    hashed: int = murmur2(customer.encode()) & 0x7FFFFFFF
    return hashed % PARTITIONS
