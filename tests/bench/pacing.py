"""Produces orders at a steady rate, one new customer each; the id of an order is when it was produced, in nanoseconds.

`python -m tests.bench.pacing BOOTSTRAP TOPIC RATE SECONDS [PARTITIONS]`: a process of its own, so that reading cannot
delay it; all customers are of so many partitions.
"""

import asyncio
import sys
import time
from itertools import count, islice

import uvloop
from aiokafka import AIOKafkaProducer

from tests.bench.orders import PARTITIONS, Order, partition_of, wire


async def pace(bootstrap: str, topic: str, rate: float, seconds: float, busy: int = PARTITIONS) -> None:
    """Produce `rate * seconds` orders.

    aiokafka sends what all partitions have in one request; librdkafka sends one request for each, and at this rate
    the broker would be measured at those. Sleeping, not polling: a busy pacer takes the core that the broker needs.
    """
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=5, acks="all") as producer:
        await producer.partitions_for(topic)
        started = time.time_ns()
        names = (f"c-{started + i}" for i in count())
        customers = list(islice((name for name in names if partition_of(name) < busy), round(rate * seconds)))
        partitions = [partition_of(customer) for customer in customers]
        began = time.monotonic()
        for i, (customer, partition) in enumerate(zip(customers, partitions, strict=True)):
            await asyncio.sleep(max(0.0, began + i / rate - time.monotonic()))
            at = time.time_ns()
            order = Order(f"o-{at}", customer, at // 1_000_000, 5_000)
            await producer.send(topic, wire(order), key=customer.encode(), partition=partition)
        await producer.flush()


if __name__ == "__main__":
    uvloop.run(pace(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]), *map(int, sys.argv[5:])))
