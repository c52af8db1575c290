"""Produces orders at a steady rate, one new customer each; the id of an order is when it was produced, in nanoseconds.

`python -m tests.bench.pacing BOOTSTRAP TOPIC RATE SECONDS`: a process of its own, so that reading cannot delay it.
"""

import asyncio
import sys
import time

from aiokafka import AIOKafkaProducer

from tests.bench.orders import Order, partition_of, wire


async def pace(bootstrap: str, topic: str, rate: float, seconds: float) -> None:
    """Produce `rate * seconds` orders.

    aiokafka sends what all partitions have in one request; librdkafka sends one request for each, and at this rate
    the broker would be measured at those. Sleeping, not polling: a busy pacer takes the core that the broker needs.
    """
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=1, acks="all") as producer:
        await producer.partitions_for(topic)
        began = time.monotonic()
        for i in range(round(rate * seconds)):
            await asyncio.sleep(max(0.0, began + i / rate - time.monotonic()))
            at = time.time_ns()
            order = Order(f"o-{at}", f"c-{at}", at // 1_000_000, 5_000)
            await producer.send(topic, wire(order), key=order.customer.encode(), partition=partition_of(order.customer))
        await producer.flush()


if __name__ == "__main__":
    asyncio.run(pace(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])))
