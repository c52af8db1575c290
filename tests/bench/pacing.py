"""Produces orders at a steady rate, one new customer each; the id of an order is when it was produced, in nanoseconds.

`python -m tests.bench.pacing BOOTSTRAP TOPIC RATE SECONDS`: a process of its own, so that reading cannot delay it.
"""

import sys
import time

from confluent_kafka import Producer

from tests.bench.orders import Order, partition_of, wire


def pace(bootstrap: str, topic: str, rate: float, seconds: float) -> None:
    """Produce `rate * seconds` orders."""
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 1, "acks": "all"})
    producer.list_topics(topic, timeout=10)
    began = time.monotonic()
    for i in range(round(rate * seconds)):
        while time.monotonic() < began + i / rate:
            producer.poll(0.0002)
        at = time.time_ns()
        order = Order(f"o-{at}", f"c-{at}", at // 1_000_000, 5_000)
        producer.produce(topic, wire(order), order.customer, partition=partition_of(order.customer))
        producer.poll(0)
    if producer.flush(30):
        sys.exit("orders could not be produced")


if __name__ == "__main__":
    pace(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))
